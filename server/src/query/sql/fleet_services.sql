-- Services that were there when somebody last looked.
SELECT account_id, region, cluster_arn, service, service_arn, family, load_balancers, public_ip
FROM ecs_service
ORDER BY cluster_arn, service
