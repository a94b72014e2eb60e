    -- Closed findings of an hour, whose moments the rollups keep exactly: on disk they lie in another order.
    SELECT
        r.starts_at AS moment, r.category, r.severity, '' AS type, []::VARCHAR[] AS clusters, []::VARCHAR[] AS families,
        []::VARCHAR[] AS others, sum(r.findings)::BIGINT AS findings, sum(r.occurrences)::BIGINT AS occurrences,
        r.part % {slices} AS slice, r.is_open
    FROM rollup_hour r
    WHERE {span} AND r.part // {slices} = {count}
    GROUP BY ALL
