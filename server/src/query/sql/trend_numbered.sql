-- Findings by bucket and number of the dictionary: then every finding once, and by the values of a dimension.
WITH
counted(number, {number_of}, findings) AS MATERIALIZED (
{counted}
)
SELECT number, NULL AS key, sum(findings)::BIGINT
FROM counted
GROUP BY number
UNION ALL
SELECT number, key, sum(findings)::BIGINT
FROM (
    SELECT n.number, {key} AS key, n.findings
    FROM counted n JOIN {dictionary} f USING ({number_of})
)
GROUP BY number, key
