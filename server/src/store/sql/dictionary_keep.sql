-- Combinations of findings that the dictionary does not have.
INSERT INTO dictionary_what
SELECT DISTINCT ON (what_id) what_id, type, category, in_guardduty, in_securityhub
FROM {rows} AS f ANTI JOIN dictionary_what USING (what_id);

INSERT INTO dictionary_where
SELECT DISTINCT ON (where_id)
    where_id, account, region, clusters, families, services,
    CASE WHEN len(clusters) = 0 AND len(families) = 0 THEN resource_id END
FROM {rows} AS f ANTI JOIN dictionary_where USING (where_id);
