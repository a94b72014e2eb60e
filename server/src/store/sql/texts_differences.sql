-- What would keep a finding from being found by its texts, and how often.
SELECT 'findings without numbers of texts', count(*)
FROM finding
WHERE words_id IS NULL OR places_id IS NULL
UNION ALL
SELECT 'findings whose words are missing', count(*)
FROM finding AS f ANTI JOIN (FROM search_text WHERE NOT places) AS kept ON kept.text_id = f.words_id
WHERE f.words_id IS NOT NULL
UNION ALL
SELECT 'findings whose places are missing', count(*)
FROM finding AS f ANTI JOIN (FROM search_text WHERE places) AS kept ON kept.text_id = f.places_id
WHERE f.places_id IS NOT NULL
UNION ALL
SELECT 'texts that are kept twice', count(*) - count(DISTINCT text_id)
FROM search_text
