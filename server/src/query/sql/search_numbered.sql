f.created_at BETWEEN ? AND ? AND f.rowid IN (SELECT unnest(string_split('{numbers}', ',')::BIGINT[]))
