WITH
-- Since when a pull is recent, and until when a finding had to be read to be missed elsewhere.
moment AS (SELECT ?::TIMESTAMP AS recent, ?::TIMESTAMP AS patience),
-- Collectors whose last pull was good and recent.
pulled AS (
    SELECT source, region FROM sync_source, moment WHERE outcome = 'ok' AND last_success_at >= recent
),
-- Since when each service was looked at.
looked AS (SELECT source, min(covered_from) AS since FROM sync_covered GROUP BY source),
chosen AS (
    SELECT
        f.finding_key, f.account, f.region, f.updated_at, f.first_observed_at, f.severity, f.in_guardduty,
        f.in_securityhub, f.archived, f.product,
        coalesce(f.record_state, 'ACTIVE') AS record_state, coalesce(f.workflow, 'NEW') AS workflow
    FROM finding f
    WHERE {conditions}
),
-- Open findings that one service has had for a while and the other has not.
lacking AS (
    SELECT chosen.*, CASE WHEN in_guardduty THEN 'securityhub' ELSE 'guardduty' END AS missed_by
    FROM chosen, moment
    WHERE in_guardduty <> in_securityhub
      AND (in_guardduty OR product = 'GuardDuty')
      AND NOT archived
      AND first_observed_at <= patience
),
-- What each service has told of their accounts and Regions: where it never said a word, nothing is missed.
told AS (
    SELECT finding.account, finding.region, bool_or(finding.in_guardduty) AS guardduty,
        bool_or(finding.in_securityhub) AS securityhub
    FROM finding
    SEMI JOIN lacking USING (account, region)
    GROUP BY finding.account, finding.region
),
-- Those the other service was asked about since.
missing AS (
    SELECT lacking.finding_key, lacking.updated_at, lacking.missed_by
    FROM lacking
    JOIN told USING (account, region)
    JOIN looked ON looked.source = lacking.missed_by AND looked.since <= lacking.updated_at
    WHERE CASE lacking.missed_by WHEN 'guardduty' THEN told.guardduty ELSE told.securityhub END
      AND (
          EXISTS (FROM pulled WHERE pulled.source = lacking.missed_by AND pulled.region = lacking.region)
          -- A home Region of Security Hub answers for Regions without a collector of their own.
          OR lacking.missed_by = 'securityhub'
          AND EXISTS (FROM pulled WHERE pulled.source = 'securityhub')
          AND NOT EXISTS (FROM sync_source s WHERE s.source = 'securityhub' AND s.region = lacking.region)
      )
),
drifting AS (
    SELECT finding_key, updated_at, 'archived-in-guardduty' AS kind, 'archived' AS guardduty, 'active' AS securityhub
    FROM chosen
    WHERE in_guardduty AND in_securityhub AND archived AND record_state = 'ACTIVE' AND workflow IN ('NEW', 'NOTIFIED')
    UNION ALL
    SELECT finding_key, updated_at, 'archived-in-securityhub', 'active', 'archived'
    FROM chosen
    WHERE in_guardduty AND in_securityhub AND NOT archived AND record_state = 'ARCHIVED'
    UNION ALL
    SELECT finding_key, updated_at, 'missing-in-securityhub', 'active', 'missing'
    FROM missing
    WHERE missed_by = 'securityhub'
    UNION ALL
    SELECT finding_key, updated_at, 'missing-in-guardduty', 'missing', 'active'
    FROM missing
    WHERE missed_by = 'guardduty'
    UNION ALL
    -- Where both have it, the finding's severity is GuardDuty's.
    SELECT chosen.finding_key, chosen.updated_at, 'severity', chosen.severity, side.severity
    FROM chosen
    JOIN finding_side side ON side.finding_key = chosen.finding_key AND side.source = 'securityhub'
    WHERE chosen.in_guardduty AND side.severity <> chosen.severity
),
-- Of each kind those that changed last: kept while counting, so that nothing is sorted but what is shown.
counted AS (
    SELECT
        kind, count(*)::BIGINT AS findings,
        max({'at': updated_at, 'finding_key': finding_key, 'guardduty': guardduty, 'securityhub': securityhub}, ?) AS last
    FROM drifting
    GROUP BY kind
),
shown AS (SELECT kind, findings, unnest(last) AS row FROM counted)
SELECT
    shown.kind, shown.row.guardduty, shown.row.securityhub, f.finding_key, f.title, f.account, f.region, f.updated_at,
    shown.findings
FROM shown
JOIN finding f ON f.finding_key = shown.row.finding_key
ORDER BY shown.kind, f.updated_at DESC, f.finding_key DESC
