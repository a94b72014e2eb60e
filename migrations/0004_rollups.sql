-- Findings counted ahead, so that a dashboard reads hours and days instead of findings.
--
-- The rows add up: a change of a finding is written as what no longer counts (negative) and what counts now. Whoever
-- reads sums; from time to time the writer replaces rows by their sum. Both tables can be filled from `finding` alone.

-- By UTC day, for every dimension below.
CREATE TABLE rollup_day (
    part         TINYINT NOT NULL,   -- which count, a number because every question filters by it:
                                     -- findings by when they were created: 0 all, 1 account, 2 region, 3 type,
                                     -- 4 workflow, 5 source, 6 collector, 7 cluster, 8 family, 9 service;
                                     -- closed findings by when they were last open: 10 all
    key          VARCHAR NOT NULL,   -- '' for all, '(none)' where there is none; collector: source/Region
    starts_at    TIMESTAMP NOT NULL,
    kind         VARCHAR NOT NULL,
    sample       BOOLEAN NOT NULL,
    category     VARCHAR,            -- NULL unless kind = threat
    severity     VARCHAR NOT NULL,
    is_open      BOOLEAN NOT NULL,
    findings     BIGINT NOT NULL,    -- a finding with several keys counts in each of them, and once in `all`
    occurrences  BIGINT NOT NULL
);

-- By UTC hour, for all, cluster and family: the ends of a window, and the days of other time zones.
CREATE TABLE rollup_hour AS FROM rollup_day;

-- The form in which the rollups were counted; no row: not yet, nobody may read them.
INSERT INTO setting SELECT 'rollup', '1' WHERE NOT EXISTS (FROM finding);
