-- Findings, their history, where they come from and what could not be read.
--
-- Times are UTC in TIMESTAMP. Lists hold several values of one dimension. `finding_key` is the xxh3-128 of the ARN as
-- 32 hexadecimal digits. Dimension lists hold keys; the label of a key is what stands after its last '/'.

-- Current state: one row per finding.
CREATE TABLE finding (
    finding_key         VARCHAR NOT NULL,
    arn                 VARCHAR NOT NULL,
    source              VARCHAR NOT NULL,   -- whose word counts: guardduty | securityhub
    in_guardduty        BOOLEAN NOT NULL,
    in_securityhub      BOOLEAN NOT NULL,
    kind                VARCHAR NOT NULL,   -- threat | posture | vulnerability
    category            VARCHAR,            -- NULL unless kind = threat
    category_secondary  VARCHAR,
    category_rule       VARCHAR NOT NULL,
    type                VARCHAR NOT NULL,
    mitre               VARCHAR,
    product             VARCHAR NOT NULL,
    severity            VARCHAR NOT NULL,
    severity_rank       TINYINT NOT NULL,   -- 0 informational … 4 critical, for ordering
    severity_score      DOUBLE,
    title               VARCHAR NOT NULL,
    description         VARCHAR NOT NULL,
    account             VARCHAR,
    region              VARCHAR,
    clusters            VARCHAR[] NOT NULL,
    families            VARCHAR[] NOT NULL,
    revisions           VARCHAR[] NOT NULL,
    services            VARCHAR[] NOT NULL,
    task_arns           VARCHAR[] NOT NULL,
    launch_types        VARCHAR[] NOT NULL,
    containers          VARCHAR[] NOT NULL,
    images              VARCHAR[] NOT NULL,
    image_digests       VARCHAR[] NOT NULL,
    resource_type       VARCHAR,
    resource_id         VARCHAR,
    count               BIGINT,             -- NULL where the service does not count
    occurrences         BIGINT NOT NULL,
    first_seen          TIMESTAMP,
    last_seen           TIMESTAMP,
    created_at          TIMESTAMP NOT NULL,
    updated_at          TIMESTAMP NOT NULL,
    first_observed_at   TIMESTAMP NOT NULL,
    archived            BOOLEAN NOT NULL,
    record_state        VARCHAR,
    workflow            VARCHAR,
    compliance          VARCHAR,
    control             VARCHAR,
    vulnerability_ids   VARCHAR[] NOT NULL,
    sample              BOOLEAN NOT NULL,
    sequence            VARCHAR NOT NULL,   -- is | member | none
    attack_sequence     VARCHAR,
    closed_at           TIMESTAMP,          -- NULL while active
    url                 VARCHAR
);

-- The newest document of each service about a finding: what merging compares with, and the raw view.
CREATE TABLE finding_side (
    finding_key  VARCHAR NOT NULL,
    source       VARCHAR NOT NULL,
    observed_at  TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL,
    details_hash UBIGINT NOT NULL,          -- equal hash: nothing to merge
    raw          BLOB NOT NULL              -- zstd of the JSON text
);

-- Every observed change, append-only.
CREATE TABLE finding_version (
    finding_key   VARCHAR NOT NULL,
    observed_at   TIMESTAMP NOT NULL,
    source        VARCHAR NOT NULL,
    updated_at    TIMESTAMP NOT NULL,
    severity      VARCHAR NOT NULL,
    count         BIGINT,
    count_delta   BIGINT NOT NULL,
    occurred_at   TIMESTAMP NOT NULL,       -- when the repetitions of this change are counted
    archived      BOOLEAN NOT NULL,
    workflow      VARCHAR,
    record_state  VARCHAR
);

-- One row per collector: account × Region × source.
CREATE TABLE sync_source (
    account          VARCHAR NOT NULL,
    region           VARCHAR NOT NULL,
    source           VARCHAR NOT NULL,
    cursor           TIMESTAMP,             -- updatedAt up to which everything has been read
    last_attempt_at  TIMESTAMP,
    last_success_at  TIMESTAMP,
    last_full_at     TIMESTAMP,             -- last pull that re-read everything
    failing_since    TIMESTAMP,
    outcome          VARCHAR,               -- ok | failed | denied | not-enabled; NULL: no pull has finished yet
    last_error       VARCHAR,
    read_rows        BIGINT NOT NULL,
    new_rows         BIGINT NOT NULL,
    updated_rows     BIGINT NOT NULL,
    unchanged_rows   BIGINT NOT NULL,
    rejected_rows    BIGINT NOT NULL,
    requests         BIGINT NOT NULL,
    throttles        BIGINT NOT NULL,
    errors           BIGINT NOT NULL
);

-- Time somebody looked at, per collector: what lies outside is unknown, not zero. Neighbouring pulls are joined.
CREATE TABLE sync_covered (
    account       VARCHAR NOT NULL,
    region        VARCHAR NOT NULL,
    source        VARCHAR NOT NULL,
    covered_from  TIMESTAMP NOT NULL,
    covered_to    TIMESTAMP NOT NULL
);

-- Input that was no finding, with the reason.
CREATE TABLE rejected_input (
    rejected_at  TIMESTAMP NOT NULL,
    origin       VARCHAR NOT NULL,
    position     VARCHAR NOT NULL,
    reason       VARCHAR NOT NULL,
    raw          VARCHAR NOT NULL
);

-- Single values: `data_version`, a number that grows with every change people can see.
CREATE TABLE setting (
    name   VARCHAR NOT NULL,
    value  VARCHAR NOT NULL
);

INSERT INTO setting VALUES ('data_version', '0');
