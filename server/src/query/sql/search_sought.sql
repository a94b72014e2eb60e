-- Where a text stands among the words of findings and among the names of their places: in how many texts of each sort, and
-- their numbers unless they are many.
WITH
looked AS (
    SELECT places, text_id, contains(text, lower(?)) AS has_it
    FROM search_text
)
SELECT
    places,
    count(*),
    count(*) FILTER (has_it),
    CASE WHEN count(*) FILTER (has_it) <= {most} THEN array_to_string(list(text_id) FILTER (has_it), ',') END
FROM looked
GROUP BY places
