//! Values of other types, missing, null or unknown.

use app::model::{Kind, Severity};
use serde_json::{Value, json};

use super::{asff, finding, one, with, without};

#[test]
fn times_are_read_in_every_spelling() {
    for (written, told) in [
        (json!("2026-11-01T10:00:00Z"), "2026-11-01T10:00:00Z"),
        (json!("2026-11-01T10:00:00.12345Z"), "2026-11-01T10:00:00.12345Z"),
        (json!("2026-11-01T10:00:00.123456789Z"), "2026-11-01T10:00:00.123456789Z"),
        (json!("2026-11-01T05:00:00-05:00"), "2026-11-01T10:00:00Z"),
        (json!("2026-11-01 10:00:00.721"), "2026-11-01T10:00:00.721Z"),
        (json!("2026-11-01 15:30:00+05:30"), "2026-11-01T10:00:00Z"),
        (json!(1_793_527_200.0), "2026-11-01T10:00:00Z"),
        (json!(1_793_527_200), "2026-11-01T10:00:00Z"),
        (json!(1_793_527_200_000_u64), "2026-11-01T10:00:00Z"),
        (json!("1793527200"), "2026-11-01T10:00:00Z"),
    ] {
        let read = one(&with(finding(), json!({"createdAt": written})));
        assert_eq!(read.created_at.to_string(), told, "{written}");
    }
}

#[test]
fn times_that_are_missing_or_impossible_are_taken_from_the_others() {
    let read = one(&with(finding(), json!({"createdAt": "2026-11-01T123:00:00Z"})));
    assert_eq!(read.created_at.to_string(), "2026-11-02T00:00:00Z");
    let read = one(&without(finding(), &["createdAt", "updatedAt"]));
    assert_eq!((read.created_at, read.first_seen, read.last_seen), (read.observed_at, None, None));
    let read = one(&without(asff(), &["CreatedAt", "UpdatedAt"]));
    assert_eq!(read.created_at, read.observed_at);
}

#[test]
fn severities_are_read_in_every_spelling() {
    for (written, severity, score) in [
        (json!(8), Severity::High, Some(8.0)),
        (json!(8.0), Severity::High, Some(8.0)),
        (json!("5"), Severity::Medium, Some(5.0)),
        (json!("5.0"), Severity::Medium, Some(5.0)),
        (json!("HIGH"), Severity::High, None),
        (json!("Medium"), Severity::Medium, None),
        (json!({"code": 5, "value": "Medium"}), Severity::Medium, Some(5.0)),
        (json!(9.5), Severity::Critical, Some(9.5)),
        (json!(0.0), Severity::Low, Some(0.0)),
        (json!(null), Severity::Low, None),
    ] {
        let read = one(&with(finding(), json!({"severity": written})));
        assert_eq!((read.severity, read.severity_score), (severity, score), "{written}");
    }
    for (written, severity) in [
        (json!({"Normalized": 40, "Product": 4}), Severity::Medium),
        (json!({"Normalized": 40, "Label": "LOW"}), Severity::Low),
        (json!({"Label": "CRITICAL"}), Severity::Critical),
        (json!({"Normalized": 70}), Severity::High),
        (json!({"Label": "HIGH", "Normalized": 70, "Product": 8, "Original": 8}), Severity::High),
        (json!({"Product": 8.0, "Original": "8"}), Severity::High),
    ] {
        assert_eq!(one(&with(asff(), json!({"Severity": written}))).severity, severity, "{written}");
    }
    let provider = json!({"FindingProviderFields": {"Severity": {"Label": "HIGH"}, "Types": ["TTPs/Discovery/Recon:EC2-Portscan"]}});
    assert_eq!(one(&with(without(asff(), &["Severity", "Types"]), provider)).severity, Severity::High);
}

#[test]
fn counts_are_whole_and_at_least_one_or_unknown() {
    for (written, count) in [
        (json!(999), Some(999)),
        (json!("3990"), Some(3990)),
        (json!(20.0), Some(20)),
        (json!(0), Some(1)),
        (json!(null), None),
        (json!("many"), None),
        (json!(1.5), None),
    ] {
        assert_eq!(one(&with(finding(), json!({"service": {"count": written}}))).count, count, "{written}");
        let fields = json!({"ProductFields": {"aws/guardduty/service/count": written}});
        assert_eq!(one(&with(asff(), fields)).count, count, "{written}");
    }
    assert_eq!(one(&with(finding(), json!({"service": {}}))).count, None);
}

#[test]
fn what_is_missing_or_null_is_unknown() {
    for name in
        ["schemaVersion", "partition", "accountId", "region", "title", "description", "service", "resource", "severity"]
    {
        assert_eq!(one(&without(finding(), &[name])).finding_type, "Recon:EC2/Portscan", "{name}");
    }
    for service in [
        json!({"action": {}}),
        json!({"action": null, "evidence": null, "additionalInfo": null}),
        json!({"resourceRole": "SOURCE", "featureName": "Correlation"}),
        json!({"action": {"networkConnectionAction": {"remoteIpDetails": {"organization": {"asn": -1}}}}}),
        json!({"runtimeDetails": {"process": {"euid": "1000", "userId": 1000, "lineage": [{"ancestorPid": 1}]},
            "context": {"modifyingProcess": {"user": "root"}}}}),
    ] {
        one(&with(finding(), json!({"service": service})));
    }
    for resource in [
        json!({"resourceType": "RDSLimitlessDB"}),
        json!({"kubernetesDetails": {"kubernetesWorkloadDetails": null}}),
        json!({"containerDetails": {"name": null, "image": "r/app:1", "imageUid": null, "volumeMounts": null}}),
        json!({"ecsClusterDetails": {"name": "pay", "tags": {}, "taskDetails": null}}),
        json!({"ecsClusterDetails": {"name": "pay", "taskDetails": {"launchType": "GeneratedFindingECSLaunchType",
            "containers": {"name": "single", "image": "r/app:1"}}}}),
        json!({"instanceDetails": {"platform": null, "launchTime": 1_639_005_830, "networkInterfaces": {},
            "productCodes": [{"productCodeId": "x", "productCodeType": "y"}]}}),
    ] {
        one(&with(finding(), json!({"resource": resource})));
    }
}

#[test]
fn security_hub_may_leave_out_almost_everything() {
    for names in [
        &["Types"][..],
        &["GeneratorId"],
        &["AwsAccountId"],
        &["Resources"],
        &["Region", "ProductName", "CompanyName"],
        &["RecordState", "Workflow"],
    ] {
        let generator = json!({"GeneratorId": "generator"});
        let read = one(&without(with(asff(), generator), names));
        assert!(!read.archived, "{names:?}");
    }
    let read = one(&with(asff(), json!({"Types": [], "GeneratorId": "generator"})));
    assert_eq!(read.finding_type, "generator");
    let resources: Vec<Value> = (0..4)
        .map(|number| json!({"Type": "AwsEcsCluster", "Id": format!("arn:aws:ecs:us-east-1:111122223333:cluster/c{number}")}))
        .collect();
    let read = one(&with(asff(), json!({"Resources": resources, "RecordState": "ARCHIVED"})));
    assert_eq!((read.attribution.clusters.len(), read.archived), (4, true));
    // One resource may come as an object.
    let single = json!({"Type": "AwsEcsCluster", "Id": "arn:aws:ecs:us-east-1:111122223333:cluster/c"});
    assert_eq!(one(&with(asff(), json!({"Resources": single}))).attribution.clusters.len(), 1);
}

#[test]
fn texts_are_kept_whatever_they_are() {
    let strange = "漢字 🦀 é\n[link](https://example.com)\u{202e}<b>";
    let read = one(&with(finding(), json!({"title": strange, "description": strange.repeat(50)})));
    assert_eq!((read.title.as_str(), read.description.len()), (strange, strange.len() * 50));
    let large = json!({"ProductFields": {"text": "x".repeat(200_000)}});
    assert!(one(&with(asff(), large)).raw.len() > 200_000);
    for odd in ["Recon:EC2 PortProbeUnprotectedPort", "Canary:EC2/Stateless.IntegTest", "Recon:IAMUser/UserPermissions"]
    {
        assert_eq!(one(&with(finding(), json!({"type": odd}))).finding_type, odd);
    }
}

#[test]
fn the_newer_security_hub_speaks_of_threats_controls_and_packages() {
    let base = |class: u32, members: Value| {
        let event = json!({"class_uid": class, "metadata": {"product": {"name": "Security Hub"}}, "severity_id": 4,
            "finding_info": {"uid": "u", "title": "t", "created_time_dt": "2026-11-01T00:00:00Z"}, "status_id": 1,
            "cloud": {"region": "us-east-1", "account": {"uid": "111122223333"}},
            "resources": [{"uid": "arn:aws:ecs:us-east-1:111122223333:task-definition/web:3", "type": "AwsEcsTaskDefinition"}]});
        one(&with(event, members))
    };
    let control = base(2003, json!({"compliance": {"status": "Pass", "control": "ECS.5"}}));
    assert_eq!((control.kind, control.compliance.as_deref()), (Kind::Posture, Some("PASSED")));
    assert_eq!((control.control.as_deref(), control.workflow.as_deref()), (Some("ECS.5"), Some("NEW")));
    let package = base(2002, json!({"vulnerabilities": [{"cve": {"uid": "CVE-2026-1"}}], "status": "Suppressed"}));
    assert_eq!((package.kind, package.vulnerability_ids), (Kind::Vulnerability, vec!["CVE-2026-1".to_owned()]));
    assert_eq!(package.workflow.as_deref(), Some("SUPPRESSED"));
    let threat = base(2004, json!({"status_id": 5}));
    assert_eq!((threat.kind, threat.archived, threat.severity), (Kind::Threat, true, Severity::High));
    assert_eq!(threat.attribution.families[0].label, "web");
}
