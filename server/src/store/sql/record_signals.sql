-- A sequence does not lose signals: what it named stays named.
INSERT INTO finding_signal
SELECT DISTINCT staged.*
FROM staged_signal AS staged
ANTI JOIN finding_signal AS known
    ON known.sequence_arn = staged.sequence_arn AND known.finding_key = staged.finding_key;

-- Staged findings that a sequence names, read now or before, and whose own document does not say so.
UPDATE staged_finding
SET sequence = 'member', attack_sequence = named.sequence_arn
FROM (SELECT finding_key, min(sequence_arn) AS sequence_arn FROM finding_signal GROUP BY finding_key) AS named
WHERE staged_finding.finding_key = named.finding_key AND staged_finding.sequence = 'none';
