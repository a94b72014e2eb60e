-- Findings of a page get what tells of their texts, where they stand.
UPDATE finding
SET
    words_id = staged.words_id,
    places_id = staged.places_id,
    identifier_1 = staged.identifier_1,
    identifier_2 = staged.identifier_2,
    identifier_3 = staged.identifier_3,
    identifier_4 = staged.identifier_4,
    more_identifiers = staged.more_identifiers,
    what_id = staged.what_id,
    where_id = staged.where_id
FROM staged_marks AS staged
WHERE finding.rowid = staged.finding_row AND finding.rowid >= ? AND finding.rowid < ?
