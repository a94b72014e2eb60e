//! GuardDuty findings as `GetFindings`, EventBridge and S3 exports write them.
//!
//! Shape: <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html>

use app::model::{Kind, SequenceRole, Severity, Source};
use jiff::Timestamp;
use serde_json::Value;

use super::ecs::Places;
use super::signals::signals;
use super::times::time;
use super::{Reject, account, content_hash, field, items, number, path, text, text_at, tidy, truth, whole};
use crate::ingest::observation::{Attribution, ClassificationHints, FindingKey, Observation};

/// Reads one finding.
pub fn guardduty(document: &Value, observed_at: Timestamp) -> Result<Observation, Reject> {
    let finding_type = text_at(document, &["type"]).ok_or_else(|| Reject::new("a GuardDuty finding without a type"))?;
    let arn = arn(document)?;
    let from_arn = |position: usize| arn.split(':').nth(position).filter(|part| !part.is_empty()).map(str::to_owned);
    let account = account(field(document, "accountId")).or_else(|| from_arn(4));
    let region = text_at(document, &["region"]).or_else(|| from_arn(3));

    let first_seen = time(path(document, &["service", "eventFirstSeen"]));
    let last_seen = time(path(document, &["service", "eventLastSeen"]));
    let updated = time(path(document, &["updatedAt"]));
    // Without its own times a finding is as old as the oldest moment it speaks of, at the latest now.
    let created_at = time(path(document, &["createdAt"])).or(first_seen).or(updated).unwrap_or(observed_at);
    let updated_at = updated.or(last_seen).unwrap_or(created_at);

    let title = text_at(document, &["title"]).unwrap_or_else(|| finding_type.clone());
    let (severity_score, severity) = severity(field(document, "severity"));
    let attack_sequence = text_at(document, &["associatedAttackSequenceArn"]);
    let sequence = match (&attack_sequence, finding_type.starts_with("AttackSequence:")) {
        (_, true) => SequenceRole::Is,
        (Some(_), false) => SequenceRole::Member,
        (None, false) => SequenceRole::None,
    };
    Ok(Observation {
        key: FindingKey::of_arn(&arn),
        source: Source::GuardDuty,
        observed_at,
        confirmed_at: observed_at,
        kind: Kind::Threat,
        asff_types: Vec::new(),
        product: "GuardDuty".to_owned(),
        severity,
        severity_score,
        description: text_at(document, &["description"]).unwrap_or_default(),
        attribution: attribution(document, account, region, from_arn(1)),
        // A count of zero would be a finding that never happened.
        count: whole(path(document, &["service", "count"])).map(|count| count.max(1)),
        first_seen,
        last_seen,
        created_at,
        updated_at,
        archived: truth(path(document, &["service", "archived"])).unwrap_or(false),
        record_state: None,
        workflow: None,
        compliance: None,
        control: None,
        vulnerability_ids: Vec::new(),
        sample: title.starts_with("[SAMPLE]") || is_sample(document),
        sequence,
        attack_sequence,
        signals: signals(path(document, &["service", "detection", "sequence"]), &arn),
        hints: hints(document),
        details_hash: content_hash(document, &[]),
        raw: super::text_of(document),
        arn,
        finding_type,
        title,
    })
}

/// The ARN, or one made of what the document has instead: account, Region, detector and id.
fn arn(document: &Value) -> Result<String, Reject> {
    if let Some(arn) = text_at(document, &["arn"]).filter(|arn| arn.starts_with("arn:")) {
        return Ok(arn);
    }
    let id = text_at(document, &["id"]).ok_or_else(|| Reject::new("a GuardDuty finding with neither arn nor id"))?;
    let part = |names: &[&str]| text_at(document, names).unwrap_or_else(|| "unknown".to_owned());
    let account = account(field(document, "accountId")).unwrap_or_else(|| "unknown".to_owned());
    let partition = text_at(document, &["partition"]).unwrap_or_else(|| "aws".to_owned());
    Ok(format!(
        "arn:{partition}:guardduty:{}:{account}:detector/{}/finding/{id}",
        part(&["region"]),
        part(&["service", "detectorId"])
    ))
}

/// The score and its band; bands in words are seen in exports of other tools.
fn severity(value: Option<&Value>) -> (Option<f64>, Severity) {
    let value = value.map(|value| field(value, "code").unwrap_or(value));
    if let Some(score) = number(value) {
        return (Some(score), Severity::from_score(score));
    }
    let word = text(value).unwrap_or_default().to_ascii_lowercase();
    (None, word.parse().unwrap_or(Severity::Low))
}

fn is_sample(document: &Value) -> bool {
    let Some(info) = path(document, &["service", "additionalInfo"]) else { return false };
    if truth(field(info, "sample")).unwrap_or(false) {
        return true;
    }
    // The API wraps the same object as JSON text.
    let wrapped = text(field(info, "value")).and_then(|text| serde_json::from_str::<Value>(&text).ok());
    wrapped.is_some_and(|inner| truth(field(&inner, "sample")).unwrap_or(false))
}

fn hints(document: &Value) -> ClassificationHints {
    let Some(service) = field(document, "service") else { return ClassificationHints::default() };
    let sequence = path(service, &["detection", "sequence"]);
    let of =
        |value: Option<&Value>| items(value).iter().filter_map(|indicator| text(field(indicator, "key"))).collect();
    let mut indicators: Vec<String> =
        sequence.map(|sequence| of(field(sequence, "sequenceIndicators"))).unwrap_or_default();
    for signal in sequence.map(|sequence| items(field(sequence, "signals"))).unwrap_or_default() {
        let signals: Vec<String> = of(field(signal, "signalIndicators"));
        indicators.extend(signals);
    }
    ClassificationHints {
        tool_category: text_at(service, &["runtimeDetails", "context", "toolCategory"]),
        indicators: tidy(indicators),
    }
}

fn attribution(
    document: &Value,
    account: Option<String>,
    region: Option<String>,
    partition: Option<String>,
) -> Attribution {
    let mut places = Places::new(account, region, partition);
    let resource = field(document, "resource").unwrap_or(&Value::Null);
    if let Some(cluster) = field(resource, "ecsClusterDetails") {
        cluster_details(cluster, &mut places);
    }
    for container in items(field(resource, "containerDetails")) {
        container_details(container, &mut places);
    }
    for container in items(path(resource, &["kubernetesDetails", "kubernetesWorkloadDetails", "containers"])) {
        container_details(container, &mut places);
    }
    for part in items(path(document, &["service", "detection", "sequence", "resources"])) {
        sequence_resource(part, &mut places);
    }
    tags(resource, &mut places);
    let id = [
        &["ecsClusterDetails", "taskDetails", "arn"][..],
        &["ecsClusterDetails", "arn"],
        &["instanceDetails", "instanceId"],
        &["eksClusterDetails", "arn"],
        &["lambdaDetails", "functionArn"],
        &["rdsDbInstanceDetails", "dbInstanceArn"],
        &["accessKeyDetails", "principalId"],
        &["containerDetails", "id"],
    ]
    .iter()
    .find_map(|names| text_at(resource, names))
    .or_else(|| items(field(resource, "s3BucketDetails")).first().and_then(|bucket| text_at(bucket, &["arn"])))
    .or_else(|| text_at(document, &["service", "detection", "sequence", "uid"]));
    places.resource(text_at(resource, &["resourceType"]), id);
    places.finish()
}

/// Tags of what the finding is about, where it is named by an ARN, as Security Hub names it.
fn tags(resource: &Value, places: &mut Places) {
    let buckets = items(field(resource, "s3BucketDetails")).iter().map(|bucket| (bucket, "arn"));
    let others = [
        ("ecsClusterDetails", "arn"),
        ("eksClusterDetails", "arn"),
        ("lambdaDetails", "functionArn"),
        ("rdsDbInstanceDetails", "dbInstanceArn"),
    ];
    let others = others.into_iter().filter_map(|(name, arn)| Some((field(resource, name)?, arn)));
    for (described, arn) in buckets.chain(others) {
        let Some(arn) = text_at(described, &[arn]) else { continue };
        for tag in items(field(described, "tags")) {
            if let (Some(key), Some(value)) = (text_at(tag, &["key"]), text_at(tag, &["value"])) {
                places.tag(&arn, &key, &value);
            }
        }
    }
}

fn cluster_details(cluster: &Value, places: &mut Places) {
    if let Some(cluster) = text_at(cluster, &["arn"]).or_else(|| text_at(cluster, &["name"])) {
        places.cluster(&cluster);
    }
    let Some(task) = field(cluster, "taskDetails") else { return };
    if let Some(arn) = text_at(task, &["arn"]) {
        places.task(&arn);
    }
    if let Some(definition) = text_at(task, &["definitionArn"]) {
        places.definition(&definition);
    }
    if let Some(group) = text_at(task, &["group"]) {
        places.group(&group);
    }
    if let Some(launch_type) = text_at(task, &["launchType"]) {
        places.launch_type(&launch_type);
    }
    for container in items(field(task, "containers")) {
        container_details(container, places);
    }
}

fn container_details(container: &Value, places: &mut Places) {
    if let Some(name) = text_at(container, &["name"]) {
        places.container(&name);
    }
    if let Some(image) = text_at(container, &["image"]) {
        places.image(&image);
    }
}

/// Attack sequences name their resources only here, each with an ARN or an id as `uid`.
fn sequence_resource(resource: &Value, places: &mut Places) {
    if let Some(uid) = text_at(resource, &["uid"]) {
        places.arn(&uid);
    }
    if let Some(definition) = text_at(resource, &["data", "ecsTask", "taskDefinitionArn"]) {
        places.definition(&definition);
    }
    if let Some(launch_type) = text_at(resource, &["data", "ecsTask", "launchType"]) {
        places.launch_type(&launch_type);
    }
    if let Some(image) = text_at(resource, &["data", "container", "image"]) {
        places.image(&image);
        if let Some(name) = text_at(resource, &["name"]) {
            places.container(&name);
        }
    }
}
