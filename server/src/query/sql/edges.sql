    SELECT
        {at} AS moment, f.category, f.severity, f.type, f.clusters, f.families,
        {more} AS others, 1::BIGINT AS findings, f.occurrences
    FROM finding f
    WHERE {span} AND {conditions}
