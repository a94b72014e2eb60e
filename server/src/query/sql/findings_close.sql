f.created_at BETWEEN ? AND ? AND list_contains([{numbers}], f.rowid)
