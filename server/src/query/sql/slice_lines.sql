    -- Counted ahead.
    SELECT r.part // {slices} AS part, r.starts_at AS moment, r.key, r.findings
    FROM rollup_{unit} r
    WHERE r.part IN ({parts}) AND {span} AND {conditions}
