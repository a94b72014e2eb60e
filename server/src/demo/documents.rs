//! Findings as documents of both services.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::world::{Body, Record, Threat};

fn text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// A finding as GuardDuty's `GetFindings` answers it.
pub fn guardduty(record: &Record, threat: &Threat) -> Value {
    let mut service = json!({
        "serviceName": "guardduty", "detectorId": record.detector(), "archived": record.archived, "count": record.count,
        "eventFirstSeen": text(record.created), "eventLastSeen": text(record.updated), "resourceRole": "TARGET",
        "additionalInfo": {"value": json!({"sample": record.sample}).to_string(), "type": "default"},
    });
    action(threat, &mut service);
    if let Some(parts) = &threat.sequence {
        let indicators = [
            json!({"key": "CRYPTOMINING_DOMAIN", "values": ["pool.minexmr.example"]}),
            json!({"key": "ATTACK_TACTIC", "values": ["Impact"]}),
        ];
        let resources: Vec<Value> = parts
            .iter()
            .map(|place| {
                json!({"uid": place.task, "name": place.family, "accountId": record.account, "region": record.region,
                    "resourceType": "ECS_TASK", "data": {"ecsTask": {"taskDefinitionArn": place.definition, "launchType": "FARGATE"}}})
            })
            .collect();
        service["featureName"] = json!("Correlation");
        service["detection"] = json!({"sequence": {"uid": record.id, "description": threat.description,
            "sequenceIndicators": indicators, "resources": resources, "signals": []}});
    }
    let mut document = json!({
        "schemaVersion": "2.0", "accountId": record.account, "region": record.region, "partition": "aws", "id": record.id,
        "arn": record.arn, "type": threat.name, "resource": resource(record, threat), "service": service,
        "severity": threat.severity, "createdAt": text(record.created), "updatedAt": text(record.updated),
        "title": record.title, "description": threat.description,
    });
    if let Some(sequence) = &threat.member_of {
        document["associatedAttackSequenceArn"] = json!(sequence);
    }
    document
}

fn resource(record: &Record, threat: &Threat) -> Value {
    if threat.sequence.is_some() {
        return json!({"resourceType": "AttackSequence"});
    }
    match &threat.place {
        Some(place) => json!({"resourceType": "ECSCluster", "ecsClusterDetails": {
            "name": place.cluster_name, "arn": place.cluster, "status": "ACTIVE",
            "taskDetails": {
                "arn": place.task, "definitionArn": place.definition, "version": "3", "launchType": "FARGATE",
                "group": format!("service:{}", place.family), "startedBy": "ecs-svc/1234567890",
                "containers": [{"name": "app", "image": place.image}]}}}),
        None if threat.name.contains(":S3/") => json!({"resourceType": "S3Bucket",
            "s3BucketDetails": [{"arn": format!("arn:aws:s3:::exports-{}", record.account), "name": "exports"}]}),
        None if threat.name.contains(":IAMUser/") => json!({"resourceType": "AccessKey",
            "accessKeyDetails": {"accessKeyId": "ASIAEXAMPLE", "principalId": "AROAEXAMPLE:deploy", "userName": "deploy"}}),
        None => {
            json!({"resourceType": "Instance", "instanceDetails": {"instanceId": format!("i-0{}", &record.id[..16])}})
        }
    }
}

fn action(threat: &Threat, service: &mut Value) {
    let name = threat.name.as_str();
    if name.contains(":Runtime/") {
        service["featureName"] = json!("RuntimeMonitoring");
        service["runtimeDetails"] = json!({
            "process": {"name": threat.process, "executablePath": format!("/usr/bin/{}", threat.process), "pid": 4711, "user": "root"},
            "context": {"commandLineExample": threat.command, "toolCategory": threat.tool},
        });
        return;
    }
    service["action"] = if name.contains("!DNS") || name.contains("DomainRequest") {
        json!({"actionType": "DNS_REQUEST", "dnsRequestAction": {"domain": "update.badcdn.example", "protocol": "UDP", "blocked": false}})
    } else if name.contains("Port") {
        json!({"actionType": "PORT_PROBE", "portProbeAction": {"blocked": false,
            "portProbeDetails": [{"localPortDetails": {"port": 8080}, "remoteIpDetails": {"ipAddressV4": "198.51.100.7"}}]}})
    } else {
        json!({"actionType": "AWS_API_CALL", "awsApiCallAction": {"api": "GetObject", "serviceName": "s3.amazonaws.com",
            "remoteIpDetails": {"ipAddressV4": "203.0.113.42"}}})
    };
}

/// A finding as Security Hub's `GetFindings` answers it.
pub fn asff(record: &Record) -> Value {
    let updated = record.hub_updated;
    let mut document = json!({
        "SchemaVersion": "2018-10-08", "Id": record.arn, "AwsAccountId": record.account, "Region": record.region,
        "CompanyName": "Amazon", "CreatedAt": text(record.created), "UpdatedAt": text(updated),
        "FirstObservedAt": text(record.created), "LastObservedAt": text(updated), "Title": record.title,
        "Workflow": {"Status": record.workflow}, "RecordState": if record.hub_archived { "ARCHIVED" } else { "ACTIVE" },
        "Sample": record.sample,
    });
    match &record.body {
        Body::Threat(threat) => echo(record, threat, &mut document),
        Body::Control { id, severity, status, resource_type, resource } => {
            document["ProductName"] = json!("Security Hub");
            document["ProductArn"] = json!(format!("arn:aws:securityhub:{}::product/aws/securityhub", record.region));
            document["GeneratorId"] = json!(format!("security-control/{id}"));
            document["Types"] = json!(["Software and Configuration Checks/Industry and Regulatory Standards"]);
            document["Description"] = json!(format!("Control {id} checks this resource."));
            document["Severity"] = json!({"Label": severity});
            document["Compliance"] = json!({"Status": status, "SecurityControlId": id});
            document["Resources"] = json!([{"Type": resource_type, "Id": resource, "Region": record.region}]);
        }
        Body::Package { id, severity, package, image, digest } => {
            document["ProductName"] = json!("Inspector");
            document["ProductArn"] = json!(format!("arn:aws:securityhub:{}::product/aws/inspector", record.region));
            document["GeneratorId"] = json!("AWSInspector");
            document["Types"] = json!(["Software and Configuration Checks/Vulnerabilities/CVE"]);
            document["Description"] = json!(format!("{package} has a known weakness; a newer version repairs it."));
            document["Severity"] = json!({"Label": severity});
            document["Vulnerabilities"] =
                json!([{"Id": id, "FixAvailable": "YES", "VulnerablePackages": [{"Name": package}]}]);
            let repository = format!("arn:aws:ecr:{}:{}:repository/{image}/{digest}", record.region, record.account);
            document["Resources"] = json!([{"Type": "AwsEcrContainerImage", "Id": repository, "Region": record.region,
                "Details": {"AwsEcrContainerImage": {"RepositoryName": image, "ImageDigest": digest}}}]);
        }
    }
    document
}

fn echo(record: &Record, threat: &Threat, document: &mut Value) {
    let label = match threat.severity {
        s if s >= 9.0 => "CRITICAL",
        s if s >= 7.0 => "HIGH",
        s if s >= 4.0 => "MEDIUM",
        _ => "LOW",
    };
    let spelled = if threat.name.starts_with("AttackSequence:") {
        threat.name.clone()
    } else {
        threat.name.replacen('/', "-", 1)
    };
    let purpose = threat.name.split(':').next().unwrap_or_default();
    document["ProductName"] = json!("GuardDuty");
    document["ProductArn"] = json!(format!("arn:aws:securityhub:{}::product/aws/guardduty", record.region));
    document["GeneratorId"] =
        json!(format!("arn:aws:guardduty:{}:{}:detector/{}", record.region, record.account, record.detector()));
    document["Types"] = json!([format!("TTPs/{purpose}/{spelled}")]);
    document["Description"] = json!(threat.description);
    document["Severity"] = json!({"Label": label, "Product": threat.severity});
    document["ProductFields"] = json!({"aws/guardduty/service/count": record.hub_count.to_string(),
        "aws/guardduty/service/archived": "false", "aws/securityhub/ProductName": "GuardDuty"});
    document["Resources"] = match &threat.place {
        Some(place) if threat.sequence.is_none() => {
            json!([{"Type": "AwsEcsTask", "Id": place.task, "Region": record.region,
            "Details": {"AwsEcsTask": {"ClusterArn": place.cluster, "TaskDefinitionArn": place.definition,
                "Group": format!("service:{}", place.family)}}}])
        }
        _ => {
            json!([{"Type": "AwsAccount", "Id": format!("AWS::::Account:{}", record.account), "Region": record.region}])
        }
    };
}
