//! What AWS is about to forget. Nothing is forgotten here.

use app::model::{Filter, Radar, Sort, SortDirection, Span, TimeRange};
use jiff::SignedDuration;

use crate::query::QueryError;
use crate::query::compile::any_time;
use crate::query::spec::Spec;
use crate::query::standing::{Standing, standing};
use crate::store::{Snapshot, read_optional_time, sql_time};

/// How far ahead, in days.
const DAYS: i64 = 7;

/// Findings of the filter, whenever created, by when the last service forgets them.
pub fn radar(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Radar, QueryError> {
    let gone = standing(snapshot, &spec.filter, &[Standing::Left(spec.now)])?;
    radar_with(snapshot, spec, gone.into_iter().sum())
}

/// The same where it is known how many have been forgotten by now.
pub(super) fn radar_with(snapshot: &Snapshot<'_>, spec: &Spec, gone: i64) -> Result<Radar, QueryError> {
    let conditions = any_time(snapshot, &spec.filter)?;
    let horizon = spec.now.checked_add(SignedDuration::from_hours(DAYS * 24)).unwrap_or(spec.now);
    let sql = include_str!("../sql/radar.sql").replace("{conditions}", &conditions.sql());
    let times = [sql_time(spec.now), sql_time(horizon)];
    let values = times.into_iter().chain(conditions.values);
    let (leaving, next_at) =
        snapshot.row(&sql, values, |row| Ok::<_, QueryError>((row.get(0)?, read_optional_time(row, 1)?)))?;
    let list = Filter {
        range: TimeRange::Last(Span::All),
        sort: Some(Sort::Updated),
        direction: Some(SortDirection::Ascending),
        ..spec.filter.first_page()
    };
    Ok(Radar {
        days: DAYS,
        leaving,
        next_at,
        gone,
        query: list.to_query(),
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}
