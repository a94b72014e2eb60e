-- What the texts of findings between two row numbers are made of, as `store/texts.rs` joins it for a finding that is
-- written, and what they have of them.
SELECT
    f.rowid,
    concat_ws(chr(10), f.type, f.control, f.resource_id, f.title, f.arn, f.description),
    coalesce(array_to_string(f.families || f.clusters || f.image_digests || f.images, chr(10)), ''),
    {what},
    {where},
    f.words_id,
    f.places_id,
    f.identifier_1,
    f.identifier_2,
    f.identifier_3,
    f.identifier_4,
    f.more_identifiers,
    f.what_id,
    f.where_id
FROM finding f
WHERE f.rowid >= ? AND f.rowid < ? AND ({which})
