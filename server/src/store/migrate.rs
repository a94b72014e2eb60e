//! Brings a database to the schema this binary knows. Rules: `migrations/README.md`.

use duckdb::{Connection, params};
use xxhash_rust::xxh3::xxh3_64;

use super::StoreError;
use super::values::sql_time;
use crate::clock::{Clock, SystemClock};

struct Migration {
    version: u32,
    name: &'static str,
    sql: &'static str,
}

impl Migration {
    fn checksum(&self) -> String {
        format!("{:016x}", xxh3_64(self.sql.as_bytes()))
    }
}

/// In order, without gaps.
const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "findings", sql: include_str!("../../../migrations/0001_findings.sql") },
    Migration { version: 2, name: "sweeps", sql: include_str!("../../../migrations/0002_sweeps.sql") },
    Migration { version: 3, name: "documents", sql: include_str!("../../../migrations/0003_documents.sql") },
    Migration { version: 4, name: "rollups", sql: include_str!("../../../migrations/0004_rollups.sql") },
    Migration { version: 5, name: "readings", sql: include_str!("../../../migrations/0005_readings.sql") },
    Migration { version: 6, name: "views", sql: include_str!("../../../migrations/0006_views.sql") },
    Migration { version: 7, name: "leaving", sql: include_str!("../../../migrations/0007_leaving.sql") },
    Migration { version: 8, name: "shares", sql: include_str!("../../../migrations/0008_shares.sql") },
    Migration { version: 9, name: "workload_hours", sql: include_str!("../../../migrations/0009_workload_hours.sql") },
    Migration { version: 10, name: "coverage", sql: include_str!("../../../migrations/0010_coverage.sql") },
    Migration { version: 11, name: "layers", sql: include_str!("../../../migrations/0011_layers.sql") },
    Migration { version: 12, name: "cost", sql: include_str!("../../../migrations/0012_cost.sql") },
    Migration { version: 13, name: "workloads", sql: include_str!("../../../migrations/0013_workloads.sql") },
    Migration { version: 14, name: "cost_round", sql: include_str!("../../../migrations/0014_cost_round.sql") },
    Migration { version: 15, name: "key_heads", sql: include_str!("../../../migrations/0015_key_heads.sql") },
    Migration { version: 16, name: "texts", sql: include_str!("../../../migrations/0016_texts.sql") },
    Migration { version: 17, name: "identifiers", sql: include_str!("../../../migrations/0017_identifiers.sql") },
    Migration { version: 18, name: "slices", sql: include_str!("../../../migrations/0018_slices.sql") },
    Migration { version: 19, name: "dictionary", sql: include_str!("../../../migrations/0019_dictionary.sql") },
];

const CREATE_LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    version     INTEGER NOT NULL,
    name        VARCHAR NOT NULL,
    checksum    VARCHAR NOT NULL,   -- xxh3-64 of the file
    applied_at  TIMESTAMP NOT NULL
)";

/// Applies what is missing, each migration in a transaction of its own. Refuses databases it does not understand.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute_batch(CREATE_LEDGER)?;
    let applied = applied(connection)?;
    let known = MIGRATIONS.last().map_or(0, |migration| migration.version);
    if let Some((found, _)) = applied.iter().find(|(version, _)| *version > known) {
        return Err(StoreError::MigrationUnknown { found: *found, known });
    }
    for migration in MIGRATIONS {
        match applied.iter().find(|(version, _)| *version == migration.version) {
            None => apply(connection, migration)?,
            Some((_, checksum)) if *checksum == migration.checksum() => {}
            Some(_) => {
                return Err(StoreError::MigrationChanged { version: migration.version, name: migration.name });
            }
        }
    }
    Ok(())
}

fn applied(connection: &Connection) -> Result<Vec<(u32, String)>, StoreError> {
    let mut statement = connection.prepare("SELECT version, checksum FROM schema_migration ORDER BY version DESC")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn apply(connection: &mut Connection, migration: &Migration) -> Result<(), StoreError> {
    let Migration { version, name, .. } = *migration;
    apply_and_record(connection, migration).map_err(|source| StoreError::Migration { version, name, source })?;
    tracing::info!(version, name, "migration applied");
    Ok(())
}

fn apply_and_record(connection: &mut Connection, migration: &Migration) -> duckdb::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(migration.sql)?;
    transaction.execute(
        "INSERT INTO schema_migration VALUES (?, ?, ?, ?)",
        params![migration.version, migration.name, migration.checksum(), sql_time(SystemClock.now())],
    )?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use super::*;

    fn migrated() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection
    }

    #[test]
    fn the_list_is_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        files.sort();
        let listed: Vec<String> = MIGRATIONS.iter().map(|m| format!("{:04}_{}.sql", m.version, m.name)).collect();
        assert_eq!(files, listed);
        let numbers: Vec<u32> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        assert!(numbers.iter().copied().eq(1..=u32::try_from(numbers.len()).unwrap()), "no gaps: {numbers:?}");
    }

    #[test]
    fn no_migration_uses_what_ducklake_cannot_keep() {
        let forbidden = [
            " AS ENUM",
            "PRIMARY KEY",
            "FOREIGN KEY",
            " REFERENCES ",
            " UNIQUE",
            " CHECK ",
            "CREATE INDEX",
            "CREATE SEQUENCE",
            "TIMESTAMPTZ",
        ];
        for migration in MIGRATIONS {
            for line in migration.sql.lines() {
                let code = line.split("--").next().unwrap().to_uppercase();
                let found =
                    forbidden.iter().find(|word| format!(" {code} ").replace(['(', ')', ','], " ").contains(**word));
                assert_eq!(found, None, "{:04}: {line}", migration.version);
            }
        }
    }

    #[test]
    fn a_second_start_applies_nothing() {
        let mut connection = migrated();
        let before = applied(&connection).unwrap();
        migrate(&mut connection).unwrap();
        assert_eq!(applied(&connection).unwrap(), before);
        assert_eq!(before.len(), MIGRATIONS.len());
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let mut connection = migrated();
        connection.execute("INSERT INTO schema_migration VALUES (9000, 'future', 'x', '2026-01-01')", []).unwrap();
        let error = migrate(&mut connection).unwrap_err();
        assert!(matches!(error, StoreError::MigrationUnknown { found: 9000, .. }), "{error}");
    }

    #[test]
    fn an_edited_migration_is_refused() {
        let mut connection = migrated();
        connection.execute("UPDATE schema_migration SET checksum = 'other'", []).unwrap();
        let error = migrate(&mut connection).unwrap_err();
        assert!(matches!(error, StoreError::MigrationChanged { version: 1, .. }), "{error}");
    }

    #[test]
    fn a_failing_migration_leaves_nothing_behind() {
        let mut connection = migrated();
        let broken =
            Migration { version: 9000, name: "broken", sql: "CREATE TABLE half (n INTEGER); SELECT nonsense;" };
        let error = apply(&mut connection, &broken).unwrap_err();
        assert!(matches!(error, StoreError::Migration { version: 9000, .. }), "{error}");
        assert!(connection.prepare("SELECT * FROM half").is_err());
        assert_eq!(applied(&connection).unwrap().len(), MIGRATIONS.len());
    }
}
