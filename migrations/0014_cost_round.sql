-- How long a collector's round of questions about costs took, and what it sent: a row for each round. `cost_asked` has how
-- each question of it ended.
CREATE TABLE cost_round (
    account_id  VARCHAR NOT NULL,       -- of the collector that asked
    region      VARCHAR NOT NULL,
    started_at  TIMESTAMP NOT NULL,
    took_ms     BIGINT NOT NULL,
    requests    BIGINT NOT NULL,        -- retries included
    throttles   BIGINT NOT NULL,
    errors      BIGINT NOT NULL
);
