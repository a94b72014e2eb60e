-- The newest document of each service. One staged row per finding and service.
MERGE INTO finding_side
USING staged_side AS staged
ON finding_side.finding_key = staged.finding_key AND finding_side.source = staged.source
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
