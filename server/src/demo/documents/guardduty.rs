//! Findings as GuardDuty's `GetFindings` answers them.
//!
//! Shape: <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html>

use jiff::SignedDuration;
use serde_json::{Value, json};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::{epoch, text};
use crate::demo::fleet::Place;
use crate::demo::record::{Facts, Record, Sequence, Threat};

/// A finding as `GetFindings` answers it.
pub fn guardduty(record: &Record, threat: &Threat) -> Value {
    // Findings appear some minutes after what they are about.
    let lag = SignedDuration::from_secs(i64::try_from(xxh3_64(record.id.as_bytes()) % 480).unwrap_or(0) + 120);
    let mut service = json!({
        "serviceName": "guardduty", "detectorId": record.detector(), "archived": record.archived, "count": record.count,
        "eventFirstSeen": text(record.created - lag), "eventLastSeen": text(record.updated - lag),
    });
    let mut more = json!({"agentDetails": {"agentVersion": "1.9.0"}});
    if record.sample {
        more["sample"] = json!(true);
    }
    service["additionalInfo"] = json!({"value": more.to_string(), "type": "default"});
    seen(record, threat, &mut service);
    let mut document = json!({
        "schemaVersion": "2.0", "accountId": record.account, "region": record.region, "partition": "aws",
        "id": record.id, "arn": record.arn, "type": threat.name, "resource": resource(record, threat),
        "service": service, "severity": threat.severity, "createdAt": text(record.created),
        "updatedAt": text(record.updated), "title": record.title, "description": threat.description,
    });
    if let Some(sequence) = &threat.member_of {
        document["associatedAttackSequenceArn"] = json!(sequence);
    }
    document
}

fn resource(record: &Record, threat: &Threat) -> Value {
    let (name, facts, account) = (threat.name.as_str(), &threat.facts, &record.account);
    if threat.sequence.is_some() {
        return json!({"resourceType": "AttackSequence"});
    }
    if let Some(place) = &threat.place {
        return on_ecs(name, place);
    }
    let of = |part: &str| name.contains(part);
    if of(":S3/") {
        let bucket = json!([{"arn": format!("arn:aws:s3:::{}", facts.bucket), "name": facts.bucket, "type": "Destination",
            "createdAt": epoch(record.created - SignedDuration::from_hours(24 * 400)),
            "publicAccess": {"effectivePermission": "NOT_PUBLIC"}}]);
        let object = of("MaliciousFile");
        return json!({"resourceType": if object { "S3Object" } else { "S3Bucket" }, "s3BucketDetails": bucket,
            "accessKeyDetails": access_key(facts)});
    }
    if of(":IAMUser/") {
        return json!({"resourceType": "AccessKey", "accessKeyDetails": access_key(facts)});
    }
    if of(":Kubernetes/") || of(":EKS/") {
        let arn = format!("arn:aws:eks:{}:{account}:cluster/{}", record.region, facts.kubernetes);
        return json!({"resourceType": "EKSCluster",
            "eksClusterDetails": {"name": facts.kubernetes, "arn": arn, "status": "ACTIVE", "vpcId": "vpc-0f3a9d"},
            "kubernetesDetails": {"kubernetesUserDetails": {"username": facts.user, "groups": ["system:authenticated"]}}});
    }
    if of(":RDS/") {
        let arn = format!("arn:aws:rds:{}:{account}:db:{}", record.region, facts.database);
        return json!({"resourceType": "RDSDBInstance", "rdsDbInstanceDetails": {"dbInstanceIdentifier": facts.database,
            "engine": "aurora-postgresql", "dbInstanceArn": arn}, "rdsDbUserDetails": {"user": facts.user}});
    }
    if of(":Lambda/") {
        let arn = format!("arn:aws:lambda:{}:{account}:function:{}", record.region, facts.function);
        return json!({"resourceType": "Lambda", "lambdaDetails": {"functionArn": arn, "functionName": facts.function,
            "functionVersion": "$LATEST"}});
    }
    json!({"resourceType": "Instance", "instanceDetails": {"instanceId": facts.instance, "instanceType": "m7g.large",
        "instanceState": "running", "availabilityZone": format!("{}a", record.region),
        "networkInterfaces": [{"privateIpAddress": "10.0.12.31", "subnetId": "subnet-04ac", "vpcId": "vpc-0f3a9d"}]}})
}

fn access_key(facts: &Facts) -> Value {
    json!({"accessKeyId": format!("ASIA{:016X}", xxh3_64(facts.user.as_bytes())),
        "principalId": format!("AROAEXAMPLE:{}", facts.user), "userName": facts.user, "userType": "AssumedRole"})
}

fn on_ecs(name: &str, place: &Place) -> Value {
    let container = json!({"containerRuntime": "containerd", "id": place.container_id, "name": place.container,
        "image": place.image, "imagePrefix": place.image.split('/').next().unwrap_or_default(),
        "securityContext": {"privileged": false}});
    let cluster = json!({
        "name": place.cluster_name, "arn": place.cluster, "status": "ACTIVE",
        "taskDetails": {
            "arn": place.task, "definitionArn": place.definition, "version": "3", "createdAt": epoch(place.started),
            "startedAt": epoch(place.started + SignedDuration::from_secs(20)), "startedBy": place.started_by(),
            "group": place.group(), "launchType": "FARGATE", "containers": [container.clone()]}});
    // What a scan found in an image names the container beside the cluster.
    if name.contains(":Container/") {
        json!({"resourceType": "Container", "containerDetails": container, "ecsClusterDetails": cluster})
    } else {
        json!({"resourceType": "ECSCluster", "ecsClusterDetails": cluster})
    }
}

/// What was seen, as the kind of finding tells it.
fn seen(record: &Record, threat: &Threat, service: &mut Value) {
    let (name, facts) = (threat.name.as_str(), &threat.facts);
    if let Some(sequence) = &threat.sequence {
        service["featureName"] = json!("Correlation");
        service["detection"] = json!({"sequence": sequence_of(record, threat, sequence)});
        return;
    }
    let scanned = name.contains("MaliciousFile") || name.contains("SuspiciousFile");
    if scanned && !name.contains(":Runtime/") {
        service["featureName"] = json!("EbsVolumeScan");
        service["malwareScanDetails"] = json!({"threats": [{"name": "Trojan.Linux.Miner", "source": "Amazon",
            "itemPaths": [{"resourceArn": record.arn, "nestedItemPath": facts.file}]}]});
        return;
    }
    if let (Some(process), Some(place)) = (&facts.process, &threat.place) {
        service["featureName"] = json!("RuntimeMonitoring");
        service["runtimeDetails"] = runtime(record, threat, process, place);
    } else {
        service["resourceRole"] = json!(if name.starts_with("Recon:") { "TARGET" } else { "ACTOR" });
    }
    if let Some(action) = action(name, facts) {
        service["action"] = action;
    }
    if name.contains("MaliciousIP") || name.contains("Tor") || name.contains("C&C") {
        service["evidence"] =
            json!({"threatIntelligenceDetails": [{"threatListName": "ProofPoint", "threatNames": ["botnet"]}]});
    }
}

fn runtime(record: &Record, threat: &Threat, (path, command): &(String, String), place: &Place) -> Value {
    let facts = &threat.facts;
    let number = xxh3_64(record.id.as_bytes());
    let digest = |part: &str| xxh3_128(format!("{path}{part}").as_bytes());
    let (pid, root) = (number % 30_000 + 40, number.is_multiple_of(3));
    let user = if root { "root" } else { "app" };
    let user_id = if root { 0 } else { 1_000 };
    let started = record.updated - SignedDuration::from_secs(i64::try_from(number % 900).unwrap_or(0) + 130);
    let ancestor = place.ancestor.rsplit('/').next().unwrap_or_default();
    let mut context = json!({"commandLineExample": command});
    if let Some(tool) = &facts.tool {
        context["toolName"] = json!(facts.process_name());
        context["toolCategory"] = json!(tool);
    }
    if !facts.file.is_empty() {
        context["threatFilePath"] = json!(facts.file);
    }
    json!({
        "process": {
            "name": facts.process_name(), "executablePath": path, "executableSha256": format!("{:032x}{:032x}", digest("head"), digest("tail")),
            "pid": pid, "namespacePid": pid % 400, "pwd": "/app", "startTime": epoch(started), "user": user,
            "userId": user_id, "euid": user_id, "uuid": format!("{number:016x}"),
            "lineage": [
                {"startTime": epoch(started - SignedDuration::from_secs(2)), "namespacePid": pid % 397, "pid": pid - 3,
                    "uuid": format!("{:016x}", number ^ 1), "name": "sh", "executablePath": "/bin/sh", "euid": user_id},
                {"startTime": epoch(place.started), "namespacePid": 1, "pid": 17, "uuid": format!("{:016x}", number ^ 2),
                    "name": ancestor, "executablePath": place.ancestor, "euid": user_id}]},
        "context": context,
    })
}

fn action(name: &str, facts: &Facts) -> Option<Value> {
    let remote = json!({"ipAddressV4": facts.ip, "country": {"countryName": "Netherlands"},
        "organization": {"asn": "64500", "asnOrg": "Example Hosting", "isp": "Example Hosting", "org": "Example Hosting"}});
    let domain = ["!DNS", "Domain", "DNS", "DoH", "DoT"].iter().any(|part| name.contains(part));
    let action = if let (Some(asked), true) = (&facts.domain, domain) {
        json!({"actionType": "DNS_REQUEST", "dnsRequestAction": {"domain": asked, "protocol": "UDP", "blocked": false,
            "domainWithSuffix": asked}})
    } else if name.contains("PortProbe") {
        json!({"actionType": "PORT_PROBE", "portProbeAction": {"blocked": false, "portProbeDetails": [
            {"localPortDetails": {"port": facts.port, "portName": "Unknown"}, "remoteIpDetails": remote}]}})
    } else if name.contains(":RDS/") {
        json!({"actionType": "RDS_LOGIN_ATTEMPT", "rdsLoginAttemptAction": {"remoteIpDetails": remote}})
    } else if name.contains(":Kubernetes/") {
        json!({"actionType": "KUBERNETES_API_CALL", "kubernetesApiCallAction": {"requestUri": "/api/v1/secrets",
            "verb": "list", "remoteIpDetails": remote}})
    } else if name.contains(":IAMUser/") || name.contains(":S3/") {
        let (api, service) =
            if name.contains(":S3/") { ("GetObject", "s3.amazonaws.com") } else { ("ListRoles", "iam.amazonaws.com") };
        json!({"actionType": "AWS_API_CALL", "awsApiCallAction": {"api": api, "serviceName": service,
            "callerType": "Remote IP", "remoteIpDetails": remote}})
    } else if name.contains(":EC2/") || name.contains(":Lambda/") || connects(name) {
        json!({"actionType": "NETWORK_CONNECTION", "networkConnectionAction": {"connectionDirection": "OUTBOUND",
            "protocol": "TCP", "blocked": false, "remoteIpDetails": remote,
            "remotePortDetails": {"port": facts.port, "portName": "Unknown"},
            "localPortDetails": {"port": 38_412, "portName": "Unknown"}}})
    } else {
        return None;
    };
    Some(action)
}

/// Runtime types that tell of a connection.
fn connects(name: &str) -> bool {
    let parts = ["ReverseShell", "C&CActivity.B", "BitcoinTool.B", "Tor", "Blackhole", "DropPoint"];
    name.contains(":Runtime/") && parts.iter().any(|part| name.contains(part))
}

fn sequence_of(record: &Record, threat: &Threat, sequence: &Sequence) -> Value {
    let indicator = |key: &String| {
        let value = match key.as_str() {
            "CRYPTOMINING_DOMAIN" => "pool.minexmr.example",
            "CRYPTOMINING_PROCESS" => "/tmp/.cache/xmrig",
            "ATTACK_TACTIC" => "Impact",
            _ => threat.facts.ip.as_str(),
        };
        json!({"key": key, "values": [value], "title": key})
    };
    let mut resources = Vec::new();
    let mut known = Vec::new();
    for place in &sequence.places {
        if known.contains(&&place.task) {
            continue;
        }
        known.push(&place.task);
        let base = |uid: &str, name: &str, kind: &str, data: Value| {
            json!({"uid": uid, "name": name, "accountId": record.account, "region": record.region, "service": "ecs",
                "resourceType": kind, "data": data})
        };
        let task = json!({"ecsTask": {"createdAt": epoch(place.started), "taskDefinitionArn": place.definition,
            "launchType": "FARGATE", "containerUids": [place.container_id]}});
        let container = json!({"container": {"image": place.image, "imageUid": place.digest}});
        resources.push(base(&place.task, &place.family, "ECS_TASK", task));
        resources.push(base(&place.container_id, &place.container, "CONTAINER", container));
    }
    if let Some(place) = sequence.places.first() {
        resources.push(json!({"uid": place.cluster, "name": place.cluster_name, "accountId": record.account,
            "region": record.region, "service": "ecs", "resourceType": "ECS_CLUSTER",
            "data": {"ecsCluster": {"status": "ACTIVE"}}}));
    }
    let signals: Vec<Value> = sequence
        .signals
        .iter()
        .map(|signal| {
            json!({"uid": signal.arn, "type": "FINDING", "name": signal.name, "severity": signal.severity,
                "count": signal.count, "createdAt": epoch(signal.first), "updatedAt": epoch(signal.last),
                "firstSeenAt": epoch(signal.first), "lastSeenAt": epoch(signal.last),
                "resourceUids": signal.task.iter().collect::<Vec<_>>(), "actorIds": [], "endpointIds": []})
        })
        .collect();
    json!({"uid": record.id, "description": threat.description,
        "sequenceIndicators": sequence.indicators.iter().map(indicator).collect::<Vec<_>>(),
        "actors": [], "endpoints": [], "resources": resources, "signals": signals})
}
