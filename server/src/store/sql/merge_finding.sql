-- The state after a batch replaces the state before. One staged row per finding.
MERGE INTO finding
USING staged_row AS staged
ON finding.finding_key = staged.finding_key
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
