    -- Where a window ends inside an hour or a day: one by one.
    SELECT {at} AS moment, {key} AS key, f.category, f.severity, 1::BIGINT AS findings, f.occurrences
    FROM finding f
    WHERE {span} AND {conditions}
