//! The heat map of the overview: of the whole window, or of one week of it.
//!
//! Weeks share the axes of the window, so that stepping from one to the next moves nothing but the numbers.

use app::model::{Grain, HeatColumn, HeatColumns, HeatRow, HeatWeek, Heatmap, OverviewView};
use jiff::SignedDuration;

use super::coverage::{self, Spans};
use super::heatmap;
use crate::query::QueryError;
use crate::query::spec::Spec;
use crate::store::Snapshot;

/// Weeks to choose from: as many as links can be told apart.
const MOST_WEEKS: usize = 14;

/// A heat map, the weeks it can be narrowed to, and the one it is.
pub struct HeatOfView {
    pub heatmap: Heatmap,
    pub weeks: Vec<HeatWeek>,
    pub week: Option<HeatWeek>,
}

/// The heat map of the whole window, narrowed to the view's week.
pub fn of_view(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    view: OverviewView,
    whole: Heatmap,
    covered: &Spans,
) -> Result<HeatOfView, QueryError> {
    if view.columns == HeatColumns::Time {
        return Ok(HeatOfView { heatmap: whole, weeks: Vec::new(), week: None });
    }
    let (weeks, week) = weeks(spec, view)?;
    let Some(chosen) = week else { return Ok(HeatOfView { heatmap: whole, weeks, week }) };
    let of_week = Spec { from: Some(chosen.from), to: chosen.to, ..spec.clone() };
    let map = heatmap(snapshot, &of_week, whole.rows_by, view.columns)?;
    let watched = coverage::touches(covered, Some(chosen.from), chosen.to);
    Ok(HeatOfView { heatmap: on_axes_of(&whole, map, watched), weeks, week })
}

/// The newest weeks of the window, or those up to the chosen one where it is older.
fn weeks(spec: &Spec, view: OverviewView) -> Result<(Vec<HeatWeek>, Option<HeatWeek>), QueryError> {
    let mut weekly = spec.clone();
    weekly.filter.grain = Some(Grain::Week);
    // Without a beginning there is no first week.
    let few = SignedDuration::from_hours(7 * 24 * (i64::try_from(MOST_WEEKS).unwrap_or(1) - 1));
    weekly.from = spec.from.or_else(|| spec.to.checked_sub(few).ok());
    let mut weeks = Vec::new();
    for bucket in weekly.buckets(None)? {
        let Some(monday) = bucket.name.get(..10).and_then(|day| day.parse().ok()) else { continue };
        let from = weekly.from.map_or(bucket.start, |from| from.max(bucket.start));
        weeks.push(HeatWeek { monday, from, to: bucket.end.min(spec.to) });
    }
    let chosen = weeks.iter().position(|week| Some(week.monday) == view.week);
    let week = chosen.map(|at| weeks[at]);
    let end = match chosen {
        Some(at) if at + MOST_WEEKS < weeks.len() => (at + MOST_WEEKS / 2).max(MOST_WEEKS),
        _ => weeks.len(),
    };
    weeks.truncate(end);
    weeks.drain(..end.saturating_sub(MOST_WEEKS));
    Ok((weeks, week))
}

/// The week's numbers in the rows and columns of the window. What nobody looked at is unknown.
fn on_axes_of(whole: &Heatmap, week: Heatmap, watched: bool) -> Heatmap {
    let known = |count: Option<i64>| coverage::known(count.unwrap_or(0), watched);
    let row_of = |key: &str| week.rows.iter().find(|row| row.key == key);
    let column_of = |key: &str| week.columns.iter().position(|column| column.key == key);
    let places: Vec<Option<usize>> = whole.columns.iter().map(|column| column_of(&column.key)).collect();
    let columns = whole.columns.iter().zip(&places).map(|(column, place)| HeatColumn {
        key: column.key.clone(),
        label: column.label.clone(),
        findings: known(place.and_then(|place| week.columns[place].findings)),
    });
    let rows = whole.rows.iter().map(|row| {
        let found = row_of(&row.key);
        let cell = |place: &Option<usize>| known(found.zip(*place).and_then(|(row, place)| row.cells[place]));
        HeatRow {
            key: row.key.clone(),
            label: row.label.clone(),
            findings: found.map_or(0, |found| found.findings),
            cells: places.iter().map(cell).collect(),
        }
    });
    Heatmap {
        columns: columns.collect(),
        rows: rows.collect(),
        columns_total: whole.columns_total,
        rows_total: whole.rows_total,
        watched,
        ..week
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use app::model::Filter;
    use jiff::tz::TimeZone;

    use super::*;

    fn mondays(query: &str) -> (Vec<String>, Option<HeatWeek>) {
        let parameters = OverviewView::PARAMETERS;
        let filter = Filter::parse(query, &parameters).unwrap();
        let spec = Spec::resolve(&filter, "2026-11-23T12:00:00Z".parse().unwrap(), &TimeZone::UTC).unwrap();
        let (weeks, week) = weeks(&spec, OverviewView::parse(query).unwrap()).unwrap();
        assert!(weeks.windows(2).all(|pair| pair[0].to == pair[1].from));
        assert!(weeks.iter().all(|week| week.from >= spec.from.unwrap_or(week.from) && week.to <= spec.to));
        (weeks.into_iter().map(|week| week.monday.to_string()).collect(), week)
    }

    #[test]
    fn weeks_are_cut_to_the_window_and_few() {
        let (weeks, week) = mondays("range=7d");
        assert_eq!((weeks, week), (vec!["2026-11-16".to_owned(), "2026-11-23".to_owned()], None));
        let (weeks, week) = mondays("range=90d&week=2026-11-23");
        assert_eq!((weeks.len(), weeks.last().map(String::as_str)), (14, Some("2026-11-23")));
        assert_eq!(week.map(|week| week.to.to_string()).as_deref(), Some("2026-11-23T12:00:01Z"));
        let (weeks, _) = mondays("range=all");
        assert_eq!((weeks.len(), weeks.last().map(String::as_str)), (14, Some("2026-11-23")));
        // An old week is in sight when it is chosen.
        for chosen in ["2025-11-24", "2026-03-02", "2026-08-03"] {
            let (weeks, week) = mondays(&format!("range=1y&week={chosen}"));
            assert!(weeks.len() == 14 && weeks.iter().any(|week| week == chosen), "{weeks:?}");
            assert_eq!(week.map(|week| week.monday.to_string()).as_deref(), Some(chosen));
        }
        assert_eq!(mondays("range=7d&week=2026-08-03").1, None);
    }
}
