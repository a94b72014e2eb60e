-- How each question ended when it was last asked.
SELECT account_id, region, question, outcome, note, asked_at
FROM cost_asked
QUALIFY row_number() OVER (PARTITION BY account_id, region, question ORDER BY asked_at DESC) = 1
ORDER BY account_id, region, question
