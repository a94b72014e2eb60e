-- Families that are less watched now than at some time since $1, and since when: after the last time they were watched better.
-- What nobody can tell now is not lost; what nobody could tell for a while in between makes no difference.
WITH
-- Each verdict with how much is watched under it, and until when it stood.
changes AS (
    SELECT
        account_id, region, cluster_arn, family, verdict,
        CASE verdict WHEN 'covered' THEN 2 WHEN 'partly' THEN 1 ELSE 0 END AS watched,
        lead(observed_at) OVER (PARTITION BY cluster_arn, family ORDER BY observed_at) AS until
    FROM family_verdict
)
SELECT
    present.account_id, present.region, present.cluster_arn, present.family,
    arg_max(past.verdict, past.watched), present.verdict, max(past.until) AS lost_at
FROM changes present JOIN changes past USING (cluster_arn, family)
WHERE present.until IS NULL AND present.verdict IN ('partly', 'gap', 'excluded', 'unsupported')
    AND past.watched > present.watched AND past.until >= ?
GROUP BY ALL
ORDER BY lost_at DESC, present.cluster_arn, present.family
