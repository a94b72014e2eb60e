-- Things that began in the window, counted ahead, whatever else the filter asks for: new here is new everywhere. They are
-- few, and where there are none the findings are not even looked at.
begun AS (
    SELECT r.place, r.type
    FROM rollup_first r
    WHERE r.part = {part} AND {facts}
    GROUP BY ALL
    HAVING min(r.first_at) >= ?
)
