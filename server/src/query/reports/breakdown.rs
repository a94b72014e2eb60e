//! Findings of a window split by one dimension.

use app::model::{Breakdown, BreakdownRow, Counts, Dimension, Field, FilterValues};

use super::coverage;
use crate::query::compile::{has_several_keys, in_window};
use crate::query::horizon;
use crate::query::spec::Spec;
use crate::query::tally::{self, Told};
use crate::query::{QueryError, counts, search};
use crate::store::Snapshot;

/// Rows with the most findings first.
pub fn breakdown(snapshot: &Snapshot<'_>, spec: &Spec, by: Dimension) -> Result<Breakdown, QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    breakdown_of(snapshot, spec, by, None, coverage::watched(snapshot, spec)?)
}

/// The same where it is known whether anybody looked, and the total perhaps from elsewhere.
pub(super) fn breakdown_of(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    by: Dimension,
    total: Option<Counts>,
    watched: bool,
) -> Result<Breakdown, QueryError> {
    let counted = counts::by_key(snapshot, spec, by)?;
    let total = match total {
        Some(total) => total,
        None if has_several_keys(by) => counts::totals(snapshot, spec)?,
        None => counted.iter().fold(Counts::default(), |sum, (_, counts)| Counts {
            findings: sum.findings + counts.findings,
            occurrences: sum.occurrences + counts.occurrences,
        }),
    };
    Ok(breakdown_from(snapshot, spec, (by, &counted), total, watched))
}

/// The same where everything is known.
pub(super) fn breakdown_from(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    (by, counted): (Dimension, &[(String, Counts)]),
    total: Counts,
    watched: bool,
) -> Breakdown {
    let row = |(key, Counts { findings, occurrences }): &(String, Counts)| BreakdownRow {
        label: super::label(by, key),
        key: key.clone(),
        findings: *findings,
        occurrences: *occurrences,
    };
    let rows = counted.iter().map(row).collect();
    Breakdown { by, rows, total, watched, as_of: spec.now, data_version: snapshot.data_version() }
}

/// How many of the selected findings belong to an attack sequence. Few do, so they are counted one by one: the database knows
/// of each part of a column whether it holds anything at all, and every member has its sequence.
pub fn members(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<i64, QueryError> {
    let conditions = in_window(spec).and("f.attack_sequence IS NOT NULL AND f.sequence = 'member'", []);
    let sql = format!("SELECT count(*) FROM finding f WHERE {}", conditions.sql());
    snapshot.row(&sql, conditions.values, |row| Ok(row.get(0)?))
}

/// The values of every dimension. A dimension's own selection does not hide its other values.
pub fn filter_values(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<FilterValues, QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    values_of(snapshot, spec, coverage::watched(snapshot, spec)?)
}

/// The same where it is known where findings end, and whether anybody looked.
pub(super) fn values_of(snapshot: &Snapshot<'_>, spec: &Spec, watched: bool) -> Result<FilterValues, QueryError> {
    let dimensions = [
        (Dimension::Category, Field::Category),
        (Dimension::Severity, Field::Severity),
        (Dimension::Cluster, Field::Cluster),
        (Dimension::Family, Field::Family),
        (Dimension::Service, Field::Service),
        (Dimension::Account, Field::Account),
        (Dimension::Region, Field::Region),
        (Dimension::Type, Field::Type),
        (Dimension::Source, Field::Source),
        (Dimension::Workflow, Field::Workflow),
    ];
    // Most dimensions select nothing, so their totals are the same and they are told together.
    let tally = tally::rolled(snapshot, &[spec], &Told::ALL)?.and_then(|mut tallies| tallies.pop());
    let selects = |field| spec.filter.fields.contains_key(&field);
    // A text is looked for once for all of them.
    let mut searched = if spec.filter.text.is_some() {
        let wanted: Vec<_> = dimensions.iter().filter(|(_, field)| !selects(*field)).map(|(by, _)| *by).collect();
        Some(search::counted(snapshot, spec, &wanted)?)
    } else {
        None
    };
    let total = match (&tally, &searched) {
        (Some(tally), _) => tally.total,
        (None, Some(searched)) => searched.total,
        (None, None) => counts::totals(snapshot, spec)?,
    };
    let dimensions = dimensions.into_iter().map(|(dimension, field)| {
        if selects(field) {
            let widened = Spec { filter: spec.filter.without(field), ..spec.clone() };
            let widened = horizon::looked_at(snapshot, &widened)?;
            return breakdown_of(snapshot, &widened, dimension, None, watched);
        }
        if let Some(searched) = &mut searched {
            return Ok(breakdown_from(snapshot, spec, (dimension, &searched.take(dimension)), total, watched));
        }
        match &tally {
            Some(tally) => Ok(breakdown_from(snapshot, spec, (dimension, tally.rows(dimension)), total, watched)),
            None => breakdown_of(snapshot, spec, dimension, Some(total), watched),
        }
    });
    Ok(FilterValues {
        dimensions: dimensions.collect::<Result<_, _>>()?,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}
