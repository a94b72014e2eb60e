-- What the texts of findings between two row numbers are made of, as `store/texts.rs` joins it for a finding that is
-- written, and the numbers that these have.
SELECT
    f.rowid,
    concat_ws(chr(10), f.type, f.control, f.resource_id, f.title, f.arn, f.description),
    coalesce(array_to_string(f.families || f.clusters || f.image_digests || f.images, chr(10)), ''),
    f.words_id,
    f.places_id
FROM finding f
WHERE f.rowid >= ? AND f.rowid < ? AND ({which})
