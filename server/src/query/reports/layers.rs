//! What looks at each workload, layer by layer; what the agent cannot see; who is responsible for what.

mod blind;
mod board;
mod counted;
mod lines;
mod looked;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use app::model::coverage::Verdict;
use app::model::{
    Dimension, Field, Filter, Kind, Layer, LayerCell, LayerRow, Layers, LayersView, Looked, Severity, Span,
    StatusChoice, TimeRange, Unseen,
};
use duckdb::types::Value;

use super::trend::Frame;
use crate::query::spec::Spec;
use crate::query::{QueryError, horizon};
use crate::store::Snapshot;
use counted::{Count, Counts, Places};
use lines::Lines;
use looked::{Sight, Sights};

/// More rows than this are a list nobody reads; files and the API have no more either, and say how many there are.
const MOST: usize = 500;

/// The matrix of a filter. Without kinds it is about all of them.
pub fn layers(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    view: LayersView,
    interval: Duration,
) -> Result<Layers, QueryError> {
    let mut spec = horizon::looked_at_with_past(snapshot, spec)?;
    if spec.filter.kinds.is_empty() {
        spec.filter.kinds = Kind::ALL.to_vec();
    }
    let spec = &spec;
    let sights = Sights::of(snapshot, spec, interval)?;
    let frame = Frame::of(snapshot, spec, &[])?;
    let found = Places::counted(snapshot, spec, view, &frame)?;
    let lines = Lines::of(snapshot, spec, &frame)?;
    let running = running(snapshot, spec, view)?;
    let mut rows: Vec<LayerRow> = Vec::new();
    // What had findings once is a place still, though nobody may be allowed to see what runs there.
    let mut keys: Vec<&String> = found.keys().chain(running.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let Some((account, region)) = whereabouts(key) else { continue };
        let place = Place { key, account: &account, region: &region, tasks: running.get(key) };
        let counts = found.of(key);
        let cells = Layer::ALL.iter().map(|&layer| cell(spec, (&sights, &lines), &place, layer, counts)).collect();
        let label = key.rsplit('/').next().unwrap_or(key).to_owned();
        rows.push(LayerRow { key: key.clone(), label, account: account.clone(), region: region.clone(), cells });
    }
    rows.sort_by_cached_key(|row| (std::cmp::Reverse(weight(row)), row.label.clone(), row.key.clone()));
    let rows_total = rows.len();
    rows.truncate(MOST);
    Ok(Layers {
        by: view.by,
        window: spec.window(),
        rows,
        rows_total,
        buckets: frame.buckets.iter().map(|bucket| bucket.name.clone()).collect(),
        blind_spots: blind::spots(snapshot, spec, &sights)?,
        responsibilities: board::items(snapshot, spec)?,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

/// Running tasks by verdict.
#[derive(Debug, Clone, Copy, Default)]
struct Tasks {
    all: i64,
    covered: i64,
    gaps: i64,
    excluded: i64,
    unsupported: i64,
}

impl Tasks {
    fn verdict(self) -> Verdict {
        let Self { all, covered, gaps, excluded, unsupported } = self;
        match () {
            () if covered == all => Verdict::Covered,
            () if covered > 0 => Verdict::Partly,
            () if gaps > 0 => Verdict::Gap,
            () if excluded > 0 => Verdict::Excluded,
            () if unsupported > 0 => Verdict::Unsupported,
            () => Verdict::Unknown,
        }
    }
}

/// A row before it has cells.
struct Place<'a> {
    key: &'a str,
    account: &'a str,
    region: &'a str,
    tasks: Option<&'a Tasks>,
}

/// What runs, as far as the filter's account, Region, cluster and family let it be seen.
fn running(snapshot: &Snapshot<'_>, spec: &Spec, view: LayersView) -> Result<BTreeMap<String, Tasks>, QueryError> {
    let family = "account_id || '/' || region || '/' || family";
    let place = if view.by == Dimension::Cluster { "cluster_arn" } else { family };
    let mut conditions = crate::query::compile::Conditions::default();
    for (field, keys) in [
        (Field::Account, ["account_id", "account_id"]),
        (Field::Region, ["region", "region"]),
        (Field::Cluster, ["cluster_arn", "split_part(cluster_arn, '/', 2)"]),
        (Field::Family, [family, "family"]),
    ] {
        let Some(selection) = spec.filter.fields.get(&field) else { continue };
        for (values, not) in [(&selection.include, ""), (&selection.exclude, "NOT ")] {
            if values.is_empty() {
                continue;
            }
            let marks = vec!["?"; values.len()].join(", ");
            let sql = format!("{not}({} IN ({marks}) OR {} IN ({marks}))", keys[0], keys[1]);
            let bound = || values.iter().cloned().map(Value::Text);
            conditions = conditions.and(&sql, bound().chain(bound()));
        }
    }
    let sql =
        include_str!("../sql/layers_verdicts.sql").replace("{place}", place).replace("{conditions}", &conditions.sql());
    let rows = snapshot.rows(&sql, conditions.values, |row| {
        let tasks = Tasks {
            all: row.get(1)?,
            covered: row.get(2)?,
            gaps: row.get(3)?,
            excluded: row.get(4)?,
            unsupported: row.get(5)?,
        };
        Ok::<_, QueryError>((row.get::<_, String>(0)?, tasks))
    })?;
    Ok(rows.into_iter().collect())
}

/// Account and Region of a key.
fn whereabouts(key: &str) -> Option<(String, String)> {
    let (account, region) = app::components::place_link::context_of(key);
    Some((account?.to_owned(), region?.to_owned()))
}

const fn kind_of(layer: Layer) -> Option<Kind> {
    match layer {
        Layer::Runtime => Some(Kind::Threat),
        Layer::Configuration => Some(Kind::Posture),
        Layer::Images => Some(Kind::Vulnerability),
        Layer::Agent => None,
    }
}

fn cell(
    spec: &Spec,
    (sights, lines): (&Sights, &Lines),
    place: &Place<'_>,
    layer: Layer,
    counts: Option<&Counts>,
) -> LayerCell {
    let Sight { looked, reason, error } = sights.of_cell(layer, place.account, place.region, place.tasks);
    let mut cell = LayerCell {
        layer,
        looked,
        reason,
        error,
        open: None,
        worst: None,
        new: None,
        previous: None,
        trend: Vec::new(),
        verdict: None,
        query: None,
    };
    let Some(kind) = kind_of(layer).filter(|kind| spec.filter.kinds.contains(kind)) else {
        let nothing_runs = cell.reason == Some(Unseen::NothingRuns);
        let told = place.tasks.filter(|_| cell.looked != Looked::Unknown);
        let verdict = || told.map_or(Verdict::Unknown, |tasks| tasks.verdict());
        cell.verdict = (layer == Layer::Agent && !nothing_runs).then(verdict);
        return cell;
    };
    let count = counts.and_then(|counts| counts.get(&kind)).cloned();
    // Where nobody looks, nothing found is no zero; what was found is told wherever it came from.
    let found = count.or_else(|| matches!(looked, Looked::Yes | Looked::Partly).then(Count::default));
    if let Some(count) = found {
        cell.open = Some(count.open);
        cell.worst = count.worst;
        cell.new = Some(count.new);
        cell.previous = count.previous.or_else(|| lines.compares.then_some(0));
        cell.trend = lines.of_cell(kind, place.account, place.region, &count.buckets);
        cell.query = Some(list_of(&spec.filter, place.key, kind).to_query());
    }
    cell
}

/// The list of what is open.
fn list_of(filter: &Filter, key: &str, kind: Kind) -> Filter {
    open_list(filter, |there| Filter { kinds: vec![kind], ..there.with(Field::Workload, key) })
}

/// What is worst comes first: by the worst open finding of any layer, then by layers nobody looks at, then by number.
fn weight(row: &LayerRow) -> (Option<Severity>, usize, i64) {
    let worst = row.cells.iter().filter_map(|cell| cell.worst).max();
    let blind = row.cells.iter().filter(|cell| cell.looked == Looked::No).count();
    (worst, blind, row.cells.iter().filter_map(|cell| cell.open).sum())
}

/// The same filter for findings of these controls.
fn of_controls(filter: &Filter, controls: &[String]) -> Filter {
    let mut there = filter.without(Field::Control);
    there.fields.entry(Field::Control).or_default().include = controls.to_vec();
    there.kinds = vec![Kind::Posture];
    there
}

/// The list of open findings of a filter, narrowed by `narrow`.
fn open_list(filter: &Filter, narrow: impl FnOnce(Filter) -> Filter) -> Filter {
    let mut there = narrow(filter.first_page());
    there.status = Some(StatusChoice::Active);
    there.range = TimeRange::Last(Span::All);
    there
}

const fn unseen(reason: Unseen) -> Sight {
    Sight { looked: Looked::No, reason: Some(reason), error: None }
}
