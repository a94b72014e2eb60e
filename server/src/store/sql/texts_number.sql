-- Findings of a page get the numbers of their texts, where they stand.
UPDATE finding
SET words_id = staged.words_id, places_id = staged.places_id
FROM staged_number AS staged
WHERE finding.rowid = staged.finding_row AND finding.rowid >= ? AND finding.rowid < ?
