//! The revisions of the findings that new things began with.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use app::model::{Filter, Named, NewThing, NewsKind};
use duckdb::Row;
use jiff::Timestamp;

use crate::query::QueryError;
use crate::query::compile::{Conditions, any_time};
use crate::query::rolled::Event;
use crate::store::{Snapshot, read_list, read_time, sql_time};

/// Up to so many moments are looked for in a list.
const FEW_MOMENTS: usize = 16;
/// So many answers are kept of an hour in which many things begin.
const MOST_KEPT: usize = 64;

/// Adds the revisions of the findings that things began with, where a finding has one to tell. Of a few things they are
/// kept until a finding of an hour in which one began changes.
pub(super) fn add_revisions(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    things: &mut [NewThing],
) -> Result<(), QueryError> {
    let conditions = any_time(snapshot, filter)?;
    // The numbers by which a text is looked for are the reader's own.
    if things.len() > FEW_MOMENTS || filter.text.is_some() {
        return read_revisions(snapshot, &conditions, &mut things.iter_mut().collect::<Vec<_>>());
    }
    let mut kept = HashMap::new();
    let mut unknown = Vec::new();
    for thing in things {
        let hour = hour_of(thing.first_at);
        let of_hour = kept.entry(hour).or_insert_with(|| {
            snapshot.kept_hour::<KeptRevisions>(Event::Created, hour).map(|kept| (*kept).clone()).unwrap_or_default()
        });
        match of_hour.get(&question(thing, &conditions)) {
            Some(revision) => thing.revision.clone_from(revision),
            None => unknown.push(thing),
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    read_revisions(snapshot, &conditions, &mut unknown)?;
    let hours: BTreeSet<Timestamp> = unknown.iter().map(|thing| hour_of(thing.first_at)).collect();
    for thing in unknown {
        let of_hour = kept.entry(hour_of(thing.first_at)).or_default();
        if of_hour.len() >= MOST_KEPT {
            of_hour.clear();
        }
        of_hour.insert(question(thing, &conditions), thing.revision.clone());
    }
    for hour in hours {
        let answers = kept.remove(&hour).unwrap_or_default();
        let room = answers.len();
        snapshot.keep_hour((Event::Created, hour), &Arc::new(answers), room);
    }
    Ok(())
}

/// Revisions of the findings that things of an hour began with, by question.
type KeptRevisions = HashMap<String, Option<String>>;

/// What is asked of a thing, among findings that meet the conditions.
fn question(thing: &NewThing, conditions: &Conditions) -> String {
    format!("{:?} {:?} {:?} {} {conditions:?}", thing.kind, thing.key, thing.finding_type, thing.first_at)
}

fn hour_of(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second().div_euclid(3600) * 3600).unwrap_or(moment)
}

fn read_revisions(
    snapshot: &Snapshot<'_>,
    conditions: &Conditions,
    things: &mut [&mut NewThing],
) -> Result<(), QueryError> {
    let moments = distinct(things.iter().map(|thing| thing.first_at));
    let findings = first_findings(snapshot, conditions, &moments, false)?;
    // Hardly any two findings are created in the same millisecond. Where they are, their places tell them apart, which
    // take longer to read than all the rest.
    let is_shared = |moment: &Timestamp| findings.iter().filter(|finding| finding.created_at == *moment).count() > 1;
    let (shared, _): (Vec<_>, Vec<_>) = moments.into_iter().partition(is_shared);
    let mut findings: Vec<_> = findings.into_iter().filter(|finding| !shared.contains(&finding.created_at)).collect();
    findings.extend(first_findings(snapshot, conditions, &shared, true)?);
    for thing in things {
        let first = findings.iter().filter(|finding| finding.is_of(thing)).min_by(|one, two| one.key.cmp(&two.key));
        let revision = first.and_then(|finding| finding.revision_of(thing));
        thing.revision = revision.map(|key| Named::from_key(key.to_owned()).label);
    }
    Ok(())
}

fn distinct(moments: impl Iterator<Item = Timestamp>) -> Vec<Timestamp> {
    let mut moments: Vec<Timestamp> = moments.collect();
    moments.sort_unstable();
    moments.dedup();
    moments
}

/// Where a finding has its places.
const PLACES: &str = ", f.families, f.clusters, f.image_digests";

/// The findings of moments, which rise.
fn first_findings(
    snapshot: &Snapshot<'_>,
    conditions: &Conditions,
    moments: &[Timestamp],
    with_places: bool,
) -> Result<Vec<FirstFinding>, QueryError> {
    let ([first, .., last] | [first @ last]) = moments else { return Ok(Vec::new()) };
    let marks = vec!["?"; moments.len()].join(", ");
    // Of few the list is looked through, of many the database makes a table, whose planning takes longer.
    let among = if moments.len() <= FEW_MOMENTS {
        format!("list_contains([{marks}], f.created_at)")
    } else {
        format!("f.created_at IN ({marks})")
    };
    let sql = include_str!("../../sql/news_first.sql")
        .replace("{among}", &among)
        .replace("{places}", if with_places { PLACES } else { "" })
        .replace("{conditions}", &conditions.sql());
    let values = [first, last].into_iter().chain(moments).map(|moment| sql_time(*moment));
    let values = values.chain(conditions.values.iter().cloned());
    snapshot.rows(&sql, values, |row| FirstFinding::read(row, with_places))
}

/// A finding of the moment in which something began.
struct FirstFinding {
    key: String,
    created_at: Timestamp,
    finding_type: String,
    revisions: Vec<String>,
    /// `None`: it is the only one of the moment.
    places: Option<FirstPlaces>,
}

struct FirstPlaces {
    families: Vec<String>,
    clusters: Vec<String>,
    image_digests: Vec<String>,
}

impl FirstFinding {
    fn read(row: &Row<'_>, has_places: bool) -> Result<Self, QueryError> {
        let places = || -> Result<_, QueryError> {
            Ok(FirstPlaces {
                families: read_list(row, 4)?,
                clusters: read_list(row, 5)?,
                image_digests: read_list(row, 6)?,
            })
        };
        Ok(Self {
            key: row.get(0)?,
            created_at: read_time(row, 1)?,
            finding_type: row.get(2)?,
            revisions: read_list(row, 3)?,
            places: has_places.then(places).transpose()?,
        })
    }

    /// Whether the thing may have begun with it.
    fn is_of(&self, thing: &NewThing) -> bool {
        let has_key = |places: &FirstPlaces| {
            let places = match thing.kind {
                NewsKind::Family | NewsKind::TypeInFamily => &places.families,
                NewsKind::TypeInCluster => &places.clusters,
                NewsKind::ImageDigest => &places.image_digests,
            };
            places.contains(&thing.key)
        };
        self.created_at == thing.first_at
            && thing.finding_type.as_ref().is_none_or(|finding_type| *finding_type == self.finding_type)
            && self.places.as_ref().is_none_or(has_key)
    }

    /// The revision of the thing's family, or the only one.
    fn revision_of(&self, thing: &NewThing) -> Option<&str> {
        match thing.kind {
            NewsKind::Family | NewsKind::TypeInFamily => {
                let of_family = |key: &&String| key.strip_prefix(&thing.key).is_some_and(|rest| rest.starts_with(':'));
                self.revisions.iter().find(of_family).map(String::as_str)
            }
            NewsKind::TypeInCluster | NewsKind::ImageDigest => match &self.revisions[..] {
                [only] => Some(only),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use jiff::SignedDuration;
    use jiff::tz::TimeZone;
    use rand::SeedableRng;

    use super::super::news_within;
    use super::*;
    use crate::query::reports::coverage;
    use crate::query::spec::Spec;
    use crate::query::tests::{now, observation, seeded_in};
    use crate::store::tests::documents::batch;
    use crate::store::tests::in_memory;

    /// The revisions of the first things that are new, from memory and from the tables, and how many of them were kept.
    fn revisions(snapshot: &Snapshot<'_>) -> (Vec<Option<String>>, usize) {
        let spec = Spec::resolve(&Filter::parse("range=7d", &[]).unwrap(), now(), &TimeZone::UTC).unwrap();
        let covered = coverage::covered(snapshot, &spec.filter).unwrap();
        let is_kept =
            |thing: &&NewThing| snapshot.kept_hour::<KeptRevisions>(Event::Created, hour_of(thing.first_at)).is_some();
        let [rows, other] = [&snapshot.without_resident(), snapshot]
            .map(|way| news_within(way, &spec, &covered, FEW_MOMENTS).unwrap().0.rows.unwrap());
        assert_eq!(rows, other);
        (rows.iter().map(|row| row.revision.clone()).collect(), rows.iter().filter(is_kept).count())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_revision_is_read_anew_when_its_finding_has_another() {
        let store = seeded_in(in_memory(), |_, _| ()).await;
        let mut told = observation(600, &mut rand_chacha::ChaCha8Rng::seed_from_u64(1));
        told.created_at = now() - SignedDuration::from_mins(1);
        told.kind = app::model::Kind::Threat;
        told.sample = false;
        told.attribution.families = vec![Named::from_key("111122223333/us-east-1/new".to_owned())];
        let mut seen = Vec::new();
        for revision in 1..4_u8 {
            let key = format!("111122223333/us-east-1/new:{revision}");
            told.attribution.revisions = vec![Named::from_key(key)];
            told.details_hash += 1;
            told.updated_at = now() + SignedDuration::from_mins(revision.into());
            told.observed_at = told.updated_at;
            store.ingest(batch(vec![told.clone()])).await.unwrap();
            let read = store.stream(|snapshot| Ok([revisions(snapshot), revisions(snapshot)]));
            let [(first, _), (again, kept)] = read.await.unwrap();
            assert_eq!(first, again);
            assert!(kept > 0);
            seen.push(first.into_iter().flatten().find(|revision| revision.starts_with("new:")));
        }
        assert_eq!(seen, ["new:1", "new:2", "new:3"].map(|revision| Some(revision.to_owned())));
    }
}
