f.created_at BETWEEN ? AND ? AND f.rowid IN (FROM (VALUES {numbers}))
