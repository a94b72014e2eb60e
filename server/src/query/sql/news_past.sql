    -- Looked up one by one.
    SELECT DISTINCT {place} AS place, {type} AS type
    FROM finding f
    WHERE {past}
