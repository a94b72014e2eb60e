-- Things that began in the window, the latest of each part: all their findings are of the window.
SELECT r.part, r.place, r.type, min(r.first_at) AS first_at, sum(r.findings)::BIGINT AS findings
FROM rollup_first r
WHERE {facts}
GROUP BY r.part, r.place, r.type
HAVING min(r.first_at) >= ?
QUALIFY row_number() OVER (PARTITION BY r.part ORDER BY min(r.first_at) DESC, r.place, r.type) <= {limit}
