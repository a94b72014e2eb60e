    SELECT {place} AS place, {type} AS type, f.created_at AS first_at, 1 AS findings
    FROM finding f
    WHERE {present}
