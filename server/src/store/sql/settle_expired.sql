-- Brings `finding.expired_in_aws` of the staged keys in line with what is known of each service.
MERGE INTO finding
USING (
    SELECT
        finding_key,
        -- Gone since the last of them was found missing; NULL as soon as one service has it.
        CASE WHEN bool_and(expired_at IS NOT NULL) THEN max(expired_at) END AS expired_in_aws
    FROM finding_side
    WHERE finding_key IN (FROM staged_key)
    GROUP BY finding_key
) AS settled
ON finding.finding_key = settled.finding_key
WHEN MATCHED AND finding.expired_in_aws IS DISTINCT FROM settled.expired_in_aws
THEN UPDATE SET expired_in_aws = settled.expired_in_aws;
