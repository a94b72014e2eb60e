//! Findings in the Open Cybersecurity Schema Framework, as the newer Security Hub and Security Lake write them.
//!
//! Classes: <https://schema.ocsf.io/classes> 2002 vulnerability, 2003 compliance, 2004 detection finding; 2001 is the
//! retired security finding.

use app::model::{Kind, SequenceRole, Severity, Source};
use jiff::Timestamp;
use serde_json::Value;

use super::asff::guardduty_type;
use super::ecs::Places;
use super::times::time;
use super::{Reject, account, content_hash, field, items, path, text_at, tidy, whole};
use crate::ingest::observation::{ClassificationHints, FindingKey, Observation};

/// Members that change at every delivery although nothing happened.
const VOLATILE: [&str; 3] = ["processed_time_dt", "logged_time", "logged_time_dt"];

/// Reads one finding.
pub fn ocsf(document: &Value, observed_at: Timestamp) -> Result<Observation, Reject> {
    let info = field(document, "finding_info").or_else(|| field(document, "finding")).unwrap_or(&Value::Null);
    let id = text_at(info, &["uid"])
        .or_else(|| text_at(document, &["metadata", "uid"]))
        .ok_or_else(|| Reject::new("an OCSF finding with neither finding_info.uid nor metadata.uid"))?;
    let types: Vec<String> = field(info, "types")
        .and_then(Value::as_array)
        .map(|types| types.iter().filter_map(|one| super::text(Some(one))).collect())
        .unwrap_or_default();
    let class = whole(field(document, "class_uid"));
    let kind = match class {
        Some(2002) => Kind::Vulnerability,
        Some(2003) => Kind::Posture,
        Some(2001 | 2004) => Kind::Threat,
        other => {
            let class = other.map_or_else(|| "without a class_uid".to_owned(), |class| format!("of class {class}"));
            return Err(Reject::new(format!("an OCSF event {class} is no finding (2001 to 2004 are)")));
        }
    };
    let title = text_at(info, &["title"]).or_else(|| text_at(document, &["message"])).unwrap_or_else(|| id.clone());
    let is_guardduty = id.contains(":guardduty:");
    let rebuilt = types.first().filter(|_| is_guardduty).and_then(|first| guardduty_type(first));
    let finding_type = rebuilt.or_else(|| types.first().cloned()).unwrap_or_else(|| title.clone());
    let moment =
        |value: &Value, name: &str| time(field(value, &format!("{name}_dt"))).or_else(|| time(field(value, name)));
    let first_seen = moment(info, "first_seen_time");
    let last_seen = moment(info, "last_seen_time");
    let happened = moment(document, "time");
    let created_at = moment(info, "created_time").or(first_seen).or(happened).unwrap_or(observed_at);
    let updated_at = moment(info, "modified_time").or(happened).unwrap_or(created_at);

    let account = account(path(document, &["cloud", "account", "uid"]));
    let region = text_at(document, &["cloud", "region"]);
    let mut places = Places::new(account, region, text_at(document, &["cloud", "cloud_partition"]));
    let resources = items(field(document, "resources"));
    for resource in resources {
        if let Some(uid) = text_at(resource, &["uid"]) {
            places.arn(&uid);
        }
    }
    let first = resources.first();
    places.resource(
        first.and_then(|resource| text_at(resource, &["type"])),
        first.and_then(|resource| text_at(resource, &["uid"])),
    );
    let status = status(document);
    let vulnerabilities = items(field(document, "vulnerabilities"));
    let product = text_at(document, &["metadata", "product", "name"]).unwrap_or_else(|| "unknown".to_owned());
    let product = if is_guardduty { "GuardDuty".to_owned() } else { product };
    Ok(Observation {
        key: FindingKey::of_arn(&id),
        arn: id,
        source: Source::SecurityHub,
        observed_at,
        confirmed_at: observed_at,
        kind,
        asff_types: types,
        sample: title.starts_with("[SAMPLE]"),
        finding_type,
        product,
        severity: severity(document),
        severity_score: None,
        title,
        description: text_at(info, &["desc"]).unwrap_or_default(),
        attribution: places.finish(),
        count: whole(field(document, "count")).map(|count| count.max(1)),
        first_seen,
        last_seen,
        created_at,
        updated_at,
        archived: status.as_deref() == Some("ARCHIVED"),
        record_state: None,
        workflow: status.filter(|status| ["NEW", "RESOLVED", "SUPPRESSED"].contains(&status.as_str())),
        compliance: compliance(document),
        control: text_at(document, &["compliance", "control"]),
        vulnerability_ids: tidy(vulnerabilities.iter().filter_map(|found| text_at(found, &["cve", "uid"])).collect()),
        sequence: SequenceRole::None,
        attack_sequence: None,
        signals: Vec::new(),
        hints: ClassificationHints::default(),
        details_hash: content_hash(document, &VOLATILE),
        raw: super::text_of(document),
    })
}

/// `status` in the words of Security Hub; its number where the word is missing.
fn status(document: &Value) -> Option<String> {
    let by_number = || match whole(field(document, "status_id"))? {
        1 => Some("NEW".to_owned()),
        3 => Some("SUPPRESSED".to_owned()),
        4 => Some("RESOLVED".to_owned()),
        5 => Some("ARCHIVED".to_owned()),
        _ => None,
    };
    text_at(document, &["status"]).map(|status| status.to_ascii_uppercase().replace(' ', "_")).or_else(by_number)
}

/// `compliance.status` is `Pass` here and `PASSED` in ASFF.
fn compliance(document: &Value) -> Option<String> {
    let status = text_at(document, &["compliance", "status"])?.to_ascii_uppercase();
    Some(match status.as_str() {
        "PASS" => "PASSED".to_owned(),
        "FAIL" => "FAILED".to_owned(),
        _ => status,
    })
}

/// `severity_id`: 1 informational to 5 critical, 6 fatal; its word where the number is missing.
fn severity(document: &Value) -> Severity {
    match whole(path(document, &["severity_id"])) {
        Some(2) => Severity::Low,
        Some(3) => Severity::Medium,
        Some(4) => Severity::High,
        Some(5 | 6) => Severity::Critical,
        Some(1) => Severity::Informational,
        _ => text_at(document, &["severity"])
            .and_then(|word| word.to_ascii_lowercase().parse().ok())
            .unwrap_or(Severity::Informational),
    }
}
