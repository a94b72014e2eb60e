WITH
-- How each question about costs ended the last time.
asked AS (
    SELECT account_id, region, question, outcome, note, asked_at
    FROM cost_asked
    QUALIFY row_number() OVER (PARTITION BY account_id, region, question ORDER BY asked_at DESC) = 1
),
-- And when it was last answered, if only with nothing.
good AS (
    SELECT account_id, region, question, max(asked_at) AS at
    FROM cost_asked
    WHERE outcome IN ('answered', 'empty')
    GROUP BY account_id, region, question
),
-- What the last round of them took.
round AS (
    SELECT account_id, region, took_ms, requests, throttles
    FROM cost_round
    QUALIFY row_number() OVER (PARTITION BY account_id, region ORDER BY started_at DESC) = 1
)
SELECT
    'coverage' AS collector, account_id, region, part, outcome, error AS note, last_attempt_at, last_success_at,
    took_ms, requests, throttles,
    list_position(['detector', 'verdicts', 'statistics', 'clusters', 'services', 'tasks', 'hub'], part) AS place
FROM coverage_part
UNION ALL
SELECT
    'cost', asked.account_id, asked.region, asked.question, asked.outcome, asked.note, asked.asked_at, good.at,
    round.took_ms, round.requests, round.throttles,
    list_position(
        ['members', 'usage-by-feature', 'usage-by-account', 'usage-by-data-source', 'top-accounts-by-feature',
         'trial-days', 'cloudwatch'],
        asked.question
    )
FROM asked
LEFT JOIN good ON good.account_id = asked.account_id AND good.region = asked.region AND good.question = asked.question
LEFT JOIN round ON round.account_id = asked.account_id AND round.region = asked.region
ORDER BY account_id, region, collector DESC, place
