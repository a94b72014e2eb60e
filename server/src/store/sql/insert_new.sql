-- Findings none of which is kept: nothing has to be looked for.
INSERT INTO finding BY NAME FROM staged_row;
