//! Open and new findings of every place by kind: of those that name it, and, of what is no threat, of those that name
//! something that leads there. The same as the filter `workload` says of one place.
//!
//! What findings name the rollups know; what it leads to they cannot, because a finding counts once for a place however
//! many ways lead there. That is counted one by one, among what is no threat.

use std::collections::{BTreeMap, BTreeSet};

use app::model::{Dimension, Filter, Kind, LayersView, Severity, StatusChoice};
use duckdb::types::Value;
use jiff::Timestamp;

use super::super::coverage;
use super::super::trend::Frame;
use crate::query::QueryError;
use crate::query::compile::any_time;
use crate::query::counts;
use crate::query::cover::pieces_between;
use crate::query::numbered::bucket_of;
use crate::query::over_time::{self, Buckets};
use crate::query::row::word;
use crate::query::spec::Spec;
use crate::store::{Snapshot, sql_time};

/// Findings of one kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Count {
    pub open: i64,
    pub worst: Option<Severity>,
    pub new: i64,
    pub previous: Option<i64>,
    pub buckets: Buckets,
}

pub(super) type Counts = BTreeMap<Kind, Count>;

/// What was found, by place.
#[derive(Default)]
pub(super) struct Places {
    counts: BTreeMap<String, Counts>,
    /// Where anything was ever found.
    known: BTreeSet<String>,
    /// Whether there is a window before to compare with.
    compares: bool,
}

impl Places {
    pub(super) fn counted(
        snapshot: &Snapshot<'_>,
        spec: &Spec,
        view: LayersView,
        frame: &Frame,
    ) -> Result<Self, QueryError> {
        let watched = coverage::covered(snapshot, &spec.filter)?;
        let counting = Counting {
            snapshot,
            spec,
            by: if view.by == Dimension::Cluster { view.by } else { Dimension::Family },
            spans: frame.clipped(spec),
            before: coverage::watched_before(&watched, spec),
        };
        let mut places = Self { compares: counting.before.is_some(), ..Self::default() };
        if !counting.rolled(&mut places)? {
            counting.one_by_one(&mut places)?;
        }
        counting.linked(&mut places)?;
        Ok(places)
    }

    /// Every place where something was ever found.
    pub(super) fn keys(&self) -> impl Iterator<Item = &String> {
        self.known.iter()
    }

    /// What was found there, by kind: a kind of which nothing is open or new has a count of zeros, but threats have none.
    pub(super) fn of(&self, place: &str) -> Option<&Counts> {
        self.counts.get(place)
    }

    fn know(&mut self, place: &str, kind: Kind) {
        if !self.known.contains(place) {
            self.known.insert(place.to_owned());
        }
        if kind != Kind::Threat {
            self.count(place, kind);
        }
    }

    fn count(&mut self, place: &str, kind: Kind) -> &mut Count {
        let count = self.counts.entry(place.to_owned()).or_default().entry(kind).or_default();
        if self.compares {
            count.previous.get_or_insert(0);
        }
        count
    }
}

struct Counting<'a, 'b> {
    snapshot: &'a Snapshot<'b>,
    spec: &'a Spec,
    by: Dimension,
    /// The window's buckets, which follow each other without gap.
    spans: Vec<(Timestamp, Timestamp)>,
    /// The window before, if it was looked at.
    before: Option<Spec>,
}

/// The bucket of findings of the window before.
const BEFORE: i64 = -1;

impl Counting<'_, '_> {
    /// Findings that name a place, where the rollups tell; whether they do.
    fn rolled(&self, places: &mut Places) -> Result<bool, QueryError> {
        let bounds = self.spans.iter().skip(1).map(|(start, _)| *start);
        let plan = pieces_between(bounds)
            .and_then(|within| counts::plan(self.snapshot, &self.spec.filter, Some(self.by), within));
        if plan.is_none() {
            return Ok(false);
        }
        for kind in Kind::ALL.iter().copied().filter(|kind| self.spec.filter.kinds.contains(kind)) {
            let of_kind = |spec: &Spec| Spec { filter: of_kinds(&spec.filter, vec![kind]), ..spec.clone() };
            let spec = of_kind(self.spec);
            for place in counts::keys_ever(self.snapshot, &spec.filter, self.by)? {
                places.know(&place, kind);
            }
            for (place, buckets) in over_time::created(self.snapshot, &spec, self.by, &self.spans)? {
                let Some(place) = place.filter(|_| !buckets.is_empty()) else { continue };
                let count = places.count(&place, kind);
                count.new += buckets.values().sum::<i64>();
                count.buckets = buckets;
            }
            if let Some(before) = &self.before {
                for (place, found) in counts::by_key(self.snapshot, &of_kind(before), self.by)? {
                    places.count(&place, kind).previous = Some(found.findings);
                }
            }
            let open = Filter { status: Some(StatusChoice::Active), ..spec.filter.clone() };
            let open = counts::cells(self.snapshot, &spec.ever(open), (self.by, Dimension::Severity))?;
            for ((place, severity), found) in open {
                let count = places.count(&place, kind);
                count.open += found;
                count.worst = count.worst.max(severity.parse().ok());
            }
        }
        Ok(true)
    }

    /// The same, where they do not.
    fn one_by_one(&self, places: &mut Places) -> Result<(), QueryError> {
        let conditions = any_time(self.snapshot, &self.spec.filter)?;
        let (bucket, mut values) = self.bucket();
        values.extend(conditions.values.iter().cloned());
        let sql = include_str!("../../sql/layers_named.sql")
            .replace("{bucket}", &bucket)
            .replace("{conditions}", &conditions.sql())
            .replace("{places}", self.column());
        self.add(places, &sql, values)
    }

    /// Findings that lead to a place and do not name it.
    fn linked(&self, places: &mut Places) -> Result<(), QueryError> {
        let kinds: Vec<Kind> = self.spec.filter.kinds.iter().copied().filter(|kind| *kind != Kind::Threat).collect();
        let anything = "SELECT EXISTS (FROM workload_link)";
        if kinds.is_empty() || !self.snapshot.row(anything, [], |row| Ok::<bool, QueryError>(row.get(0)?))? {
            return Ok(());
        }
        let conditions = any_time(self.snapshot, &of_kinds(&self.spec.filter, kinds))?;
        let (bucket, mut values) = self.bucket();
        values.extend(conditions.values.iter().cloned());
        let sql = include_str!("../../sql/layers_linked.sql")
            .replace("{bucket}", &bucket)
            .replace("{conditions}", &conditions.sql())
            .replace("{places}", self.column())
            .replace("{by_cluster}", if self.by == Dimension::Cluster { "true" } else { "false" });
        self.add(places, &sql, values)
    }

    /// Where findings name their places.
    const fn column(&self) -> &'static str {
        if matches!(self.by, Dimension::Cluster) { "clusters" } else { "families" }
    }

    /// The bucket of a finding in SQL, with its values.
    fn bucket(&self) -> (String, Vec<Value>) {
        let ends: Vec<Timestamp> = self.spans.iter().map(|(_, end)| *end).collect();
        let windows = [(Some(self.spec), bucket_of("f.created_at", &ends)), (self.before.as_ref(), BEFORE.to_string())];
        let (mut cases, mut values) = (Vec::new(), Vec::new());
        for (window, bucket) in windows.into_iter().filter_map(|(window, bucket)| Some((window?, bucket))) {
            cases.push(format!("WHEN f.created_at >= ? AND f.created_at < ? THEN {bucket}"));
            values.extend([sql_time(window.from.unwrap_or(Timestamp::UNIX_EPOCH)), sql_time(window.to)]);
        }
        (format!("CASE {} END", cases.join(" ")), values)
    }

    fn add(&self, places: &mut Places, sql: &str, values: Vec<Value>) -> Result<(), QueryError> {
        self.snapshot.rows(sql, values, |row| {
            let (place, kind): (String, Kind) = (row.get(0)?, word(row, 1)?);
            let (bucket, findings, open): (Option<i64>, i64, i64) = (row.get(2)?, row.get(3)?, row.get(4)?);
            places.know(&place, kind);
            if bucket.is_none() && open == 0 {
                return Ok(());
            }
            let worst = row.get::<_, Option<u8>>(5)?.and_then(|rank| Severity::ALL.get(usize::from(rank)).copied());
            let count = places.count(&place, kind);
            count.open += open;
            count.worst = count.worst.max(worst);
            match bucket {
                Some(BEFORE) => *count.previous.get_or_insert(0) += findings,
                Some(bucket) => {
                    count.new += findings;
                    *count.buckets.entry(usize::try_from(bucket).unwrap_or(usize::MAX)).or_default() += findings;
                }
                None => {}
            }
            Ok::<_, QueryError>(())
        })?;
        Ok(())
    }
}

fn of_kinds(filter: &Filter, kinds: Vec<Kind>) -> Filter {
    Filter { kinds, ..filter.clone() }
}
