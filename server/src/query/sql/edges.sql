    SELECT
        {at} AS moment, f.category, f.severity, f.type, f.clusters, f.families,
        {more} AS others, 1::BIGINT AS findings, f.occurrences
    FROM finding f
    WHERE {span}
      -- Of rows of the span alone: the database would look for what a column is compared with in all rows first.
      AND CASE WHEN {at} IS NULL THEN false ELSE {conditions} END
