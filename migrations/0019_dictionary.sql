-- What many findings have in common, each combination once: counting by a number takes a tenth of the time of counting by
-- words and lists. Written in the transaction of the finding; combinations that no finding has any more stay until the
-- next cleaning.

-- What a finding is.
CREATE TABLE dictionary_what (
    what_id         UBIGINT NOT NULL,    -- xxh3-64 of the members
    type            VARCHAR NOT NULL,
    category        VARCHAR,             -- NULL: it has none
    in_guardduty    BOOLEAN NOT NULL,
    in_securityhub  BOOLEAN NOT NULL
);

-- Where a finding is.
CREATE TABLE dictionary_where (
    where_id     UBIGINT NOT NULL,       -- xxh3-64 of the members
    account      VARCHAR,                -- NULL: not told
    region       VARCHAR,                -- NULL: not told
    clusters     VARCHAR[] NOT NULL,
    families     VARCHAR[] NOT NULL,
    services     VARCHAR[] NOT NULL,
    resource_id  VARCHAR                 -- of findings that name neither a task family nor a cluster; NULL: of others, or not told
);

-- The combinations of the finding. NULL: not looked at yet. The setting `texts` tells whether every finding was.
ALTER TABLE finding ADD COLUMN what_id UBIGINT;
ALTER TABLE finding ADD COLUMN where_id UBIGINT;
