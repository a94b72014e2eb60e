    SELECT
        f.type,
        f.category,
        1::BIGINT AS findings,
        f.occurrences,
        f.severity_rank AS worst,
        f.created_at AS newest,
        f.families,
        f.clusters,
        f.resource_id
    FROM finding f
    WHERE {conditions}
