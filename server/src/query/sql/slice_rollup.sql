    -- Counted ahead.
    SELECT r.starts_at AS moment, r.key, r.category, r.severity, r.findings, r.occurrences
    FROM rollup_{unit} r
    WHERE r.part = {part} AND {span} AND {conditions}
