-- The state of findings of which nothing else is different, where they stand.
UPDATE finding
SET
    severity = staged.severity,
    severity_rank = staged.severity_rank,
    severity_score = staged.severity_score,
    count = staged.count,
    occurrences = staged.occurrences,
    first_seen = staged.first_seen,
    last_seen = staged.last_seen,
    updated_at = staged.updated_at,
    first_observed_at = staged.first_observed_at,
    archived = staged.archived,
    record_state = staged.record_state,
    workflow = staged.workflow,
    closed_at = staged.closed_at,
    leaves_at = staged.leaves_at
FROM staged_state AS staged
WHERE finding.rowid = staged.finding_row;
