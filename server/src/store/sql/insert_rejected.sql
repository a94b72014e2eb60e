-- Input that was no finding, unless the same origin already sent it.
INSERT INTO rejected_input
SELECT * FROM (
    -- Within the batch, too: the first position of equal input.
    SELECT DISTINCT ON (staged.origin, staged.reason, staged.raw)
        staged.*, md5(concat_ws(chr(31), staged.origin, staged.reason, staged.raw)) AS reject_key
    FROM staged_rejected AS staged
    ORDER BY staged.origin, staged.reason, staged.raw, staged.position
) AS fresh
ANTI JOIN rejected_input AS kept USING (reject_key);
