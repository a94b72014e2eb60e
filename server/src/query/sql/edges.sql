    SELECT {at} AS moment, f.category, f.severity, f.type, f.clusters, f.families, f.occurrences, {more}
    FROM finding f
    WHERE {span} AND {conditions}
