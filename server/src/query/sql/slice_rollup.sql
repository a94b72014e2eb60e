    -- Counted ahead.
    SELECT r.starts_at AS moment, r.key, r.category, r.severity, r.findings, r.occurrences
    FROM rollup_{unit} r
    WHERE r.part IN ({parts}) AND {span} AND {conditions}
