-- Texts that no finding has any more.
DELETE FROM search_text WHERE text_id IN ({unused});
