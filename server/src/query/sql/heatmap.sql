WITH
-- One row per finding and value of the rows' dimension.
by_row AS (
    SELECT f.*, {row} AS row_key
    FROM finding f
    WHERE {conditions}
),
-- One row per finding and cell: a second list of values multiplies the first.
cells AS (
    SELECT f.row_key, {column} AS column_key
    FROM by_row f
)
SELECT row_key, column_key, count(*)::BIGINT
FROM cells
GROUP BY row_key, column_key
