-- How each API answered the last time, in the order of a look.
SELECT account_id, region, part, outcome, error, last_attempt_at, last_success_at, requests, took_ms
FROM coverage_part
ORDER BY account_id, region, list_position(['detector', 'verdicts', 'statistics', 'clusters', 'services', 'tasks'], part)
