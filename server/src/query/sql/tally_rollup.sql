    SELECT {number} AS number, {part} AS part, r.key, r.category, r.severity, r.findings, r.occurrences
    FROM rollup_{unit} r
    WHERE r.part IN ({parts}) AND {span} AND {conditions}
