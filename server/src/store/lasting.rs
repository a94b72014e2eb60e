//! What of a finding's row lasts while the finding repeats, as one sum.
//!
//! A repetition moves counts and times. Where the sum of everything else is what is kept, those few columns are updated
//! where they stand: writing a row of fifty columns anew takes ten times as long, and its lists cannot be changed in place.
//! The sum is of what was written, not of what the documents say today, so a row that another parser wrote is never taken
//! for this one's.

use app::model::{Finding, Named};
use xxhash_rust::xxh3::xxh3_64;

use super::values::members;

/// The sum over everything but the state, which `update_state.sql` writes.
pub(super) fn hash(finding: &Finding) -> u64 {
    // By name, so that a new member has to be put on one of the sides.
    let Finding {
        id,
        arn,
        source,
        in_guardduty,
        in_securityhub,
        kind,
        category,
        category_secondary,
        category_rule,
        finding_type,
        mitre,
        product,
        title,
        description,
        account,
        region,
        clusters,
        families,
        revisions,
        services,
        task_arns,
        launch_types,
        containers,
        images,
        image_digests,
        resource_type,
        resource_id,
        created_at,
        compliance,
        control,
        vulnerability_ids,
        sample,
        sequence,
        attack_sequence,
        url,
        // State.
        severity: _,
        severity_score: _,
        count: _,
        occurrences: _,
        first_seen: _,
        last_seen: _,
        updated_at: _,
        first_observed_at: _,
        archived: _,
        record_state: _,
        workflow: _,
        closed_at: _,
        // No matter of documents.
        expired_in_aws: _,
    } = finding;
    let mut sum = Summed(Vec::with_capacity(2048));
    for text in [id, arn, category_rule, finding_type, product, title, description] {
        sum.text(text);
    }
    for text in [mitre, account, region, resource_type, resource_id, compliance, control, attack_sequence, url] {
        sum.optional(text.as_deref());
    }
    for category in [category, category_secondary] {
        sum.optional(category.map(app::model::Category::as_str));
    }
    for word in [source.as_str(), kind.as_str(), sequence.as_str()] {
        sum.text(word);
    }
    for named in [clusters, families, revisions, services] {
        sum.named(named);
    }
    for texts in [task_arns, launch_types, containers, images, image_digests, vulnerability_ids] {
        sum.list(texts.iter().map(String::as_str));
    }
    sum.0.extend([in_guardduty, in_securityhub, sample].map(|fact| u8::from(*fact)));
    sum.0.extend(created_at.as_microsecond().to_le_bytes());
    xxh3_64(&sum.0)
}

/// Values one after the other, so that no two rows give the same bytes.
struct Summed(Vec<u8>);

impl Summed {
    fn text(&mut self, text: &str) {
        self.0.extend(text.len().to_le_bytes());
        self.0.extend(text.as_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        self.0.push(u8::from(text.is_some()));
        self.text(text.unwrap_or_default());
    }

    fn named(&mut self, named: &[Named]) {
        self.list(named.iter().map(|named| named.key.as_str()));
    }

    /// As it is stored.
    fn list<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let start = self.0.len();
        self.0.extend([0; 8]);
        let mut count = 0_u64;
        for text in members(texts) {
            self.text(&text);
            count += 1;
        }
        self.0[start..start + 8].copy_from_slice(&count.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::classify::Classifier;
    use crate::ingest::merge;
    use crate::store::tests::documents::{archived, guardduty, security_hub};

    fn finding(observations: Vec<crate::ingest::Observation>) -> Finding {
        let classifier = Classifier::embedded();
        let merged = observations
            .into_iter()
            .fold(None, |known, observation| Some(merge::apply(known, observation, &classifier).0));
        merged.expect("there is an observation").finding
    }

    #[test]
    fn repeating_and_closing_leave_the_sum_and_anything_else_does_not() {
        let before = finding(vec![guardduty(1, 0, 1)]);
        assert_eq!(hash(&finding(vec![guardduty(1, 0, 1), archived(1, 5, 9)])), hash(&before));
        let both = finding(vec![guardduty(1, 0, 1), security_hub(1, 1, "NEW")]);
        assert_ne!(hash(&both), hash(&before));
        let moved = Finding { task_arns: Vec::new(), containers: before.task_arns.clone(), ..before.clone() };
        let untitled = Finding { title: String::new(), ..before.clone() };
        let told = Finding { mitre: None, control: before.mitre.clone(), ..before.clone() };
        for other in [moved, untitled, told] {
            assert_ne!(hash(&other), hash(&before));
        }
    }
}
