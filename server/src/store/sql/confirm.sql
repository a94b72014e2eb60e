-- Documents that were read again as they are, more than once in a batch perhaps.
UPDATE finding_side
SET confirmed_at = staged.confirmed_at
FROM (SELECT side_row, max(confirmed_at) AS confirmed_at FROM staged_confirmation GROUP BY side_row) AS staged
WHERE finding_side.rowid = staged.side_row;
