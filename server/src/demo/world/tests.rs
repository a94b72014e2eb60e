#![expect(clippy::unwrap_used, reason = "a failing test says where")]

use std::collections::{BTreeMap, BTreeSet};

use app::model::{Category, Severity};
use jiff::SignedDuration;

use super::*;
use crate::demo::documents;
use crate::ingest::{Classifier, Observation, normalize};

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn observed(world: &World) -> Vec<Observation> {
    let threats = world.records.iter().filter_map(|record| Some((record, record.threat()?)));
    threats
        .map(|(record, threat)| normalize::guardduty(&documents::guardduty(record, threat), now()).unwrap())
        .collect()
}

/// Threats by something.
fn count<K: Ord>(all: &[Observation], key: impl Fn(&Observation) -> K) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(key(one)).or_default() += 1;
    }
    counts
}

#[test]
fn the_past_looks_like_that_of_an_estate() {
    let world = World::build(1, now()).unwrap();
    let threats = observed(&world);
    let classifier = Classifier::embedded();
    let category = |one: &Observation| classifier.classify(one).category.unwrap();
    let categories = count(&threats, category);
    let severities = count(&threats, |one| one.severity);
    let week = |one: &Observation| now().duration_since(one.created_at).as_hours() / (7 * 24);
    println!("{} threats, {} in all", threats.len(), world.records.len());
    for (category, findings) in &categories {
        let weeks: Vec<usize> = {
            let of = threats.iter().filter(|one| self::category_is(&classifier, one, *category)).cloned();
            let by_week = count(&of.collect::<Vec<_>>(), week);
            (0..13).rev().map(|week| by_week.get(&week).copied().unwrap_or(0)).collect()
        };
        println!("{category:24} {findings:5}  {weeks:?}");
    }
    println!("{severities:?}");
    let weekdays =
        count(&threats, |one| one.created_at.to_zoned(jiff::tz::TimeZone::UTC).weekday().to_monday_zero_offset());
    println!("from Monday: {weekdays:?}");

    assert!((800..4_000).contains(&threats.len()), "{} threats", threats.len());
    for one in Category::ALL {
        assert!(categories.get(one).is_some_and(|findings| *findings >= 10), "{one}: {categories:?}");
    }
    let of = |severity| severities.get(&severity).copied().unwrap_or(0);
    assert!(of(Severity::Low) > of(Severity::High) && of(Severity::Medium) > of(Severity::High), "{severities:?}");
    assert!(of(Severity::Critical) < 15, "{severities:?}");
    assert!(weekdays[&6] * 2 < weekdays[&2], "Sundays are quieter than Wednesdays: {weekdays:?}");
    let fresh = threats.iter().filter(|one| now().duration_since(one.created_at).as_hours() < 30 * 24).count();
    assert!(fresh * 5 > threats.len(), "{fresh} of {} in the last 30 days", threats.len());
}

fn category_is(classifier: &Classifier, one: &Observation, category: Category) -> bool {
    classifier.classify(one).category == Some(category)
}

#[test]
fn every_type_in_service_happened_and_every_document_reads_back() {
    let world = World::build(7, now()).unwrap();
    let threats = observed(&world);
    let seen: BTreeSet<&str> = threats.iter().map(|one| one.finding_type.as_str()).collect();
    assert!(world.types.iter().all(|known| seen.contains(known.name.as_str())));
    for one in threats.iter().filter(|one| one.finding_type.contains(":Runtime/")) {
        assert_eq!((one.attribution.families.len(), one.attribution.clusters.len()), (1, 1), "{}", one.arn);
        assert_eq!((one.attribution.images.len(), one.attribution.image_digests.len()), (1, 1), "{}", one.arn);
    }
    for record in world.records.iter().filter(|record| record.in_hub) {
        let one = normalize::asff(&documents::asff(record), now()).unwrap();
        if let Some(threat) = record.threat() {
            assert!(!one.title.contains(['{', '}']) && !one.description.contains(['{', '}']), "{}", one.title);
            let task = threat.place.as_ref().map(|place| place.task.clone());
            assert_eq!(one.attribution.task_arns.first(), task.as_ref());
        }
    }
}

#[test]
fn where_no_agent_runs_nothing_is_seen() {
    let world = World::build(1, now()).unwrap();
    for unit in world.units.iter().filter(|unit| !unit.family.agent) {
        let here = |record: &&Record| {
            record.threat().is_some_and(|threat| {
                threat.name.contains(":Runtime/")
                    && threat
                        .place
                        .as_ref()
                        .is_some_and(|place| place.cluster == unit.cluster_arn() && place.family == unit.family.name)
            })
        };
        assert_eq!(world.records.iter().filter(here).count(), 0, "{}", unit.family.name);
    }
}

#[test]
fn a_seed_and_a_moment_make_one_world() {
    let story = |seed| {
        let mut world = World::build(seed, now()).unwrap();
        for minute in 0..500 {
            world.happen(now() + SignedDuration::from_mins(minute));
        }
        world.findings()
    };
    let first = story(3);
    assert_eq!(first, story(3));
    assert_ne!(first, story(4));
}

#[test]
fn a_day_brings_news_repetitions_decisions_and_incidents() {
    let mut world = World::build(1, now()).unwrap();
    let before: BTreeMap<String, Known> = world.findings().into_iter().map(|one| (one.arn.clone(), one)).collect();
    let revisions = |world: &World| world.units.iter().map(|unit| unit.revisions().len()).sum::<usize>();
    let revisions_before = revisions(&world);
    for minute in 0..400 {
        world.happen(now() + SignedDuration::from_mins(minute));
    }
    let after = world.findings();
    let changed = |fits: fn(&Known, &Known) -> bool| {
        after.iter().filter(|one| before.get(&one.arn).is_some_and(|old| fits(old, one))).count()
    };
    assert!(after.len() > before.len() + 80, "{} new", after.len() - before.len());
    assert!(changed(|old, new| new.count > old.count) > 50);
    assert!(changed(|old, new| new.archived && !old.archived) > 3);
    for status in ["NOTIFIED", "RESOLVED", "SUPPRESSED"] {
        let decided = after
            .iter()
            .filter(|one| one.workflow == status && before.get(&one.arn).is_none_or(|old| old.workflow != status));
        assert!(decided.count() > 0, "{status}");
    }
    assert!(revisions(&world) > revisions_before);
    // An incident is several findings in one family within a few happenings.
    let bursts = after.windows(4).filter(|four| {
        four.iter().all(|one| !before.contains_key(&one.arn))
            && four.iter().all(|one| one.created >= now())
            && four[3].created.duration_since(four[0].created).as_mins() <= 3
    });
    assert!(bursts.count() > 0);
}
