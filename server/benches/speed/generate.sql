-- Fills an empty database with plausible findings of the 120 days before the variable `until`, as many as `findings`
-- says, oldest first, as steady pulling leaves them. `categories` are the words of the vocabulary. Distributions are skewed as in the field: few types, families and clusters make most of the findings.
-- Every value is a hash of the finding's number, so that two runs on any machine give the same rows.
CREATE TEMP MACRO pick(number, salt, most) AS (hash(number * 64 + salt) % most)::BIGINT;
-- A number below `most`, small ones far more often.
CREATE TEMP MACRO skewed(number, salt, most) AS
    least(most - 1, floor(most * pow((hash(number * 64 + salt) % 1000003) / 1000003.0, 3)))::BIGINT;

-- The number beside a key, as the store writes it.
CREATE TEMP MACRO head(key) AS CAST('0x' || left(key, 16) AS UBIGINT);

CREATE TEMP TABLE made AS
WITH
numbered AS (
    SELECT
        i,
        CAST(getvariable('until') AS TIMESTAMP)
            - to_microseconds(((getvariable('findings') - i) * (120 * 86400 * 1000000.0 / getvariable('findings')))::BIGINT)
            AS created_at,
        pick(i, 1, 100) AS lot,
        skewed(i, 2, 90) AS family_number,
        skewed(i, 3, 120) AS type_number
    FROM range(getvariable('findings')::BIGINT) AS r(i)
),
placed AS (
    SELECT
        *,
        CASE WHEN lot < 60 THEN 'threat' WHEN lot < 85 THEN 'posture' ELSE 'vulnerability' END AS kind,
        family_number % 9 AS cluster_number,
        ['111122223333', '222233334444', '333344445555'][1 + family_number % 3] AS account,
        ['us-east-1', 'eu-west-1', 'ap-northeast-1'][1 + (family_number // 3) % 3] AS region,
        lot >= 60 OR pick(i, 4, 10) < 7 AS in_securityhub,
        lot < 60 AND pick(i, 5, 20) > 0 AS in_guardduty,
        -- Old ones are mostly closed, new ones mostly open.
        pick(i, 6, 100) < 20 + 60 * i / getvariable('findings') AS is_open,
        [1, 1, 1, 2, 2, 3, 3, 3, 3, 4][1 + (type_number * 7 + pick(i, 7, 3)) % 10]::TINYINT AS severity_rank,
        -- One in ten has no task: an instance, a bucket, an access key.
        pick(i, 8, 10) = 0 AS is_elsewhere
    FROM numbered
)
SELECT
    *,
    'arn:aws:ecs:' || region || ':' || account || ':cluster/cluster-' || cluster_number AS cluster,
    account || '/' || region || '/family-' || family_number AS family,
    CASE WHEN is_open THEN NULL ELSE created_at + to_hours(1 + pick(i, 9, 500)::INTEGER) END AS closed_at,
    CASE WHEN kind = 'threat' THEN 1 + skewed(i, 10, 200) END AS count
FROM placed;

INSERT INTO finding BY NAME
SELECT
    md5(i::VARCHAR) AS finding_key,
    head(md5(i::VARCHAR)) AS key_head,
    hash(i) AS lasting_hash,
    'arn:aws:guardduty:' || region || ':' || account || ':detector/12abc34d567e8fa901bc2d34e56789f0/finding/' || md5(i::VARCHAR) AS arn,
    CASE WHEN in_guardduty THEN 'guardduty' ELSE 'securityhub' END AS source,
    in_guardduty,
    in_securityhub OR NOT in_guardduty AS in_securityhub,
    kind,
    CASE WHEN kind = 'threat' THEN getvariable('categories')[1 + type_number % len(getvariable('categories'))] END AS category,
    'type' AS category_rule,
    'Runtime:Container/Technique' || type_number || '.' || kind AS type,
    CASE WHEN kind = 'threat' THEN 'GuardDuty' ELSE 'Security Hub' END AS product,
    ['low', 'medium', 'high', 'critical'][severity_rank] AS severity,
    severity_rank,
    severity_rank * 2.0 AS severity_score,
    'A process in a container of family-' || family_number || ' did what technique ' || type_number || ' does' AS title,
    'The container web of a task of family-' || family_number || ' ran a process that technique ' || type_number
        || ' is known for. Its parent was a shell started from outside the image, and the binary is not part of it; look at '
        || 'what else the task ' || md5((i // 40)::VARCHAR) || ' did in the hour before.' AS description,
    account,
    region,
    -- One in fifty is an attack sequence over two tasks.
    CASE WHEN is_elsewhere THEN [] WHEN i % 50 = 7 THEN [cluster, cluster || '-b'] ELSE [cluster] END AS clusters,
    CASE WHEN is_elsewhere THEN [] WHEN i % 50 = 7 THEN [family, family || '-b'] ELSE [family] END AS families,
    CASE WHEN is_elsewhere THEN [] ELSE [family || ':' || (1 + i * 40 // getvariable('findings'))] END AS revisions,
    CASE WHEN is_elsewhere THEN [] ELSE [replace(cluster, ':cluster/', ':service/') || '/service-' || family_number] END AS services,
    CASE WHEN is_elsewhere THEN [] ELSE [replace(cluster, ':cluster/', ':task/') || '/' || md5((i // 40)::VARCHAR)] END AS task_arns,
    CASE WHEN is_elsewhere THEN [] ELSE ['FARGATE'] END AS launch_types,
    CASE WHEN is_elsewhere THEN [] ELSE ['web'] END AS containers,
    CASE WHEN is_elsewhere THEN [] ELSE [account || '.dkr.ecr.' || region || '.amazonaws.com/family-' || family_number || ':1.' || (i * 40 // getvariable('findings'))] END AS images,
    CASE WHEN is_elsewhere THEN [] ELSE ['sha256:' || md5((family_number * 100 + i * 40 // getvariable('findings'))::VARCHAR)] END AS image_digests,
    CASE WHEN is_elsewhere THEN 'Instance' ELSE 'ECSCluster' END AS resource_type,
    cluster AS resource_id,
    count,
    coalesce(count, 1) AS occurrences,
    created_at - INTERVAL 5 MINUTE AS first_seen,
    created_at + to_minutes(pick(i, 11, 3000)::INTEGER) AS last_seen,
    created_at,
    created_at + to_minutes(pick(i, 11, 3000)::INTEGER) AS updated_at,
    created_at + INTERVAL 5 MINUTE AS first_observed_at,
    closed_at IS NOT NULL AND kind = 'threat' AS archived,
    CASE WHEN in_securityhub THEN 'ACTIVE' END AS record_state,
    CASE WHEN in_securityhub THEN ['NEW', 'NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED'][1 + pick(i, 12, 5)] END AS workflow,
    CASE WHEN kind = 'posture' THEN 'FAILED' END AS compliance,
    CASE WHEN kind = 'posture' THEN 'ECS.' || (1 + type_number % 20) END AS control,
    CASE WHEN kind = 'vulnerability' THEN ['CVE-2026-' || (1000 + type_number * 17)] ELSE [] END AS vulnerability_ids,
    pick(i, 13, 500) = 0 AS sample,
    (CASE kind WHEN 'threat' THEN 0 WHEN 'posture' THEN 2 ELSE 4 END + CASE WHEN pick(i, 13, 500) = 0 THEN 1 ELSE 0 END)::TINYINT AS slice,
    CASE WHEN i % 50 = 7 THEN 'is' ELSE 'none' END AS sequence,
    closed_at,
    'https://' || region || '.console.aws.amazon.com/guardduty/home?region=' || region || '#/findings?search=id%3D' || md5(i::VARCHAR) AS url
FROM made
ORDER BY i;

-- Documents cannot be made in SQL: a filler stands for each. The findings that are updated while measuring are ingested.
INSERT INTO finding_side BY NAME
WITH
told AS (
    SELECT *, 'guardduty' AS service FROM made WHERE in_guardduty
    UNION ALL
    SELECT *, 'securityhub' FROM made WHERE in_securityhub OR NOT in_guardduty
)
SELECT
    md5(i::VARCHAR) AS finding_key,
    head(md5(i::VARCHAR)) AS key_head,
    service AS source,
    created_at + INTERVAL 5 MINUTE AS observed_at,
    created_at + to_minutes(pick(i, 11, 3000)::INTEGER) AS updated_at,
    hash(i) AS details_hash,
    md5(i::VARCHAR)::BLOB AS raw,
    ['low', 'medium', 'high', 'critical'][severity_rank] AS severity
FROM told
ORDER BY i, service;

INSERT INTO finding_version BY NAME
WITH
-- The first sight of every finding, and a second one of every third.
seen AS (
    SELECT i, 0 AS nth, created_at AS seen_at, coalesce(count, 1) AS delta FROM made
    UNION ALL
    SELECT i, 1, created_at + to_minutes(pick(i, 11, 3000)::INTEGER), 2 FROM made WHERE i % 3 = 0
)
SELECT
    md5(i::VARCHAR) AS finding_key, seen_at AS observed_at, 'guardduty' AS source, seen_at AS updated_at,
    'high' AS severity, delta AS count, delta AS count_delta, seen_at AS occurred_at, false AS archived
FROM seen
ORDER BY seen_at, i;

INSERT INTO sync_source BY NAME
SELECT
    account, region, source, CAST(getvariable('until') AS TIMESTAMP) AS last_attempt_at,
    CAST(getvariable('until') AS TIMESTAMP) AS last_success_at, 'ok' AS outcome, 0 AS read_rows, 0 AS new_rows,
    0 AS updated_rows, 0 AS unchanged_rows, 0 AS rejected_rows, 0 AS requests, 0 AS throttles, 0 AS errors
FROM (SELECT unnest(['111122223333', '222233334444', '333344445555']) AS account),
    (SELECT unnest(['us-east-1', 'eu-west-1', 'ap-northeast-1']) AS region),
    (SELECT unnest(['guardduty', 'securityhub']) AS source);

INSERT INTO sync_covered
SELECT account, region, source, CAST(getvariable('until') AS TIMESTAMP) - INTERVAL 120 DAY, CAST(getvariable('until') AS TIMESTAMP)
FROM sync_source;

DROP TABLE made;
