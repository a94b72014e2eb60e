-- What would keep a finding from being found by its texts or counted by its combinations, and how often.
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
UNION ALL
SELECT 'findings without numbers of combinations', count(*)
FROM finding
WHERE what_id IS NULL OR where_id IS NULL
UNION ALL
SELECT 'findings of which it is missing what they are', count(*)
FROM finding AS f ANTI JOIN dictionary_what AS kept ON kept.what_id = f.what_id
WHERE f.what_id IS NOT NULL
UNION ALL
SELECT 'findings of which it is missing where they are', count(*)
FROM finding AS f ANTI JOIN dictionary_where AS kept ON kept.where_id = f.where_id
WHERE f.where_id IS NOT NULL
UNION ALL
SELECT 'combinations that are kept twice', (SELECT count(*) - count(DISTINCT what_id) FROM dictionary_what)
    + (SELECT count(*) - count(DISTINCT where_id) FROM dictionary_where)
