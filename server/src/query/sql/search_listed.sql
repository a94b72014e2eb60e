-- Parts of the rollups in which a text stands in the name of a place or image digest.
SELECT DISTINCT part
FROM rollup_first
WHERE part IN ({parts}) AND contains(lower(place), lower(?))
