-- Texts that no finding has any more. The database keeps the texts at hand and reads the numbers of findings past them.
SELECT kept.text_id
FROM (
    SELECT kept.text_id FROM search_text AS kept ANTI JOIN finding AS f ON f.words_id = kept.text_id
) AS kept
ANTI JOIN finding AS f ON f.places_id = kept.text_id
