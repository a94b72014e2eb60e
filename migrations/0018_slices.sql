-- Kind and sample in one number, because every question about findings asks for them: comparing numbers takes a third of
-- the time of comparing words.

-- 0 threats, 2 postures, 4 vulnerabilities; of samples 1 more. The same number as in the parts of the rollups.
ALTER TABLE finding ADD COLUMN slice TINYINT;

UPDATE finding
SET slice = (CASE kind WHEN 'threat' THEN 0 WHEN 'posture' THEN 2 ELSE 4 END + CASE WHEN sample THEN 1 ELSE 0 END)::TINYINT;
