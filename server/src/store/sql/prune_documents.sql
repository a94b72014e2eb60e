-- Of the documents of the staged findings the newest stay. $1 how many.
DELETE FROM finding_document
WHERE rowid IN (
    SELECT row
    FROM (
        SELECT
            document.rowid AS row,
            row_number() OVER (
                PARTITION BY document.finding_key, document.source
                ORDER BY document.updated_at DESC, document.observed_at DESC
            ) AS place
        FROM finding_document AS document
        -- Those found by number may be of other findings: of these as many stay.
        WHERE document.rowid IN (
            SELECT rowid FROM finding_document WHERE key_head IN (SELECT key_head FROM {keys})
        )
    )
    WHERE place > $1
);
