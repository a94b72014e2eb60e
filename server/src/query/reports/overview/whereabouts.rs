//! "Where": what is counted by place, and over time.

use app::model::terms::NONE_KEY;
use app::model::{Breakdown, BreakdownRow, Counts, Dimension, HeatColumns, Movers, OverviewView, Place, Trend};

use super::ROWS;
use crate::query::QueryError;
use crate::query::reports::breakdown;
use crate::query::reports::breakdown::breakdown_from;
use crate::query::reports::coverage::{self, Spans};
use crate::query::reports::heat_week::{self, HeatOfView};
use crate::query::reports::heatmap::{by_time, by_values};
use crate::query::reports::movers::movers_between;
use crate::query::reports::trend::{lines, trend_within};
use crate::query::spec::Spec;
use crate::query::tally::{Tally, Told, tally};
use crate::store::Snapshot;

/// What is counted by place in a window and the one before, and over time: all of it has the same edges, which one reader
/// reads once.
pub(super) struct Places {
    pub present: Tally,
    pub past: Option<Tally>,
    pub categories: Breakdown,
    pub clusters: Vec<Place>,
    pub families: Vec<Place>,
    pub heat: HeatOfView,
    pub movers: Movers,
    pub trend: Trend,
}

/// Counts by category, cluster, family and type, now and before, and the trend.
pub(super) fn where_it_is(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    view: OverviewView,
    covered: &Spans,
) -> Result<Places, QueryError> {
    let watched = coverage::touches(covered, spec.from, spec.to);
    let previous = coverage::watched_before(covered, spec);
    let windows: Vec<&Spec> = [Some(spec), previous.as_ref()].into_iter().flatten().collect();
    let told = [Told::Category, Told::Cluster, Told::Family, Told::Type];
    let mut tallies = tally(snapshot, &windows, &told)?.into_iter();
    let (present, past) = (tallies.next().unwrap_or_default(), tallies.next());
    let of = |by| breakdown_from(snapshot, spec, (by, present.rows(by)), present.total, watched);
    let (categories, clusters, families) = (of(Dimension::Category), of(Dimension::Cluster), of(Dimension::Family));
    let past_of = |by| past.as_ref().map(|past: &Tally| past.rows(by));
    let shown = [&clusters, &families].map(|rows| (rows, past_of(rows.by)));
    let [cluster_places, family_places] = places(snapshot, spec, shown, ROWS, covered)?;
    let whole = match view.columns {
        HeatColumns::Of(Dimension::Cluster) => by_values(snapshot, spec, categories.clone(), clusters.clone())?,
        HeatColumns::Of(columns) => by_values(snapshot, spec, categories.clone(), breakdown(snapshot, spec, columns)?)?,
        HeatColumns::Time => by_time(snapshot, spec, categories.clone(), covered)?,
    };
    let compared = past.as_ref().filter(|_| watched).map(|past| (&present, past));
    Ok(Places {
        clusters: cluster_places,
        families: family_places,
        heat: heat_week::of_view(snapshot, spec, view, whole, covered)?,
        movers: movers_between(snapshot, spec, compared),
        trend: trend_within(snapshot, spec, view.by, view.metric, covered)?,
        present,
        past,
        categories,
    })
}

/// How many rows name a place.
pub(super) fn named_rows(rows: &[(String, Counts)]) -> usize {
    rows.iter().filter(|(key, _)| key != NONE_KEY).count()
}

/// Rows of a breakdown, and what its keys had before; `None`: nobody looked then.
type WithPast<'a> = (&'a Breakdown, Option<&'a [(String, Counts)]>);

/// The first rows of breakdowns with their sparklines and their past.
pub fn places<const N: usize>(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    asked: [WithPast<'_>; N],
    most: usize,
    covered: &Spans,
) -> Result<[Vec<Place>; N], QueryError> {
    let shown = |rows: &Breakdown| rows.rows[..rows.rows.len().min(most)].to_vec();
    let keys = |rows: &Breakdown| (rows.by, shown(rows).into_iter().map(|row| row.key).collect());
    let mut lines = lines(snapshot, spec, &asked.map(|(rows, _)| keys(rows)), covered)?.into_iter();
    let before =
        |past: &[(String, Counts)], key: &str| past.iter().find(|row| row.0 == key).map_or(0, |row| row.1.findings);
    Ok(asked.map(|(rows, past)| {
        let mut lines = lines.next().unwrap_or_default();
        let place = |row: BreakdownRow| Place {
            spark: lines.remove(&row.key).unwrap_or_default(),
            previous: past.map(|past| before(past, &row.key)),
            row,
        };
        shown(rows).into_iter().map(place).collect()
    }))
}
