    SELECT
        min({at}) AS moment, f.category, f.severity, '' AS type, []::VARCHAR[] AS clusters, []::VARCHAR[] AS families,
        {more} AS others, count(*)::BIGINT AS findings, sum(f.occurrences)::BIGINT AS occurrences
    FROM finding f
    WHERE {span}
      -- Of rows of the span alone: the database would look for what a column is compared with in all rows first.
      AND CASE WHEN {at} IS NULL THEN false ELSE {conditions} END
    GROUP BY f.category, f.severity, others
