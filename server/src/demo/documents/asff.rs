//! Findings as Security Hub's `GetFindings` answers them.
//!
//! Shape: <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html>

use serde_json::{Value, json};

use super::text;
use crate::demo::fleet::Place;
use crate::demo::record::{Body, Record, Threat};

/// A finding as `GetFindings` answers it.
pub fn asff(record: &Record) -> Value {
    let updated = record.hub_updated;
    let mut document = json!({
        "SchemaVersion": "2018-10-08", "Id": record.arn, "AwsAccountId": record.account, "Region": record.region,
        "CompanyName": "Amazon", "CreatedAt": text(record.created), "UpdatedAt": text(updated),
        "FirstObservedAt": text(record.created), "LastObservedAt": text(updated), "ProcessedAt": text(updated),
        "Title": record.title, "Workflow": {"Status": record.workflow}, "WorkflowState": "NEW",
        "RecordState": if record.hub_archived { "ARCHIVED" } else { "ACTIVE" }, "Sample": record.sample,
    });
    match &record.body {
        Body::Threat(threat) => threat_of(record, threat, &mut document),
        Body::Control { id, severity, failed, resource_type, resource, tag } => {
            let label = if *failed { severity.as_str() } else { "INFORMATIONAL" };
            product(record, "Security Hub", "securityhub", &mut document);
            document["GeneratorId"] = json!(format!("security-control/{id}"));
            document["Types"] = json!(["Software and Configuration Checks/Industry and Regulatory Standards"]);
            document["Description"] = json!(format!("Control {id} evaluates this resource: {}.", record.title));
            set_severity(label, None, &mut document);
            document["Compliance"] = json!({"Status": if *failed { "FAILED" } else { "PASSED" },
                "SecurityControlId": id,
                "AssociatedStandards": [{"StandardsId": "standards/aws-foundational-security-best-practices/v/1.0.0"}]});
            document["Resources"] = json!([{"Type": resource_type, "Id": resource, "Partition": "aws",
                "Region": record.region}]);
            if let Some((key, value)) = tag {
                document["Resources"][0]["Tags"] = json!({key: value});
            }
        }
        Body::Package { id, severity, package, fixed, image, digest } => {
            product(record, "Inspector", "inspector", &mut document);
            document["GeneratorId"] = json!("AWSInspector");
            document["Types"] = json!(["Software and Configuration Checks/Vulnerabilities/CVE"]);
            document["Description"] = json!(format!("{package} has a known weakness; {fixed} repairs it."));
            set_severity(severity, None, &mut document);
            document["Vulnerabilities"] = json!([{"Id": id, "FixAvailable": "YES", "ExploitAvailable": "NO",
                "VulnerablePackages": [{"Name": package, "FixedInVersion": fixed, "PackageManager": "OS"}]}]);
            let repository = format!("arn:aws:ecr:{}:{}:repository/{image}/{digest}", record.region, record.account);
            document["Resources"] = json!([{"Type": "AwsEcrContainerImage", "Id": repository, "Partition": "aws",
                "Region": record.region, "Details": {"AwsEcrContainerImage": {"RepositoryName": image,
                    "RegistryId": record.account, "ImageDigest": digest, "Architecture": "amd64"}}}]);
        }
    }
    document
}

fn product(record: &Record, name: &str, path: &str, document: &mut Value) {
    document["ProductName"] = json!(name);
    document["ProductArn"] = json!(format!("arn:aws:securityhub:{}::product/aws/{path}", record.region));
    document["ProductFields"] = json!({"aws/securityhub/ProductName": name, "aws/securityhub/CompanyName": "Amazon"});
}

fn set_severity(label: &str, score: Option<f64>, document: &mut Value) {
    let normalized = match label {
        "CRITICAL" => 90,
        "HIGH" => 70,
        "MEDIUM" => 40,
        "LOW" => 1,
        _ => 0,
    };
    let mut severity = json!({"Label": label, "Normalized": normalized});
    if let Some(score) = score {
        severity["Product"] = json!(score);
    }
    document["FindingProviderFields"] = json!({"Severity": {"Label": label}, "Types": document["Types"]});
    document["Severity"] = severity;
}

fn threat_of(record: &Record, threat: &Threat, document: &mut Value) {
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
    product(record, "GuardDuty", "guardduty", document);
    document["GeneratorId"] =
        json!(format!("arn:aws:guardduty:{}:{}:detector/{}", record.region, record.account, record.detector()));
    document["Types"] = json!([format!("TTPs/{purpose}/{spelled}")]);
    document["Description"] = json!(threat.description);
    set_severity(label, Some(threat.severity), document);
    let fields = &mut document["ProductFields"];
    fields["aws/guardduty/service/count"] = json!(record.hub_count.to_string());
    // Archiving in GuardDuty is not passed on.
    fields["aws/guardduty/service/archived"] = json!("false");
    fields["aws/guardduty/service/detectorId"] = json!(record.detector());
    fields["aws/guardduty/service/serviceName"] = json!("guardduty");
    if let Some((path, _)) = &threat.facts.process {
        fields["aws/guardduty/service/runtimeDetails/process/executablePath"] = json!(path);
        fields["aws/guardduty/service/runtimeDetails/process/name"] = json!(threat.facts.process_name());
    }
    if let Some(tool) = &threat.facts.tool {
        fields["aws/guardduty/service/runtimeDetails/context/toolCategory"] = json!(tool);
    }
    if let Some(sequence) = &threat.sequence {
        let indicators: Vec<Value> = sequence.indicators.iter().map(|key| json!({"Key": key})).collect();
        document["Detection"] =
            json!({"Sequence": {"Uid": record.id, "SequenceIndicators": indicators, "Signals": []}});
    }
    document["Resources"] = match &threat.place {
        Some(place) => on_ecs(record, place),
        None => elsewhere(record, threat),
    };
}

fn on_ecs(record: &Record, place: &Place) -> Value {
    json!([
        {"Type": "AwsEcsTask", "Id": place.task, "Partition": "aws", "Region": record.region,
            "Details": {"AwsEcsTask": {"ClusterArn": place.cluster, "TaskDefinitionArn": place.definition, "Version": "3",
                "Group": place.group(), "StartedBy": place.started_by(),
                "StartedAt": place.started.as_millisecond().to_string(),
                "Containers": [{"Name": place.container, "Image": place.image}]}}},
        {"Type": "Container", "Id": place.container_id, "Partition": "aws", "Region": record.region,
            "Details": {"Container": {"Name": place.container, "ImageName": place.image, "ContainerRuntime": "containerd"}}},
    ])
}

fn elsewhere(record: &Record, threat: &Threat) -> Value {
    let (name, facts, region) = (threat.name.as_str(), &threat.facts, &record.region);
    let (kind, id) = match name {
        _ if name.contains(":EC2/") && threat.sequence.is_none() => {
            let id = format!("arn:aws:ec2:{region}:{}:instance/{}", record.account, facts.instance);
            ("AwsEc2Instance", id)
        }
        _ if name.contains(":S3/") => ("AwsS3Bucket", format!("arn:aws:s3:::{}", facts.bucket)),
        _ if name.contains(":IAMUser/") => ("AwsIamAccessKey", format!("AWS::IAM::AccessKey:{}", facts.user)),
        _ => ("AwsAccount", format!("AWS::::Account:{}", record.account)),
    };
    json!([{"Type": kind, "Id": id, "Partition": "aws", "Region": region}])
}
