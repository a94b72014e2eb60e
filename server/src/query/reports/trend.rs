//! Counts over time, split by one dimension.

use std::collections::HashMap;

use app::model::{Category, Dimension, Metric, Series, Severity, Trend};
use duckdb::params_from_iter;
use jiff::Timestamp;

use super::coverage;
use crate::query::QueryError;
use crate::query::compile::{Conditions, any_time, in_window, key_of, spans};
use crate::query::spec::{Bucket, Spec};
use crate::store::{Snapshot, read_optional_time};

/// A value is unknown where it is 0 and nobody looked at any part of its bucket.
pub fn trend(snapshot: &Snapshot<'_>, spec: &Spec, by: Dimension, metric: Metric) -> Result<Trend, QueryError> {
    let earliest = if spec.from.is_none() { earliest(snapshot, spec)? } else { None };
    let buckets = spec.buckets(earliest)?;
    let covered = coverage::covered(snapshot, &spec.filter)?;
    let looked: Vec<bool> = buckets
        .iter()
        .map(|bucket| bucket.start <= spec.now && coverage::touches(&covered, Some(bucket.start), bucket.end))
        .collect();
    let found = counts(snapshot, spec, by, metric, &buckets)?;
    let values = |counts: &HashMap<usize, i64>| -> Vec<Option<i64>> {
        let value = |index: usize| counts.get(&index).copied().or_else(|| looked[index].then_some(0));
        (0..buckets.len()).map(value).collect()
    };
    let nothing = HashMap::new();
    let totals = values(found.get(&None).unwrap_or(&nothing));
    let mut series: Vec<Series> = found
        .iter()
        .filter_map(|(key, counts)| {
            let key = key.clone()?;
            Some(Series { label: super::label(by, &key), values: values(counts), key })
        })
        .collect();
    sort(&mut series, by);
    Ok(Trend {
        by,
        metric,
        grain: spec.grain(),
        time_zone: spec.zone_name(),
        buckets: buckets.into_iter().map(|bucket| bucket.name).collect(),
        series,
        totals,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

/// Closed vocabularies keep their order, others begin with the largest.
fn sort(series: &mut [Series], by: Dimension) {
    let rank = |series: &Series| match by {
        Dimension::Category => Category::ALL.iter().position(|category| category.as_str() == series.key),
        Dimension::Severity => Severity::ALL.iter().position(|severity| severity.as_str() == series.key),
        _ => None,
    };
    let size = |series: &Series| series.values.iter().flatten().sum::<i64>();
    series.sort_by(|one, two| {
        let by_rank = rank(one).unwrap_or(usize::MAX).cmp(&rank(two).unwrap_or(usize::MAX));
        by_rank.then(size(two).cmp(&size(one))).then(one.key.cmp(&two.key))
    });
}

fn earliest(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Option<Timestamp>, QueryError> {
    let conditions = in_window(spec);
    let sql = format!("SELECT min(f.created_at) FROM finding f WHERE {}", conditions.sql());
    let mut statement = snapshot.connection().prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(conditions.values))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(read_optional_time(row, 0)?)
}

/// Counts by key (`None`: all, each once) and bucket.
fn counts(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    by: Dimension,
    metric: Metric,
    buckets: &[Bucket],
) -> Result<HashMap<Option<String>, HashMap<usize, i64>>, QueryError> {
    let clipped = |bucket: &Bucket| {
        let start = spec.from.map_or(bucket.start, |from| from.max(bucket.start));
        (start, bucket.end.min(spec.to))
    };
    let (template, conditions, wanted): (_, Conditions, Vec<(Timestamp, Timestamp)>) = match metric {
        Metric::New => (include_str!("../sql/trend_new.sql"), in_window(spec), buckets.iter().map(clipped).collect()),
        Metric::Occurrences => (
            include_str!("../sql/trend_occurrences.sql"),
            any_time(&spec.filter),
            buckets.iter().map(clipped).collect(),
        ),
        // The present is the end of the bucket we are in; later ones are not known yet and stay empty.
        Metric::Active => (
            include_str!("../sql/trend_active.sql"),
            any_time(&spec.filter),
            buckets
                .iter()
                .filter(|bucket| bucket.start <= spec.now)
                .map(|bucket| (bucket.start, bucket.end.min(spec.to)))
                .collect(),
        ),
    };
    let mut found: HashMap<Option<String>, HashMap<usize, i64>> = HashMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let (spans, mut values) = spans(&wanted);
    let sql =
        template.replace("{spans}", &spans).replace("{conditions}", &conditions.sql()).replace("{key}", key_of(by));
    values.extend(conditions.values);
    let mut statement = snapshot.connection().prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let index = usize::try_from(number).unwrap_or_default();
        found.entry(row.get(1)?).or_default().insert(index, row.get(2)?);
    }
    Ok(found)
}
