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
        SEMI JOIN {keys} AS staged ON staged.finding_key = document.finding_key
    )
    WHERE place > $1
);
