//! Input that was no finding.

use app::model::{FilterError, RejectPage, RejectQuery, RejectedInput};
use duckdb::params;
use jiff::Timestamp;

use crate::query::QueryError;
use crate::store::{Snapshot, read_time, sql_optional_time};

/// Rows of a page unless asked otherwise.
const USUAL_LIMIT: u32 = 50;
/// Characters of an input that are shown: enough to know it again, too little to fill a screen.
const EXCERPT: i64 = 2000;

/// The place after a row: its time in microseconds and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    at: Timestamp,
    key: String,
}

impl Place {
    fn print(&self) -> String {
        format!("{}-{}", self.at.as_microsecond(), self.key)
    }

    fn parse(text: &str) -> Result<Self, FilterError> {
        let bad = || FilterError::bad("cursor", "is not a cursor of this list; start from the first page");
        let (micros, key) = text.rsplit_once('-').ok_or_else(bad)?;
        let at = micros.parse().ok().and_then(|micros| Timestamp::from_microsecond(micros).ok()).ok_or_else(bad)?;
        Ok(Self { at, key: key.to_owned() })
    }
}

/// One page, newest first.
pub fn rejects(snapshot: &Snapshot<'_>, query: &RejectQuery, now: Timestamp) -> Result<RejectPage, QueryError> {
    let after = query.cursor.as_deref().map(Place::parse).transpose()?;
    let limit = query.limit.unwrap_or(USUAL_LIMIT);
    let (at, key) = after.map_or((None, None), |place| (Some(place.at), Some(place.key)));
    let mut statement = snapshot.connection().prepare(include_str!("../sql/rejects.sql"))?;
    let mut rows = statement.query(params![EXCERPT, sql_optional_time(at), key, limit + 1])?;
    let (mut rejects, mut places) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let rejected_at = read_time(row, 0)?;
        places.push(Place { at: rejected_at, key: row.get(6)? });
        rejects.push(RejectedInput {
            rejected_at,
            origin: row.get(1)?,
            position: row.get(2)?,
            reason: row.get(3)?,
            excerpt: row.get(4)?,
            is_cut: row.get(5)?,
        });
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = (rejects.len() > limit).then(|| places[limit - 1].print());
    rejects.truncate(limit);
    let total = snapshot.connection().query_row("SELECT count(*) FROM rejected_input", [], |row| row.get(0))?;
    Ok(RejectPage { rejects, next_cursor, total, as_of: now, data_version: snapshot.data_version() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_are_printed() {
        let place = Place { at: Timestamp::UNIX_EPOCH, key: "ab".to_owned() };
        assert_eq!(Place::parse(&place.print()), Ok(place));
        for text in ["", "x", "x-y", "99999999999999999999-a"] {
            assert!(Place::parse(text).is_err_and(|error| error.parameter() == "cursor"), "{text}");
        }
    }
}
