-- Input that was no finding, unless the same origin already sent it.
INSERT INTO rejected_input
-- Within the batch, too: the first position of equal input.
SELECT DISTINCT ON (staged.origin, staged.reason, staged.raw) staged.*
FROM staged_rejected AS staged
WHERE NOT EXISTS (
    FROM rejected_input AS kept
    WHERE kept.origin = staged.origin AND kept.reason = staged.reason AND kept.raw = staged.raw
)
ORDER BY staged.origin, staged.reason, staged.raw, staged.position;
