(
    {order} {beyond} try_cast(? AS {type})
    OR ({order} = try_cast(? AS {type}) AND (f.created_at < ? OR (f.created_at = ? AND f.finding_key > ?)))
)
