-- Whether a text stands in the words of findings and in the names of their places, as it is, and whether it may where
-- identifiers are masked.
SELECT places, bool_or(contains(text, lower(?))), bool_or({masked})
FROM search_text
GROUP BY places
