//! What was new in an observed state of a finding.

use app::model::{Aspect, Finding, Named};

/// Resources that one version tells at most: a finding of a busy cluster may name thousands of tasks.
const MOST_RESOURCES: usize = 50;

/// What differs; never empty, because a version is only made of a change.
pub(super) fn aspects(before: Option<&Finding>, after: &Finding) -> Vec<Aspect> {
    let Some(before) = before else { return vec![Aspect::First] };
    let services = |finding: &Finding| (finding.in_guardduty, finding.in_securityhub);
    let differs = [
        (Aspect::Service, services(before) != services(after)),
        (Aspect::Count, before.occurrences != after.occurrences || before.count != after.count),
        (Aspect::Severity, before.severity != after.severity || before.severity_score != after.severity_score),
        (Aspect::Archived, before.archived != after.archived),
        (Aspect::Workflow, before.workflow != after.workflow),
        (Aspect::RecordState, before.record_state != after.record_state),
        (Aspect::Resource, resources(before).ne(resources(after))),
        (
            Aspect::Wording,
            before.finding_type != after.finding_type
                || before.title != after.title
                || before.description != after.description,
        ),
    ];
    let aspects: Vec<Aspect> = differs.into_iter().filter(|(_, differs)| *differs).map(|(aspect, _)| aspect).collect();
    if aspects.is_empty() { vec![Aspect::Details] } else { aspects }
}

/// The resources that were not named before.
pub(super) fn new_resources(before: &Finding, after: &Finding) -> Vec<String> {
    let known: Vec<&str> = resources(before).collect();
    let mut new: Vec<String> = Vec::new();
    for resource in resources(after).filter(|resource| !known.contains(resource)) {
        if new.len() == MOST_RESOURCES {
            break;
        }
        if !new.iter().any(|one| one == resource) {
            new.push(resource.to_owned());
        }
    }
    new
}

fn resources(finding: &Finding) -> impl Iterator<Item = &str> {
    let named = [&finding.clusters, &finding.services, &finding.families, &finding.revisions];
    let named = named.into_iter().flatten().map(|named: &Named| named.key.as_str());
    let plain = [&finding.task_arns, &finding.containers, &finding.images, &finding.image_digests];
    named.chain(plain.into_iter().flatten().map(String::as_str)).chain(finding.resource_id.as_deref())
}
