-- Combinations that no finding has any more.
DELETE FROM dictionary_what
WHERE what_id IN (SELECT kept.what_id FROM dictionary_what AS kept ANTI JOIN finding AS f ON f.what_id = kept.what_id);

DELETE FROM dictionary_where
WHERE where_id IN (
    SELECT kept.where_id FROM dictionary_where AS kept ANTI JOIN finding AS f ON f.where_id = kept.where_id
);
