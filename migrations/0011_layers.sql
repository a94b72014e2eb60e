-- Which resources belong to what runs, and what Security Hub is told to look at. Both are as the last good look saw
-- them, and are replaced by the next one.

-- A finding that names one of these resources concerns the workload, even if it does not name the workload itself.
CREATE TABLE workload_resource (
    account_id     VARCHAR NOT NULL,
    region         VARCHAR NOT NULL,
    cluster_arn    VARCHAR NOT NULL,
    family         VARCHAR NOT NULL,
    resource_type  VARCHAR NOT NULL,   -- image | service | security-group
    resource_id    VARCHAR NOT NULL    -- digest | ARN | ARN
);

-- Standards that are subscribed to, and products whose findings Security Hub takes, of the account that was asked.
CREATE TABLE hub_enabled (
    account_id  VARCHAR NOT NULL,
    region      VARCHAR NOT NULL,
    what        VARCHAR NOT NULL,      -- standard | product
    name        VARCHAR NOT NULL,      -- standards/…/v/… | aws/inspector: the end of its ARN
    status      VARCHAR                -- of a standard, as Security Hub says: READY, PENDING, INCOMPLETE, …
);
