-- Where a text stands among the words of findings and among the names of their places, as it is and where identifiers are
-- masked instead: in how many texts, and their numbers unless they are many.
WITH
looked AS (
    SELECT places, text_id, contains(text, lower(?)) AS as_it_is, NOT as_it_is AND ({masked}) AS masked
    FROM search_text
)
SELECT
    places,
    count(*),
    count(*) FILTER (as_it_is),
    CASE WHEN count(*) FILTER (as_it_is) <= {most} THEN array_to_string(list(text_id) FILTER (as_it_is), ', ') END,
    count(*) FILTER (masked),
    CASE WHEN count(*) FILTER (masked) <= {most} THEN array_to_string(list(text_id) FILTER (masked), ', ') END
FROM looked
GROUP BY places
