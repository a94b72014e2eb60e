-- Replaces the rows of a thing by one.
CREATE TEMP TABLE summed AS
SELECT * REPLACE (sum(findings)::BIGINT AS findings, min(first_at) AS first_at)
FROM rollup_first
GROUP BY part, place, type, kind, sample
ORDER BY part, place;

DELETE FROM rollup_first;

INSERT INTO rollup_first FROM summed;

DROP TABLE summed;
