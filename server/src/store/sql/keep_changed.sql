-- Of the staged findings those stay that differ from what is kept. A row from before there were sums or numbers of texts
-- is not different by that alone.
DELETE FROM staged_finding
WHERE finding_key NOT IN (
    SELECT finding_key
    FROM (
        SELECT * EXCLUDE (lasting_hash, key_head, words_id, places_id) FROM staged_row
        EXCEPT
        SELECT * EXCLUDE (expired_in_aws, lasting_hash, key_head, words_id, places_id) FROM finding
        WHERE rowid IN (SELECT row FROM known_finding)
    )
);
