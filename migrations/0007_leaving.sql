-- When AWS forgets a finding, and what was first seen where.

-- When the last service that knows a finding forgets it: GuardDuty 90 days after its last update, Security Hub too, or 30
-- days where the record is archived. NULL where neither has told of it.
ALTER TABLE finding ADD COLUMN leaves_at TIMESTAMP;

UPDATE finding
SET leaves_at = side.leaves_at
FROM (
    SELECT
        s.finding_key,
        max(s.updated_at + CASE
            WHEN s.source = 'securityhub' AND f.record_state = 'ARCHIVED' THEN INTERVAL 30 DAY
            ELSE INTERVAL 90 DAY
        END) AS leaves_at
    FROM finding_side AS s
    JOIN finding AS f ON f.finding_key = s.finding_key
    GROUP BY s.finding_key
) AS side
WHERE side.finding_key = finding.finding_key;

-- Since when there are findings of a thing, counted ahead like the other rollups. Rows add up: `findings` is a sum, the
-- earliest `first_at` counts. What no finding has any more has no rows left.
CREATE TABLE rollup_first (
    part      TINYINT NOT NULL,     -- 0 task family, 1 type in a task family, 2 type in a cluster, 3 image digest
    place     VARCHAR NOT NULL,     -- key of the family or cluster, or the digest
    type      VARCHAR NOT NULL,     -- '' where the place alone is the thing
    kind      VARCHAR NOT NULL,
    sample    BOOLEAN NOT NULL,
    findings  BIGINT NOT NULL,
    first_at  TIMESTAMP             -- when the first of them was created; NULL in a row that only takes away
);

-- Parts of `rollup_day` and `rollup_hour` since form 2, besides those of 0004: 11 to 14 count findings by type, cluster,
-- family and service by when they were created, without telling category ('' or NULL), severity ('') and state (true)
-- apart; 15 counts all findings by when AWS forgets them.
