-- Which kinds of findings ever came from an account and Region: whoever told once was looking.
SELECT DISTINCT account, region, kind
FROM finding
WHERE account IS NOT NULL AND region IS NOT NULL
