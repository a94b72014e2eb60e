-- The first and the last title of each day, by hours since 1970, of each kind, sample and category.
SELECT
    (epoch(created_at)::BIGINT // 86400 * 24)::INTEGER AS day, slice, category, min(title), max(title)
FROM finding
GROUP BY ALL
