#![expect(clippy::unwrap_used, reason = "a failing test says where")]

use app::model::{Kind, Named, Severity, Source};
use proptest::prelude::{Just, Strategy, any as arbitrary, prop, prop_assert, prop_oneof, proptest};
use serde_json::json;

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn labels(named: &[Named]) -> Vec<&str> {
    named.iter().map(|named| named.label.as_str()).collect()
}

#[test]
fn a_runtime_finding_names_its_place_in_ecs() {
    let document = json!({
        "accountId": "111122223333", "region": "ap-northeast-1", "id": "f1",
        "arn": "arn:aws:guardduty:ap-northeast-1:111122223333:detector/d1/finding/f1",
        "type": "CryptoCurrency:Runtime/BitcoinTool.B", "severity": 8, "title": "t",
        "createdAt": "2026-11-01T00:00:00.000Z", "updatedAt": "2026-11-02T00:00:00.000Z",
        "service": {"count": "3", "archived": false, "eventLastSeen": "2026-11-02T00:00:00Z"},
        "resource": {"resourceType": "ECSCluster", "ecsClusterDetails": {
            "name": "pay", "arn": "arn:aws:ecs:ap-northeast-1:111122223333:cluster/pay",
            "taskDetails": {
                "arn": "arn:aws:ecs:ap-northeast-1:111122223333:task/pay/abc",
                "definitionArn": "arn:aws:ecs:ap-northeast-1:111122223333:task-definition/checkout:42",
                "group": "service:checkout", "launchType": "FARGATE",
                "containers": [{"name": "app", "image": "r/checkout@sha256:00ff"}]}}}
    });
    let read = guardduty(&document, NOW).unwrap();
    let place = &read.attribution;
    assert_eq!((read.severity, read.count, read.kind), (Severity::High, Some(3), Kind::Threat));
    assert_eq!(labels(&place.clusters), ["pay"]);
    assert_eq!(place.families[0].key, "111122223333/ap-northeast-1/checkout");
    assert_eq!(labels(&place.revisions), ["checkout:42"]);
    assert_eq!(place.services[0].key, "111122223333/ap-northeast-1/pay/checkout");
    assert_eq!(
        (&place.launch_types[..], &place.image_digests[..]),
        (&["FARGATE".to_owned()][..], &["sha256:00ff".to_owned()][..])
    );
    assert_eq!(place.resource_id.as_deref(), Some("arn:aws:ecs:ap-northeast-1:111122223333:task/pay/abc"));
}

#[test]
fn an_attack_sequence_takes_its_places_from_its_resources() {
    let document = json!({"id": "s", "accountId": "1", "region": "us-east-1", "type": "AttackSequence:ECS/CompromisedCluster",
        "resource": {"resourceType": "AttackSequence"}, "severity": 9.5,
        "service": {"detection": {"sequence": {"uid": "u", "resources": [
            {"uid": "arn:aws:ecs:us-east-1:1:task/web/t1", "resourceType": "ECS_TASK",
             "data": {"ecsTask": {"taskDefinitionArn": "arn:aws:ecs:us-east-1:1:task-definition/front:7", "launchType": "FARGATE"}}},
            {"uid": "arn:aws:ecs:us-east-1:1:cluster/batch", "resourceType": "ECS_CLUSTER"}]}}}});
    let read = guardduty(&document, NOW).unwrap();
    assert_eq!(labels(&read.attribution.clusters), ["batch", "web"]);
    assert_eq!(labels(&read.attribution.families), ["front"]);
    assert_eq!(read.severity, Severity::Critical);
    assert_eq!(read.arn, "arn:aws:guardduty:us-east-1:1:detector/unknown/finding/s");
}

#[test]
fn the_security_hub_copy_of_a_finding_has_the_same_key_and_type() {
    let arn = "arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f";
    let original =
        guardduty(&json!({"arn": arn, "type": "Backdoor:Runtime/C&CActivity.B", "severity": 8}), NOW).unwrap();
    let copy = asff(
        &json!({"Id": arn, "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty", "AwsAccountId": "111122223333",
            "Types": ["TTPs/Command and Control/Backdoor:Runtime-C&CActivity.B"], "Title": "t",
            "Severity": {"Label": "HIGH", "Product": 8}, "Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE",
            "Resources": [{"Type": "AwsEcsTask", "Id": "arn:aws:ecs:us-east-1:111122223333:task/pay/abc",
                "Details": {"AwsEcsTask": {"TaskDefinitionArn": "arn:aws:ecs:us-east-1:111122223333:task-definition/checkout:42"}}}],
            "ProductFields": {"aws/guardduty/service/count": "12"}}),
        NOW,
    )
    .unwrap();
    assert_eq!((copy.key, &copy.finding_type), (original.key, &original.finding_type));
    assert_eq!((copy.count, labels(&copy.attribution.clusters)), (Some(12), vec!["pay"]));
}

#[test]
fn controls_are_posture_and_package_findings_are_vulnerabilities() {
    let control = asff(&json!({"Id": "c", "AwsAccountId": "1", "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
        "Compliance": {"Status": "FAILED", "SecurityControlId": "ECS.5"}, "Severity": {"Label": "HIGH"},
        "Resources": [{"Type": "AwsEcsTaskDefinition", "Id": "arn:aws:ecs:us-east-1:1:task-definition/web:3"}]}), NOW).unwrap();
    assert_eq!((control.kind, control.control.as_deref()), (Kind::Posture, Some("ECS.5")));
    assert_eq!(labels(&control.attribution.revisions), ["web:3"]);
    let package = asff(&json!({"Id": "v", "ProductName": "Inspector", "Types": ["Software and Configuration Checks/Vulnerabilities/CVE"],
        "Vulnerabilities": [{"Id": "CVE-2026-1"}], "Severity": {"Normalized": 70},
        "Resources": [{"Type": "AwsEcrContainerImage", "Id": "arn:aws:ecr:us-east-1:1:repository/team/web/sha256:ab"}]}), NOW).unwrap();
    assert_eq!((package.kind, package.severity), (Kind::Vulnerability, Severity::High));
    assert_eq!(package.attribution.image_digests, ["sha256:ab"]);
    assert_eq!(package.attribution.images, ["team/web@sha256:ab"]);
}

#[test]
fn samples_are_known_by_title_and_by_both_forms_of_additional_info() {
    let with = |info: Value| json!({"id": "1", "type": "A:B/C", "service": {"additionalInfo": info}});
    for document in [
        json!({"id": "1", "type": "A:B/C", "title": "[SAMPLE] x", "service": {}}),
        with(json!({"sample": true})),
        with(json!({"value": "{\"sample\":true}", "type": "default"})),
    ] {
        assert!(guardduty(&document, NOW).unwrap().sample, "{document}");
    }
    assert!(!guardduty(&with(json!({"sample": false})), NOW).unwrap().sample);
}

#[test]
fn only_what_has_no_identity_or_type_is_refused() {
    for (document, reason) in [
        (json!(3), "not an object but a number"),
        (json!({"hello": 1}), "not a finding of a known shape"),
        (
            json!({"Sns": {"Message": r#"{"detail-type": "Object Scan Result", "detail": {}}"#}}),
            "the event `Object Scan Result`",
        ),
        (json!({"Resource": {"ResourceType": "ECSCluster"}, "SchemaVersion": "2.0"}), "it has no type"),
        (json!({"type": "A:B/C", "service": {}}), "neither arn nor id"),
        (json!({"class_uid": 3002, "metadata": {"uid": "x"}}), "of class 3002 is no finding"),
    ] {
        let refused = any(&document, NOW).unwrap_err();
        assert!(refused.0.contains(reason), "{refused}");
    }
    assert!(any(&json!({"id": "1", "type": "A:B/C", "service": null, "severity": null}), NOW).is_err());
    assert!(any(&json!({"id": "1", "type": "A:B/C", "resource": {}, "severity": {"code": 5}}), NOW).is_ok());
}

#[test]
fn the_hash_sees_content_not_order_and_not_evaluation_times() {
    let one = json!({"Id": "c", "Types": ["t"], "ProcessedAt": "2026-01-01T00:00:00Z", "Title": "x"});
    let two = json!({"Title": "x", "Types": ["t"], "ProcessedAt": "2026-01-02T00:00:00Z", "Id": "c"});
    let other = json!({"Title": "y", "Types": ["t"], "Id": "c"});
    let hash = |document: &Value| asff(document, NOW).unwrap().details_hash;
    assert_eq!(hash(&one), hash(&two));
    assert_ne!(hash(&one), hash(&other));
}

fn any_json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "id",
        "arn",
        "type",
        "service",
        "resource",
        "severity",
        "Id",
        "Types",
        "AwsAccountId",
        "Resources",
        "Severity",
        "class_uid",
        "metadata",
        "finding_info",
        "ecsClusterDetails",
        "taskDetails",
        "definitionArn",
        "count",
        "detection",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        arbitrary::<bool>().prop_map(Value::from),
        arbitrary::<i64>().prop_map(Value::from),
        arbitrary::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(Value::from("arn:aws:ecs:r:1:task/")),
        Just(Value::from("TTPs/a/b:c")),
        Just(Value::from(2004)),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..8).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<Value>()),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused_with_a_reason(document in any_json()) {
        for read in [any(&document, NOW), source(Source::GuardDuty, &document, NOW), source(Source::SecurityHub, &document, NOW)] {
            match read {
                Ok(observation) => prop_assert!(!observation.arn.is_empty() && !observation.finding_type.is_empty()),
                Err(reject) => prop_assert!(!reject.0.is_empty()),
            }
        }
    }
}

#[test]
fn tags_are_told_of_the_resource_they_are_of_by_both_services() {
    let hub = json!({
        "Id": "f1", "Types": ["Software and Configuration Checks"], "Title": "t", "AwsAccountId": "111122223333",
        "Compliance": {"Status": "FAILED"},
        "Resources": [
            {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::a", "Tags": {"service": "pay", "odd": 7, "env": "prod"}},
            {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::b", "Tags": ["no", "map"]},
        ]
    });
    let guard = json!({
        "arn": "arn:aws:guardduty:us-east-1:111122223333:detector/d1/finding/f1",
        "type": "Policy:S3/BucketPublicAccessGranted", "severity": 8,
        "resource": {"s3BucketDetails": [
            {"arn": "arn:aws:s3:::a", "tags": [{"key": "service", "value": "pay"}, {"key": "env", "value": "prod"}, {"key": "x"}]},
            {"name": "b", "tags": [{"key": "service", "value": "pay"}]},
        ]}
    });
    for (source, document) in [(Source::SecurityHub, hub), (Source::GuardDuty, guard)] {
        let tags = super::source(source, &document, NOW).unwrap().attribution.tags;
        let told: Vec<_> = tags.iter().map(|tag| [&tag.resource, &tag.key, &tag.value].map(String::as_str)).collect();
        assert_eq!(told, [["arn:aws:s3:::a", "env", "prod"], ["arn:aws:s3:::a", "service", "pay"]], "{source}");
    }
}
