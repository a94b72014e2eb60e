f.created_at BETWEEN ? AND ? AND f.rowid BETWEEN {first} AND {last} AND list_contains([{numbers}], f.rowid)
