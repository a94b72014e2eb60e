    SELECT
        min({at}) AS moment, f.category, f.severity, '' AS type, []::VARCHAR[] AS clusters, []::VARCHAR[] AS families,
        {more} AS others, count(*)::BIGINT AS findings, sum(f.occurrences)::BIGINT AS occurrences
    FROM finding f
    WHERE {span} AND {conditions}
    GROUP BY f.category, f.severity, others
