-- What a service is and what reaches it, so that services have verdicts and gaps are ordered by exposure, too. NULL until the
-- next look; where ECS does not tell, it stays NULL, which is unknown and not "no".
ALTER TABLE ecs_service ADD COLUMN service_arn VARCHAR;
ALTER TABLE ecs_service ADD COLUMN family VARCHAR;          -- NULL: another controller than ECS decides
ALTER TABLE ecs_service ADD COLUMN load_balancers BIGINT;   -- it is registered with
ALTER TABLE ecs_service ADD COLUMN public_ip BOOLEAN;       -- whether its tasks get public addresses
