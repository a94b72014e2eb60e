-- Things that began in the window, the latest of each part: all their findings are of the window.
SELECT r.part, r.place, r.type, min(r.first_at) AS first_at, sum(r.findings)::BIGINT AS findings
FROM rollup_first r
WHERE {facts}
  -- Most began before: those that have no row of the window are left out before they are grouped. Sums of their names will
  -- do, because what is left is looked at anyway.
  AND hash(r.place, r.type) IN (SELECT hash(n.place, n.type) FROM rollup_first n WHERE n.first_at >= ?)
GROUP BY r.part, r.place, r.type
HAVING min(r.first_at) >= ?
QUALIFY row_number() OVER (PARTITION BY r.part ORDER BY min(r.first_at) DESC, r.place, r.type) <= {limit}
