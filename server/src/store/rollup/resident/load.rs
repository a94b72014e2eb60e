//! What memory holds, as the tables have it.

use std::sync::Arc;

use duckdb::Connection;
use duckdb::types::ValueRef;
use jiff::Timestamp;

use super::hours::Touched;
use super::runs::{EARLIER, ResidentRow, Run, Since, added_up};
use super::things::{Named, Things};
use super::{Kept, Moved, Names, created_once, is_kept, tells_all};
use crate::store::StoreError;
use crate::store::rollup::{PARTS, SLICES, Unit, slice_of, stored_change};
use crate::store::values::{read_optional_time, read_time};

const LOAD: &str = include_str!("../../sql/rollup_resident.sql");
const LOAD_FIRST: &str = include_str!("../../sql/rollup_first_resident.sql");

/// Those of the counts that are chosen, as a list of SQL.
fn counts(are_chosen: impl Fn(i8) -> bool) -> String {
    let chosen = (0..).take(PARTS.len()).filter(|count| are_chosen(*count)).map(|count| count.to_string());
    chosen.collect::<Vec<_>>().join(", ")
}

/// Reads the tables; `None`: they hold more than rows can say.
pub(super) fn read(connection: &Connection, mut names: Names) -> Result<Option<Kept>, StoreError> {
    let change = stored_change(connection)?;
    let days = "SELECT (epoch(starts_at)::BIGINT // 3600)::INTEGER, sum(findings)::BIGINT FROM rollup_day
        WHERE part // ? = ? GROUP BY ALL";
    let mut statement = connection.prepare(days)?;
    let days = statement.query_map([SLICES, created_once()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let since = Since::of_days(days.collect::<Result<Vec<_>, _>>()?.into_iter());
    let (Some(days), Some(hours)) =
        (read_unit(connection, Unit::Day, since, &mut names)?, read_unit(connection, Unit::Hour, since, &mut names)?)
    else {
        return Ok(None);
    };
    let things = read_things(connection, change, &mut names)?;
    let runs = vec![Run { first: 0, last: change, days, hours }];
    let newest =
        connection.query_row("SELECT max(created_at) FROM finding", [], |row| Ok(read_optional_time(row, 0)))??;
    Ok(Some(Kept { names, since, runs, things, touched: Touched::since(change), newest }))
}

fn read_things(connection: &Connection, change: u64, names: &mut Names) -> Result<Things, StoreError> {
    let mut statement = connection.prepare(LOAD_FIRST)?;
    let mut found = statement.query([])?;
    let mut things = Vec::new();
    while let Some(row) = found.next()? {
        let (place, finding_type, kind) = (row.get_ref(1)?, row.get_ref(2)?, row.get_ref(3)?);
        let thing = Named {
            part: row.get(0)?,
            slice: slice_of(text(&kind)?.unwrap_or_default(), row.get(4)?)?,
            place: names.words.number(text(&place)?.unwrap_or_default()),
            finding_type: names.words.number(text(&finding_type)?.unwrap_or_default()),
        };
        things.push((thing, row.get(5)?, read_time(row, 6)?));
    }
    Ok(Things::of(change, things.into_iter()))
}

fn read_unit(
    connection: &Connection,
    unit: Unit,
    since: Since,
    names: &mut Names,
) -> Result<Option<Arc<[ResidentRow]>>, StoreError> {
    let sql = LOAD
        .replace("{unit}", unit.as_str())
        .replace("{since}", &since.of(unit).to_string())
        .replace("{earlier}", &EARLIER.to_string())
        .replace("{slices}", &SLICES.to_string())
        .replace("{all}", &counts(|count| tells_all(count, unit)))
        .replace("{kept}", &counts(is_kept));
    let mut statement = connection.prepare(&sql)?;
    let mut found = statement.query([])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let Some(starts) = since.place(unit, row.get(1)?) else { continue };
        let (key, category, severity) = (row.get_ref(2)?, row.get_ref(3)?, row.get_ref(4)?);
        let moved = Moved {
            unit,
            part: row.get(0)?,
            starts_at: Timestamp::UNIX_EPOCH,
            key: names.words.number(text(&key)?.unwrap_or_default()),
            category: text(&category)?.map(|category| names.words.number(category)),
            severity: names.words.number(text(&severity)?.unwrap_or_default()),
            is_open: row.get(5)?,
            findings: row.get(6)?,
            occurrences: row.get(7)?,
        };
        let Some(row) = names.row(&moved, starts, |_, word| word) else { return Ok(None) };
        rows.push(row);
    }
    Ok(added_up(rows))
}

/// A text that is not copied.
fn text<'a>(value: &'a ValueRef<'a>) -> Result<Option<&'a str>, StoreError> {
    match value {
        ValueRef::Null => Ok(None),
        value => Ok(Some(value.as_str().map_err(duckdb::Error::from)?)),
    }
}
