//! Security Hub findings in the AWS Security Finding Format (ASFF).
//!
//! Shape: <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html>

use app::model::{Kind, SequenceRole, Severity, Source};
use jiff::Timestamp;
use serde_json::Value;

use super::ecs::Places;
use super::signals::signals;
use super::times::time;
use super::{Reject, account, content_hash, field, items, number, path, text, text_at, tidy, truth, whole};
use crate::ingest::observation::{Attribution, ClassificationHints, FindingKey, Observation};

/// Members that change at every evaluation although nothing happened. Times stay in the document that is kept.
const VOLATILE: [&str; 2] = ["ProcessedAt", "LastObservedAt"];

/// Reads one finding.
pub fn asff(document: &Value, observed_at: Timestamp) -> Result<Observation, Reject> {
    let id = text_at(document, &["Id"]).ok_or_else(|| Reject::new("an ASFF finding without an Id"))?;
    let product = product(document);
    let is_guardduty = product == "GuardDuty" || id.contains(":guardduty:");
    let types = types(document);
    let control = text_at(document, &["Compliance", "SecurityControlId"]);
    let kind = kind(document, is_guardduty, control.is_some(), &product, &types);
    let finding_type = match (kind, is_guardduty) {
        (_, true) => types.iter().find_map(|asff_type| guardduty_type(asff_type)),
        _ => None,
    }
    .or_else(|| types.first().cloned())
    .or_else(|| text_at(document, &["GeneratorId"]))
    .ok_or_else(|| Reject::new("an ASFF finding with neither Types nor GeneratorId"))?;

    let service = |name: &str| {
        let fields = field(document, "ProductFields")?;
        fields.get(format!("aws/guardduty/service/{name}")).filter(|value| !value.is_null())
    };
    let first_seen = time(field(document, "FirstObservedAt")).or_else(|| time(service("eventFirstSeen")));
    let last_seen = time(field(document, "LastObservedAt")).or_else(|| time(service("eventLastSeen")));
    let updated = time(field(document, "UpdatedAt"));
    let created_at = time(field(document, "CreatedAt")).or(first_seen).or(updated).unwrap_or(observed_at);
    let record_state = text_at(document, &["RecordState"]);
    let title = text_at(document, &["Title"]).unwrap_or_else(|| finding_type.clone());
    let (severity_score, severity) = severity(document, is_guardduty);
    let sequence = if finding_type.starts_with("AttackSequence:") { SequenceRole::Is } else { SequenceRole::None };
    let sample = truth(field(document, "Sample")).unwrap_or(false)
        || title.starts_with("[SAMPLE]")
        || text(service("additionalInfo/sample")).is_some_and(|sample| sample == "true");
    let vulnerabilities = items(field(document, "Vulnerabilities")).iter().filter_map(|found| text_at(found, &["Id"]));

    Ok(Observation {
        key: FindingKey::of_arn(&id),
        source: Source::SecurityHub,
        observed_at,
        confirmed_at: observed_at,
        kind,
        severity,
        severity_score,
        description: text_at(document, &["Description"]).unwrap_or_default(),
        attribution: attribution(document, &id),
        count: whole(service("count")).map(|count| count.max(1)),
        first_seen,
        last_seen,
        created_at,
        updated_at: updated.unwrap_or(created_at),
        archived: record_state.as_deref() == Some("ARCHIVED"),
        record_state,
        workflow: text_at(document, &["Workflow", "Status"]).or_else(|| text_at(document, &["WorkflowState"])),
        compliance: text_at(document, &["Compliance", "Status"]),
        control,
        vulnerability_ids: tidy(vulnerabilities.collect()),
        sample,
        sequence,
        attack_sequence: None,
        signals: signals(path(document, &["Detection", "Sequence"]), &id),
        hints: ClassificationHints {
            tool_category: text(service("runtimeDetails/context/toolCategory")),
            indicators: indicators(document),
        },
        details_hash: content_hash(document, &VOLATILE),
        raw: super::text_of(document),
        arn: id,
        asff_types: types,
        product,
        finding_type,
        title,
    })
}

fn product(document: &Value) -> String {
    let by_arn = || {
        let arn = text_at(document, &["ProductArn"])?;
        let name = match arn.rsplit('/').next()? {
            "guardduty" => "GuardDuty",
            "securityhub" => "Security Hub",
            "inspector" => "Inspector",
            other => other,
        };
        Some(name.to_owned())
    };
    text_at(document, &["ProductName"])
        .or_else(|| text_at(document, &["ProductFields", "aws/securityhub/ProductName"]))
        .or_else(by_arn)
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The provider's own types come first: customers may overwrite `Types`.
fn types(document: &Value) -> Vec<String> {
    let of = |value: Option<&Value>| -> Vec<String> {
        value
            .and_then(Value::as_array)
            .map(|types| types.iter().filter_map(|one| text(Some(one))).collect())
            .unwrap_or_default()
    };
    let mut types = of(path(document, &["FindingProviderFields", "Types"]));
    for one in of(field(document, "Types")) {
        if !types.contains(&one) {
            types.push(one);
        }
    }
    types
}

fn kind(document: &Value, is_guardduty: bool, is_control: bool, product: &str, types: &[String]) -> Kind {
    let any_type = |prefix: &str| types.iter().any(|one| one.starts_with(prefix));
    if is_guardduty {
        return Kind::Threat;
    }
    if is_control || field(document, "Compliance").is_some() {
        return Kind::Posture;
    }
    let has_vulnerabilities = !items(field(document, "Vulnerabilities")).is_empty();
    if has_vulnerabilities || product == "Inspector" || any_type("Software and Configuration Checks/Vulnerabilities") {
        return Kind::Vulnerability;
    }
    let has_malware = !items(field(document, "Malware")).is_empty() || !items(field(document, "Threats")).is_empty();
    if has_malware || ["TTPs", "Effects", "Unusual Behaviors"].into_iter().any(any_type) {
        return Kind::Threat;
    }
    Kind::Posture
}

/// Rebuilds the GuardDuty type from its Security Hub spelling: the last segment with a colon, its first dash a slash.
/// Some types keep their slash, some leave the purpose to the ASFF category.
pub(super) fn guardduty_type(asff_type: &str) -> Option<String> {
    let segments: Vec<&str> = asff_type.split('/').collect();
    if let Some(position) = segments.iter().rposition(|segment| segment.contains(':')) {
        let head = segments[position];
        return match segments.get(position + 1) {
            // Already slashed: TTPs/AttackSequence:IAM/CompromisedCredentials.
            Some(_) => Some(segments[position..].join("/")),
            None => head.split_once(':').map(|(purpose, rest)| format!("{purpose}:{}", rest.replacen('-', "/", 1))),
        };
    }
    // TTPs/Credential Access/IAMUser-AnomalousBehavior: the category is the purpose.
    let (category, last) = (segments.get(1)?, segments.get(2)?);
    let (resource, rest) = last.split_once('-')?;
    Some(format!("{}:{resource}/{rest}", category.replace(' ', "")))
}

fn severity(document: &Value, is_guardduty: bool) -> (Option<f64>, Severity) {
    let of = |name: &str| {
        path(document, &["Severity", name]).or_else(|| path(document, &["FindingProviderFields", "Severity", name]))
    };
    let score = if is_guardduty { number(of("Product")) } else { None };
    let label = text(of("Label")).and_then(|label| label.to_ascii_lowercase().parse().ok());
    // Bands of the normalised number: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html
    let by_number = |normalized: f64| match normalized {
        n if n < 1.0 => Severity::Informational,
        n if n < 40.0 => Severity::Low,
        n if n < 70.0 => Severity::Medium,
        n if n < 90.0 => Severity::High,
        _ => Severity::Critical,
    };
    let severity = label
        .or_else(|| number(of("Normalized")).map(by_number))
        .or_else(|| score.map(Severity::from_score))
        .unwrap_or(Severity::Informational);
    (score, severity)
}

fn indicators(document: &Value) -> Vec<String> {
    let sequence = path(document, &["Detection", "Sequence"]);
    let signals = sequence.map(|sequence| items(field(sequence, "Signals"))).unwrap_or_default();
    let own = sequence.map(|sequence| items(field(sequence, "SequenceIndicators"))).unwrap_or_default();
    let of_signals = signals.iter().flat_map(|signal| items(field(signal, "SignalIndicators")));
    tidy(own.iter().chain(of_signals).filter_map(|indicator| text_at(indicator, &["Key"])).collect())
}

fn attribution(document: &Value, id: &str) -> Attribution {
    let arn_part = |position: usize| {
        let part = id.strip_prefix("arn:")?.split(':').nth(position - 1)?;
        (!part.is_empty()).then(|| part.to_owned())
    };
    let resources = items(field(document, "Resources"));
    let first = resources.first();
    let account = account(field(document, "AwsAccountId")).or_else(|| arn_part(4));
    let region = text_at(document, &["Region"])
        .or_else(|| first.and_then(|resource| text_at(resource, &["Region"])))
        .or_else(|| arn_part(3));
    let mut places = Places::new(account, region, arn_part(1));
    for resource in resources {
        one_resource(resource, &mut places);
    }
    places.resource(
        first.and_then(|resource| text_at(resource, &["Type"])),
        first.and_then(|resource| text_at(resource, &["Id"])),
    );
    places.finish()
}

fn one_resource(resource: &Value, places: &mut Places) {
    if let Some(id) = text_at(resource, &["Id"]) {
        places.arn(&id);
    }
    if let (Some(id), Some(tags)) = (text_at(resource, &["Id"]), field(resource, "Tags").and_then(Value::as_object)) {
        for (key, value) in tags {
            if let Some(value) = value.as_str() {
                places.tag(&id, key, value);
            }
        }
    }
    let Some(details) = field(resource, "Details") else { return };
    let said = |names: &[&str]| text_at(details, names);
    if let Some(cluster) = said(&["AwsEcsCluster", "ClusterArn"]) {
        places.cluster(&cluster);
    }
    for arn in [said(&["AwsEcsTask", "ClusterArn"]), said(&["AwsEcsService", "Cluster"])].into_iter().flatten() {
        places.cluster(&arn);
    }
    for definition in
        [said(&["AwsEcsTask", "TaskDefinitionArn"]), said(&["AwsEcsService", "TaskDefinition"])].into_iter().flatten()
    {
        places.definition(&definition);
    }
    if let (Some(family), None) = (said(&["AwsEcsTaskDefinition", "Family"]), text_at(resource, &["Id"])) {
        places.definition(&family);
    }
    if let Some(group) = said(&["AwsEcsTask", "Group"]) {
        places.group(&group);
    }
    if let Some(service) = said(&["AwsEcsService", "ServiceArn"]) {
        places.service(&service);
    }
    for launch_type in
        [said(&["AwsEcsService", "LaunchType"]), said(&["AwsEcsTask", "LaunchType"])].into_iter().flatten()
    {
        places.launch_type(&launch_type);
    }
    let task_containers = items(path(details, &["AwsEcsTask", "Containers"]));
    let defined = items(path(details, &["AwsEcsTaskDefinition", "ContainerDefinitions"]));
    for container in task_containers.iter().chain(defined) {
        if let Some(name) = text_at(container, &["Name"]) {
            places.container(&name);
        }
        if let Some(image) = text_at(container, &["Image"]) {
            places.image(&image);
        }
    }
    if let Some(name) = said(&["Container", "Name"]) {
        places.container(&name);
    }
    if let Some(image) = said(&["Container", "ImageName"]) {
        places.image(&image);
    }
    if let Some(digest) = said(&["AwsEcrContainerImage", "ImageDigest"]) {
        places.digest(&digest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guardduty_types_are_rebuilt_from_every_dialect() {
        for (written, read) in [
            ("TTPs/Command and Control/Backdoor:Runtime-C&CActivity.B", "Backdoor:Runtime/C&CActivity.B"),
            ("TTPs/AttackSequence:IAM/CompromisedCredentials", "AttackSequence:IAM/CompromisedCredentials"),
            ("TTPs/Credential Access/IAMUser-AnomalousBehavior", "CredentialAccess:IAMUser/AnomalousBehavior"),
            ("TTPs/Discovery/Recon:EC2-Portscan", "Recon:EC2/Portscan"),
            ("TTPs/DefenseEvasion/EC2:Unusual-DNS-Resolver", "EC2:Unusual/DNS-Resolver"),
        ] {
            assert_eq!(guardduty_type(written).as_deref(), Some(read));
        }
        assert_eq!(guardduty_type("TTPs"), None);
    }
}
