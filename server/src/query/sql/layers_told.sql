-- Which kinds of findings ever came from an account and Region: whoever told once was looking.
SELECT account, region, bool_or(kind = 'threat'), bool_or(kind = 'posture'), bool_or(kind = 'vulnerability')
FROM finding
WHERE account IS NOT NULL AND region IS NOT NULL
GROUP BY account, region
