    SELECT {number} AS number, f.category, f.severity, f.type, f.clusters, f.families, f.occurrences
    FROM finding f
    WHERE {span} AND {conditions}
