    SELECT
        w.type,
        w.category,
        n.findings,
        n.occurrences,
        n.worst,
        n.newest,
        p.families,
        p.clusters,
        p.resource_id
    FROM (
        SELECT
            f.what_id,
            f.where_id,
            count(*) AS findings,
            sum(f.occurrences)::BIGINT AS occurrences,
            max(f.severity_rank) AS worst,
            max(f.created_at) AS newest
        FROM finding f
        WHERE {conditions}
        GROUP BY f.what_id, f.where_id
    ) n
    JOIN dictionary_what w USING (what_id)
    JOIN dictionary_where p USING (where_id)
