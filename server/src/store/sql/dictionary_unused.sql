-- How many combinations no finding has any more.
SELECT
    (SELECT count(*) FROM dictionary_what AS kept ANTI JOIN finding AS f ON f.what_id = kept.what_id)
    + (SELECT count(*) FROM dictionary_where AS kept ANTI JOIN finding AS f ON f.where_id = kept.where_id)
