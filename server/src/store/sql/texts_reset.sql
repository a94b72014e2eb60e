-- No finding has numbers of texts any more.
DELETE FROM search_text;

UPDATE finding SET words_id = NULL, places_id = NULL WHERE words_id IS NOT NULL OR places_id IS NOT NULL;
