//! What a change would make of the month.

use std::collections::{BTreeMap, BTreeSet};

use app::model::cost::FARGATE;
use app::model::coverage::Verdict;
use app::model::{CostView, CostWhatIf};
use rust_decimal::Decimal;

use super::facts::{Facts, Place};
use super::{Line, sum};
use crate::cost::cents;
use crate::cost::prices::Prices;
use crate::cost::quotes::number;

/// Average vCPUs that are watched, by account and Region: tiers are counted there.
type Watched = BTreeMap<Place, Decimal>;

/// Runtime Monitoring at list price before and after, with the other features as estimated.
pub fn what_if(facts: &Facts, lines: &[Line], view: &CostView, prices: &Prices) -> CostWhatIf {
    let change = &view.what_if;
    let (mut before, mut after) = (Watched::new(), Watched::new());
    let mut unsupported = BTreeSet::new();
    for workload in &facts.workloads {
        let key = workload.key();
        let named = |list: &[String]| list.iter().any(|one| *one == key || *one == workload.cluster);
        *before.entry(workload.place.clone()).or_default() += workload.watched;
        if named(&change.drop) {
            continue;
        }
        let all = workload.watched + workload.unwatched;
        let can_be_watched = workload.verdict != Some(Verdict::Unsupported);
        if named(&change.cover) && !can_be_watched {
            unsupported.insert(workload.family.clone());
        }
        let watched = if named(&change.cover) && can_be_watched { all } else { workload.watched };
        let times = change.scale.iter().find(|(scaled, _)| *scaled == key).map(|(_, by)| number(by));
        *after.entry(workload.place.clone()).or_default() += watched * times.unwrap_or(Decimal::ONE);
    }
    let runs = |key: &String| facts.workloads.iter().any(|workload| workload.key() == *key || workload.cluster == *key);
    let scaled = change.scale.iter().map(|(key, _)| key);
    let named = change.drop.iter().chain(&change.cover).chain(scaled);
    let unmatched: BTreeSet<String> = named.filter(|key| !runs(key)).cloned().collect();
    // Where nobody watched what runs, AWS's own metrics are the ground, and no workload can be named.
    for place in facts.measured_places() {
        if !facts.workloads.iter().any(|workload| workload.place == place) {
            let watched = facts.watched_by_aws(&place).unwrap_or_default();
            before.insert(place.clone(), watched);
            after.insert(place, watched);
        }
    }
    for added in &change.add {
        let vcpus = number(&added.tasks) * number(&added.vcpus) * number(&added.hours) / Decimal::from(24);
        // Where most is watched the next tier is nearest.
        let here = after.iter().filter(|((_, region), _)| *region == added.region).max_by_key(|(_, vcpus)| **vcpus);
        let place = here.map_or_else(|| (String::new(), added.region.clone()), |(place, _)| place.clone());
        *after.entry(place).or_default() += vcpus;
    }
    let chosen = |feature: &str| view.features.is_empty() || view.features.iter().any(|one| one == feature);
    if !chosen(FARGATE) {
        before.clear();
        after.clear();
    }
    if change.without.iter().any(|feature| feature == FARGATE) {
        after.clear();
    }
    let unpriced: BTreeSet<String> = before
        .keys()
        .chain(after.keys())
        .filter(|(_, region)| prices.of(region, FARGATE).is_none())
        .map(|(_, region)| region.clone())
        .collect();
    let runtime = |watched: &Watched| {
        let counted = watched.iter().filter(|((_, region), _)| !unpriced.contains(region));
        let costs: Option<Vec<Decimal>> =
            counted.map(|((_, region), vcpus)| prices.of(region, FARGATE)?.cost(*vcpus)).collect();
        costs.map(|costs| costs.into_iter().sum::<Decimal>())
    };
    let others = |without: &[String]| {
        let kept = lines.iter().filter(|line| line.feature != FARGATE && !without.contains(&line.feature));
        sum(kept.map(|line| line.estimate.monthly)).unwrap_or_default()
    };
    let before_usd = runtime(&before).map(|usd| usd + others(&[]));
    let after_usd = runtime(&after).map(|usd| usd + others(&change.without));
    let vcpus = |watched: &Watched| format!("{:.2}", watched.values().copied().sum::<Decimal>());
    CostWhatIf {
        before_usd: before_usd.map(cents),
        after_usd: after_usd.map(cents),
        difference_usd: before_usd.zip(after_usd).map(|(before, after)| cents(after - before)),
        before_vcpus: vcpus(&before),
        after_vcpus: vcpus(&after),
        unpriced: unpriced.into_iter().collect(),
        unsupported: unsupported.into_iter().collect(),
        unmatched: unmatched.into_iter().collect(),
    }
}
