    SELECT f.number, {part} AS part, {key} AS key, f.category, f.severity, 1::BIGINT AS findings, f.occurrences
    FROM edge f
