    SELECT {place} AS place, {type} AS type, f.first_at, f.findings
    FROM (
        SELECT p.clusters, p.families, w.type, n.first_at, n.findings
        FROM (
            SELECT f.what_id, f.where_id, min(f.created_at) AS first_at, count(*) AS findings
            FROM finding f
            WHERE {present}
            GROUP BY f.what_id, f.where_id
        ) n
        JOIN dictionary_where p USING (where_id)
        JOIN dictionary_what w USING (what_id)
    ) f
