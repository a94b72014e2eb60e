//! How much was watched over time, and what was lost lately.

use std::collections::HashMap;
use std::sync::Arc;

use app::model::coverage::{CoverageBucket, LostCoverage, share};
use app::model::{Field, Filter, Named};
use duckdb::types::Value;
use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};

use super::state::Fleet;
use super::takes;
use crate::query::QueryError;
use crate::query::row::word;
use crate::query::spec::{Bucket, Spec};
use crate::store::{Snapshot, read_optional_time, read_time, sql_time};

/// "Yesterday" is the last so many hours.
const LATELY: SignedDuration = SignedDuration::from_hours(24);

/// The bounds of the hours that begin in a window; without a beginning, of every hour there is.
pub(super) fn hour_range(spec: &Spec) -> [Value; 2] {
    // The same hours for every window that ends in the same hour, so that answers can be kept.
    [spec.from.unwrap_or(Timestamp::UNIX_EPOCH), spec.to].map(|bound| sql_time(next_hour(bound)))
}

/// The first hour that does not begin before a moment.
fn next_hour(moment: Timestamp) -> Timestamp {
    moment.round(TimestampRound::new().smallest(Unit::Hour).mode(RoundMode::Ceil)).unwrap_or(moment)
}

/// Conditions of SQL, and the values they bind.
pub(super) struct Conditions {
    sql: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// What a filter's choices of these fields say of rows; `names` are the expressions that a value may equal.
    pub fn of(filter: &Filter, fields: &[(Field, &[&str])]) -> Self {
        let mut conditions = Self { sql: vec!["true".to_owned()], values: Vec::new() };
        for (field, names) in fields {
            let Some(selection) = filter.fields.get(field) else { continue };
            for (list, negation) in [(&selection.include, ""), (&selection.exclude, "NOT ")] {
                if list.is_empty() {
                    continue;
                }
                let mut equal = Vec::new();
                for name in *names {
                    equal.push(format!("{name} IN ({})", vec!["?"; list.len()].join(", ")));
                    conditions.values.extend(list.iter().cloned().map(Value::Text));
                }
                conditions.sql.push(format!("{negation}({})", equal.join(" OR ")));
            }
        }
        conditions
    }

    pub fn into(self, sql: &str) -> (String, Vec<Value>) {
        (sql.replace("{conditions}", &self.sql.join(" AND ")), self.values)
    }
}

const PLACE: [(Field, &[&str]); 2] = [(Field::Account, &["account_id"]), (Field::Region, &["region"])];
/// The columns of `workload_hour` that a filter may choose by.
pub(super) const WORKLOAD: [(Field, &[&str]); 4] = [
    PLACE[0],
    PLACE[1],
    (Field::Cluster, &["cluster_arn", "split_part(cluster_arn, '/', 2)"]),
    (Field::Family, &["family", "account_id || '/' || region || '/' || family"]),
];

/// Sums over a bucket.
#[derive(Default, Clone, Copy)]
struct Sums {
    tasks: i64,
    covered: i64,
    unknown: i64,
    observed: i64,
}

/// Coverage by bucket of the window. Without a beginning it begins with the first hour there is.
pub(super) fn history(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Vec<CoverageBucket>, QueryError> {
    let earliest: Option<Timestamp> = match spec.from {
        Some(_) => None,
        None => snapshot
            .row("SELECT min(starts_at) FROM fleet_hour", [], |row| Ok::<_, QueryError>(read_optional_time(row, 0)?))?,
    };
    of_buckets(snapshot, spec, &spec.buckets(earliest)?)
}

/// The same by given buckets.
pub(super) fn of_buckets(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    buckets: &[Bucket],
) -> Result<Vec<CoverageBucket>, QueryError> {
    let mut sums: HashMap<usize, Sums> = HashMap::new();
    let index_of = |at: Timestamp| {
        let after = buckets.partition_point(|bucket| bucket.start <= at);
        // An hour that begins before the window's first bucket, in zones that are not whole hours off, is in it.
        after.saturating_sub(1)
    };
    for (at, [tasks, covered, unknown, observed]) in hours(snapshot, spec)?.iter() {
        let sum = sums.entry(index_of(*at)).or_default();
        sum.tasks += tasks;
        sum.covered += covered;
        sum.unknown += unknown;
        sum.observed += observed;
    }
    let bucket = |(index, bucket): (usize, &Bucket)| {
        let Sums { tasks, covered, unknown, observed } = sums.get(&index).copied().unwrap_or_default();
        CoverageBucket {
            start: bucket.name.clone(),
            covered_percent: share(covered, tasks - unknown),
            task_seconds: tasks,
            covered_task_seconds: covered,
            unknown_task_seconds: unknown,
            observed_seconds: observed,
        }
    };
    Ok(buckets.iter().enumerate().map(bucket).collect())
}

/// Seconds of an hour: of tasks, of those that were covered, of those nobody can tell of, and that were looked at.
type Hour = (Timestamp, [i64; 4]);

/// What is known of the hours of a window, kept until the next look at the fleet.
fn hours(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Arc<Vec<Hour>>, QueryError> {
    let (spent, spent_values) = Conditions::of(&spec.filter, &WORKLOAD).into(include_str!("../../sql/fleet_hours.sql"));
    let (observed, observed_values) =
        Conditions::of(&spec.filter, &PLACE).into(include_str!("../../sql/fleet_observed.sql"));
    let range = hour_range(spec);
    let name = format!("hours {range:?} {spent} {spent_values:?} {observed} {observed_values:?}");
    snapshot.of_the_fleet(name, || {
        let values = range.iter().cloned().chain(spent_values);
        let mut hours: Vec<Hour> = snapshot.rows(&spent, values, |row| {
            Ok::<_, QueryError>((read_time(row, 0)?, [row.get(1)?, row.get(2)?, row.get(3)?, 0]))
        })?;
        hours.extend(snapshot.rows(&observed, range.iter().cloned().chain(observed_values), |row| {
            Ok::<_, QueryError>((read_time(row, 0)?, [0, 0, 0, row.get(1)?]))
        })?);
        Ok(hours)
    })
}

/// Families that are less watched now than at some time since yesterday, newest first; none where nobody can tell now.
pub(super) fn lost(snapshot: &Snapshot<'_>, fleet: &Fleet, spec: &Spec) -> Result<Vec<LostCoverage>, QueryError> {
    let since = spec.now.checked_sub(LATELY).unwrap_or(spec.now);
    let mut lost = snapshot.rows(include_str!("../../sql/fleet_lost.sql"), [sql_time(since)], |row| {
        let (account, region, family): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
        Ok::<_, QueryError>(LostCoverage {
            key: format!("{account}/{region}/{family}"),
            label: family,
            account,
            region,
            cluster: Named::from_key(row.get::<_, String>(2)?),
            was: word(row, 4)?,
            is: word(row, 5)?,
            at: read_time(row, 6)?,
        })
    })?;
    lost.retain(|one| {
        fleet.is_seen(&(one.account.clone(), one.region.clone()))
            && fleet.trouble(&one.cluster.key).is_none()
            && takes(&spec.filter, Field::Account, &[&one.account])
            && takes(&spec.filter, Field::Region, &[&one.region])
            && takes(&spec.filter, Field::Cluster, &[&one.cluster.key, &one.cluster.label])
            && takes(&spec.filter, Field::Family, &[&one.key, &one.label])
    });
    Ok(lost)
}
