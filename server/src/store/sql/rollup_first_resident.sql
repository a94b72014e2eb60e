-- Since when there are findings of each thing.
SELECT part, place, type, kind, sample, sum(findings)::BIGINT AS findings, min(first_at) AS first_at
FROM rollup_first
GROUP BY ALL
