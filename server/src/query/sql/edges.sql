    SELECT
        {at} AS moment, f.category, f.severity, f.type, f.account, f.region, f.workflow, f.in_guardduty, f.in_securityhub,
        f.clusters, f.families, f.services, f.occurrences
    FROM finding f
    WHERE {span} AND {conditions}
