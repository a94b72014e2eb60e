//! Two services, many sightings, one finding.
//!
//! Of each service the newest word is kept; the finding is derived from both. The result does not depend on the order
//! in which observations arrive, except for what can only be observed: when we first saw something.
//!
//! GuardDuty's word counts for what happened, because Security Hub gets it late and never hears of archiving
//! (<https://docs.aws.amazon.com/guardduty/latest/ug/securityhub-integration.html>). Security Hub adds what people
//! decided: workflow and record state.

mod history;

use std::cmp::Ordering;

use app::model::{Finding, FindingVersion, Kind, Source};
use jiff::Timestamp;

use super::classify::Classifier;
use super::observation::{Attribution, Change, Observation, Tracked};

/// Adds an observation to what is known of its finding.
pub fn apply(known: Option<Tracked>, observation: Observation, classifier: &Classifier) -> (Tracked, Change) {
    let (before, mut guardduty, mut securityhub) = match known {
        Some(Tracked { finding, guardduty, securityhub }) => (Some(finding), guardduty, securityhub),
        None => (None, None, None),
    };
    let seen = Sighting::of(&observation);
    let side = match observation.source {
        Source::GuardDuty => &mut guardduty,
        Source::SecurityHub => &mut securityhub,
    };
    let newest = side.as_ref().is_none_or(|kept| is_newer(&observation, kept));
    let same_document = side.as_ref().is_some_and(|kept| kept.details_hash == observation.details_hash);
    match side {
        Some(kept) if same_document => kept.confirmed_at = kept.confirmed_at.max(observation.confirmed_at),
        _ if newest => *side = Some(observation),
        _ => {}
    }
    let finding = derive(before.as_ref(), guardduty.as_ref(), securityhub.as_ref(), &seen, classifier);
    let change = match &before {
        None => Change::New(version(&finding, None, &seen)),
        // An older copy may still teach an earlier first sight or a higher count.
        Some(before) if *before == finding && (!newest || same_document) => Change::Unchanged,
        Some(before) => Change::Updated(version(&finding, Some(before), &seen)),
    };
    (Tracked { finding, guardduty, securityhub }, change)
}

/// What only the act of observing tells.
struct Sighting {
    source: Source,
    observed_at: Timestamp,
    updated_at: Timestamp,
    count: Option<i64>,
}

impl Sighting {
    fn of(observation: &Observation) -> Self {
        Self {
            source: observation.source,
            observed_at: observation.observed_at,
            updated_at: observation.updated_at,
            count: observation.count,
        }
    }
}

/// Whether `new` replaces `kept` of the same service.
///
/// Later `updatedAt` wins. At the same `updatedAt` the later look wins, because edits of the workflow do not move it in
/// Security Hub: the last look that found the document as it is, since a state may come back. At the same look too, the
/// greater hash, so that the order of arrival never decides.
fn is_newer(new: &Observation, kept: &Observation) -> bool {
    let by_time = new.updated_at.cmp(&kept.updated_at).then(new.confirmed_at.cmp(&kept.confirmed_at));
    by_time.then(new.details_hash.cmp(&kept.details_hash)) == Ordering::Greater
}

fn derive(
    before: Option<&Finding>,
    guardduty: Option<&Observation>,
    securityhub: Option<&Observation>,
    seen: &Sighting,
    classifier: &Classifier,
) -> Finding {
    let master = guardduty.or(securityhub).expect("an observation was just added");
    let classification = classifier.classify(master);
    let echo = guardduty.and(securityhub);
    let place = attribution(&master.attribution, echo.map(|echo| &echo.attribution));
    let counts = [guardduty, securityhub].into_iter().flatten().filter_map(|side| side.count);
    let known_count = before.and_then(|before| before.count).into_iter().chain(seen.count);
    // GuardDuty's counts only grow; a smaller one is an older copy.
    let count = counts.chain(known_count).max();
    let first_observed_at = before.map_or(seen.observed_at, |before| before.first_observed_at.min(seen.observed_at));
    let earliest =
        |of: fn(&Observation) -> Option<Timestamp>| [guardduty, securityhub].into_iter().flatten().filter_map(of).min();
    let latest =
        |of: fn(&Observation) -> Option<Timestamp>| [guardduty, securityhub].into_iter().flatten().filter_map(of).max();
    let workflow = securityhub.and_then(|side| side.workflow.clone());
    let closed = is_closed(master, workflow.as_deref());
    Finding {
        id: master.key.to_string(),
        arn: master.arn.clone(),
        source: master.source,
        in_guardduty: guardduty.is_some(),
        in_securityhub: securityhub.is_some(),
        kind: master.kind,
        category: classification.category,
        category_secondary: classification.secondary,
        category_rule: classification.rule,
        finding_type: master.finding_type.clone(),
        mitre: classification.mitre,
        product: master.product.clone(),
        severity: master.severity,
        severity_score: master.severity_score,
        title: master.title.clone(),
        description: master.description.clone(),
        account: place.account,
        region: place.region,
        clusters: place.clusters,
        families: place.families,
        revisions: place.revisions,
        services: place.services,
        task_arns: place.task_arns,
        launch_types: place.launch_types,
        containers: place.containers,
        images: place.images,
        image_digests: place.image_digests,
        resource_type: place.resource_type,
        resource_id: place.resource_id,
        count,
        occurrences: count.unwrap_or(1).max(1),
        first_seen: earliest(|side| side.first_seen),
        last_seen: latest(|side| side.last_seen),
        created_at: master.created_at,
        updated_at: master.updated_at,
        first_observed_at,
        archived: master.archived,
        record_state: securityhub.and_then(|side| side.record_state.clone()),
        workflow,
        compliance: securityhub.and_then(|side| side.compliance.clone()),
        control: securityhub.and_then(|side| side.control.clone()),
        vulnerability_ids: master.vulnerability_ids.clone(),
        sample: master.sample || echo.is_some_and(|echo| echo.sample),
        sequence: master.sequence,
        attack_sequence: master.attack_sequence.clone(),
        closed_at: closed.then(|| closed_at(before, master, seen)),
        // No document tells it; the store keeps it beside them.
        expired_in_aws: None,
        url: url(master),
    }
}

fn is_closed(master: &Observation, workflow: Option<&str>) -> bool {
    let decided = matches!(workflow, Some("RESOLVED" | "SUPPRESSED"));
    let passed = master.kind == Kind::Posture && matches!(master.compliance.as_deref(), Some("PASSED"));
    master.archived || decided || passed
}

/// A finding that stays closed keeps its date. One that we meet closed was closed at its last update at the latest;
/// one that closes under our eyes is dated when we saw it, because workflow edits and archiving carry no time.
fn closed_at(before: Option<&Finding>, master: &Observation, seen: &Sighting) -> Timestamp {
    match before {
        Some(before) => before.closed_at.unwrap_or(seen.observed_at),
        None => master.updated_at.min(seen.observed_at),
    }
}

/// A list, or the other where it is empty.
fn either<T: Clone>(own: &[T], other: &[T]) -> Vec<T> {
    if own.is_empty() { other.to_vec() } else { own.to_vec() }
}

/// The master's place, with what it does not say taken from the other service.
fn attribution(master: &Attribution, echo: Option<&Attribution>) -> Attribution {
    let Some(echo) = echo else { return master.clone() };
    Attribution {
        account: master.account.clone().or_else(|| echo.account.clone()),
        region: master.region.clone().or_else(|| echo.region.clone()),
        clusters: either(&master.clusters, &echo.clusters),
        families: either(&master.families, &echo.families),
        revisions: either(&master.revisions, &echo.revisions),
        services: either(&master.services, &echo.services),
        task_arns: either(&master.task_arns, &echo.task_arns),
        launch_types: either(&master.launch_types, &echo.launch_types),
        containers: either(&master.containers, &echo.containers),
        images: either(&master.images, &echo.images),
        image_digests: either(&master.image_digests, &echo.image_digests),
        resource_type: master.resource_type.clone().or_else(|| echo.resource_type.clone()),
        resource_id: master.resource_id.clone().or_else(|| echo.resource_id.clone()),
        // Of resources, not of findings: the store keeps them from each document.
        tags: Vec::new(),
    }
}

fn version(finding: &Finding, before: Option<&Finding>, seen: &Sighting) -> FindingVersion {
    FindingVersion {
        observed_at: seen.observed_at,
        source: seen.source,
        updated_at: seen.updated_at,
        severity: finding.severity,
        count: finding.count,
        count_delta: finding.occurrences - before.map_or(0, |before| before.occurrences),
        archived: finding.archived,
        workflow: finding.workflow.clone(),
        record_state: finding.record_state.clone(),
        changed: history::aspects(before, finding),
        resources: before.map_or_else(Vec::new, |before| history::new_resources(before, finding)),
    }
}

/// The finding in the AWS console; only for the commercial partition and a known Region.
fn url(master: &Observation) -> Option<String> {
    let region = master.attribution.region.as_deref()?;
    let plain = region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !plain || !master.arn.starts_with("arn:aws:") {
        return None;
    }
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    Some(match master.source {
        Source::GuardDuty => {
            let id = master.arn.rsplit('/').next().unwrap_or_default();
            let query = encode(&format!("id={id}"));
            format!("https://{region}.console.aws.amazon.com/guardduty/home?region={region}#/findings?search={query}")
        }
        Source::SecurityHub => {
            let query = encode(&format!("Id=\\operator\\:EQUALS\\:{}", master.arn));
            format!("https://{region}.console.aws.amazon.com/securityhub/home?region={region}#/findings?search={query}")
        }
    })
}

#[cfg(test)]
mod tests;
