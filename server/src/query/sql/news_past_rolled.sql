    -- Counted ahead.
    SELECT r.place, r.type
    FROM rollup_first r
    WHERE r.part = {part} AND {facts}
    GROUP BY ALL
    HAVING min(r.first_at) < ?
