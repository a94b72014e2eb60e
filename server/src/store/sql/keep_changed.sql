-- Of the staged findings those stay that differ from what is kept. A row from before there were sums or marks of texts
-- is not different by that alone: they follow from the rest.
DELETE FROM staged_finding
WHERE finding_key NOT IN (
    SELECT finding_key
    FROM (
        SELECT * EXCLUDE (
            lasting_hash, key_head, words_id, places_id, identifier_1, identifier_2, identifier_3, identifier_4,
            more_identifiers, what_id, where_id
        )
        FROM staged_row
        EXCEPT
        SELECT * EXCLUDE (
            expired_in_aws, lasting_hash, key_head, words_id, places_id, identifier_1, identifier_2, identifier_3,
            identifier_4, more_identifiers, what_id, where_id
        )
        FROM finding
        WHERE rowid IN (SELECT row FROM known_finding)
    )
);
