//! The versions of what a transaction sees: data, fleet, rollups and texts, as `setting` has them.

use duckdb::Connection;

use crate::store::fleet::FLEET_VERSION;
use crate::store::{StoreError, rollup, texts};

/// What a transaction sees, told by its first statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Versions {
    pub(super) data: u64,
    pub(super) fleet: u64,
    /// Whether the rollups were counted in the form this program reads.
    pub(super) rolled_up: bool,
    /// The number of the last change of the rollups.
    pub(super) rollup_change: u64,
    /// Whether every finding's texts are in the dictionary, in the form this program reads.
    pub(super) texts: bool,
}

/// One statement, because every question begins with it.
pub(super) fn versions(connection: &Connection) -> Result<Versions, StoreError> {
    #[expect(
        clippy::disallowed_methods,
        reason = "it reads a table as it is: nothing in its plan depends on what the table holds"
    )]
    let mut statement = connection.prepare_cached("SELECT name, value FROM setting")?;
    let (mut data, mut fleet, mut rolled_up, mut rollup_change, mut has_texts) = (None, 0, false, 0, false);
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (name, value): (String, String) = (row.get(0)?, row.get(1)?);
        match name.as_str() {
            "data_version" => data = Some(version(&name, &value)?),
            FLEET_VERSION => fleet = version(&name, &value)?,
            rollup::CHANGE => rollup_change = version(&name, &value)?,
            "rollup" => rolled_up = value == rollup::FORM,
            "texts" => has_texts = value == texts::FORM,
            _ => {}
        }
    }
    Ok(Versions {
        data: data.ok_or(duckdb::Error::QueryReturnedNoRows)?,
        fleet,
        rolled_up,
        rollup_change,
        texts: has_texts,
    })
}

fn version(name: &str, text: &str) -> Result<u64, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable(format!("{name} `{text}`")))
}

/// Reads `setting.data_version`.
pub(in crate::store) fn stored_data_version(connection: &Connection) -> Result<u64, StoreError> {
    let text: String =
        connection.query_row("SELECT value FROM setting WHERE name = 'data_version'", [], |row| row.get(0))?;
    version("data_version", &text)
}

/// Whether the rollups were counted in the form this program reads.
pub(in crate::store) fn is_rolled_up(connection: &Connection) -> Result<bool, StoreError> {
    let counted = "SELECT EXISTS (FROM setting WHERE name = 'rollup' AND value = ?)";
    Ok(connection.query_row(counted, [rollup::FORM], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use super::*;

    /// Its statement is kept, which must not keep what it was planned with.
    #[test]
    fn versions_are_read_whole_however_long_they_become() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE setting (name VARCHAR PRIMARY KEY, value VARCHAR)").unwrap();
        connection.execute_batch("INSERT INTO setting VALUES ('data_version', '1')").unwrap();
        for version in [1, 12, 99_999_999, u64::MAX] {
            let now = version.to_string();
            connection.execute("UPDATE setting SET value = ? WHERE name = 'data_version'", [&now]).unwrap();
            connection
                .execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", [&now.repeat(9), &now.repeat(40)])
                .unwrap();
            assert_eq!(versions(&connection).unwrap().data, version);
        }
    }
}
