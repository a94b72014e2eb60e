    -- Findings of an hour, as far as rollups know findings, of every kind.
    SELECT
        {at} AS moment, f.category, f.severity, f.type, f.clusters, f.families,
        []::VARCHAR[] AS others, 1::BIGINT AS findings, f.occurrences, f.slice, f.closed_at IS NULL AS is_open
    FROM finding f
    WHERE {span}
