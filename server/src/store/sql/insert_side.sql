-- The first documents of findings none of which is kept.
INSERT INTO finding_side BY NAME FROM staged_side;
