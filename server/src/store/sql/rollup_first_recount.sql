-- Since when there are findings of each thing of a part, counted from the findings.
SELECT
    {part}::TINYINT AS part, place, type, kind, sample, count(*)::BIGINT AS findings, min(created_at) AS first_at
FROM (SELECT unnest(f.{places}) AS place, {type} AS type, f.kind, f.sample, f.created_at FROM finding f)
GROUP BY ALL
