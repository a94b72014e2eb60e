-- No finding has numbers of texts and combinations any more.
DELETE FROM search_text;

DELETE FROM dictionary_what;

DELETE FROM dictionary_where;

UPDATE finding
SET words_id = NULL, places_id = NULL, what_id = NULL, where_id = NULL
WHERE words_id IS NOT NULL OR places_id IS NOT NULL OR what_id IS NOT NULL OR where_id IS NOT NULL;
