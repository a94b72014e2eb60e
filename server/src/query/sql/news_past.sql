-- The same values of everything before the window, whatever else the filter asks for: new here is new everywhere.
past AS (
    SELECT DISTINCT {place} AS place, {type} AS type
    FROM finding f
    WHERE {past}
)
