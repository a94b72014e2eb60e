//! Counts over time, split by one dimension.

use std::collections::HashMap;

use app::model::{Category, Dimension, Kind, Metric, Series, Severity, Trend};
use jiff::Timestamp;

use super::coverage::{self, Spans};
use super::fleet;
use crate::query::QueryError;
use crate::query::compile::in_window;
use crate::query::horizon;
use crate::query::over_time::{self, Buckets};
use crate::query::spec::{Bucket, Spec};
use crate::store::{Snapshot, read_optional_time};

/// A value is unknown where it is 0 and nobody looked at any part of its bucket.
pub fn trend(snapshot: &Snapshot<'_>, spec: &Spec, by: Dimension, metric: Metric) -> Result<Trend, QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    trend_within(snapshot, spec, by, metric, &coverage::covered(snapshot, &spec.filter)?)
}

/// The same where it is known what was looked at.
pub(super) fn trend_within(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    by: Dimension,
    metric: Metric,
    covered: &Spans,
) -> Result<Trend, QueryError> {
    let frame = Frame::of(snapshot, spec, covered)?;
    let found = match metric {
        Metric::New => over_time::created(snapshot, spec, by, &frame.clipped(spec))?,
        Metric::Occurrences => over_time::repeated(snapshot, &spec.filter, by, &frame.clipped(spec))?,
        // The present is the end of the bucket we are in; later ones are not known yet and stay empty.
        Metric::Active => {
            let begun = frame.buckets.iter().filter(|bucket| bucket.start <= spec.now);
            let spans: Vec<_> = begun.map(|bucket| (bucket.start, bucket.end.min(spec.to))).collect();
            over_time::open(snapshot, &spec.filter, by, &spans)?
        }
    };
    let totals = frame.values(found.get(&None));
    let mut series: Vec<Series> = found
        .iter()
        .filter_map(|(key, counts)| {
            let key = key.clone()?;
            Some(Series { label: super::label(by, &key), values: frame.values(Some(counts)), key })
        })
        .collect();
    sort(&mut series, by);
    let is_of_threats = spec.filter.kinds.is_empty() || spec.filter.kinds.contains(&Kind::Threat);
    let covered_percent =
        if is_of_threats { fleet::covered_percent(snapshot, spec, &frame.buckets)? } else { Vec::new() };
    Ok(Trend {
        by,
        metric,
        grain: spec.grain(),
        time_zone: spec.zone_name(),
        buckets: frame.buckets.into_iter().map(|bucket| bucket.name).collect(),
        series,
        totals,
        covered_percent,
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
    snapshot.row(&sql, conditions.values, |row| Ok(read_optional_time(row, 0)?))
}

/// Small lines by key.
pub(super) type Lines = HashMap<String, Vec<Option<i64>>>;

/// The buckets of some keys alone, for each dimension.
pub(super) fn lines(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    asked: &[(Dimension, Vec<String>)],
    covered: &Spans,
) -> Result<Vec<Lines>, QueryError> {
    let frame = Frame::of(snapshot, spec, covered)?;
    let found = over_time::created_of(snapshot, spec, asked, &frame.clipped(spec))?;
    let lines = asked.iter().zip(found).map(|((_, keys), found)| {
        let line = |key: &String| (key.clone(), frame.values(found.get(&Some(key.clone()))));
        keys.iter().map(line).collect()
    });
    Ok(lines.collect())
}

/// The buckets of a window.
pub(super) struct Frame {
    pub buckets: Vec<Bucket>,
    /// Whether anybody looked at any part of each.
    looked: Vec<bool>,
}

impl Frame {
    pub fn of(snapshot: &Snapshot<'_>, spec: &Spec, covered: &Spans) -> Result<Self, QueryError> {
        let earliest = if spec.from.is_none() { earliest(snapshot, spec)? } else { None };
        let buckets = spec.buckets(earliest)?;
        let mut frame = Self { buckets, looked: Vec::new() };
        frame.looked = frame.looked_at(spec, covered);
        Ok(frame)
    }

    /// Whether anybody looked at any part of each bucket in these spans.
    pub fn looked_at(&self, spec: &Spec, spans: &Spans) -> Vec<bool> {
        let looked =
            |bucket: &Bucket| bucket.start <= spec.now && coverage::touches(spans, Some(bucket.start), bucket.end);
        self.buckets.iter().map(looked).collect()
    }

    /// The buckets' parts inside the window.
    pub fn clipped(&self, spec: &Spec) -> Vec<(Timestamp, Timestamp)> {
        let clip = |bucket: &Bucket| {
            let start = spec.from.map_or(bucket.start, |from| from.max(bucket.start));
            (start, bucket.end.min(spec.to))
        };
        self.buckets.iter().map(clip).collect()
    }

    fn values(&self, counts: Option<&Buckets>) -> Vec<Option<i64>> {
        values(&self.looked, counts)
    }
}

/// A value is unknown where it is 0 and nobody looked.
pub(super) fn values(looked: &[bool], counts: Option<&Buckets>) -> Vec<Option<i64>> {
    let count = |index: usize| counts.and_then(|counts| counts.get(&index)).copied().unwrap_or(0);
    looked.iter().enumerate().map(|(index, looked)| coverage::known(count(index), *looked)).collect()
}
