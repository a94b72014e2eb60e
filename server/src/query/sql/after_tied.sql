{order} = try_cast(? AS {type}) AND f.created_at <= ?
  AND (f.created_at < ? OR f.finding_key > ?)
