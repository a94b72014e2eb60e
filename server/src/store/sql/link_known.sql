-- Findings kept before that a sequence of this batch names.
UPDATE finding
SET sequence = 'member', attack_sequence = named.sequence_arn
FROM (SELECT finding_key, min(sequence_arn) AS sequence_arn FROM staged_signal GROUP BY finding_key) AS named
WHERE finding.finding_key = named.finding_key AND finding.sequence = 'none';
