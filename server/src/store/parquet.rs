//! Parquet files, written by a database of their own: it lives in a temporary folder, knows nothing of ours, and goes
//! with its file. The database of findings may not touch files at all.

use std::fs::File;

use duckdb::{Config, Connection, appender_params_from_iter};
use tempfile::TempDir;

use super::StoreError;

/// Memory of the database that writes the file; what is beyond goes to its folder.
const MEMORY: &str = "256MB";

/// What the texts of a column become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParquetType {
    Text,
    Integer,
    Double,
    Truth,
    Time,
}

impl ParquetType {
    const fn sql(self) -> &'static str {
        match self {
            Self::Text => "VARCHAR",
            Self::Integer => "BIGINT",
            Self::Double => "DOUBLE",
            Self::Truth => "BOOLEAN",
            // UTC, as everywhere. A cast of `…+09:00` to TIMESTAMP would drop the offset, so the writer gives it UTC.
            Self::Time => "TIMESTAMP",
        }
    }
}

/// A file in the making.
pub struct ParquetFile {
    connection: Connection,
    columns: Vec<(&'static str, ParquetType)>,
    waiting: Vec<Vec<Option<String>>>,
    // Dropped last: the database is inside.
    folder: TempDir,
}

/// Rows handed over at once.
const BATCH: usize = 2048;

impl ParquetFile {
    /// Begins a file with these columns. Names come from closed enums.
    pub fn new(columns: Vec<(&'static str, ParquetType)>) -> Result<Self, StoreError> {
        let folder = tempfile::Builder::new().prefix("yagura-parquet-").tempdir().map_err(StoreError::Scratch)?;
        let config = Config::default().enable_autoload_extension(false)?.max_memory(MEMORY)?.threads(1)?;
        let connection = Connection::open_with_flags(folder.path().join("rows.duckdb"), config)?;
        let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\" VARCHAR")).collect();
        connection.execute_batch(&format!("CREATE TABLE report ({})", names.join(", ")))?;
        Ok(Self { connection, columns, waiting: Vec::with_capacity(BATCH), folder })
    }

    /// Adds a record; an empty cell is NULL.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) -> Result<(), StoreError> {
        let cells = cells.into_iter().zip(&self.columns).map(|(cell, (_, kind))| match kind {
            _ if cell.is_empty() => None,
            ParquetType::Time => Some(utc(&cell)),
            _ => Some(cell),
        });
        self.waiting.push(cells.collect());
        if self.waiting.len() < BATCH { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let mut appender = self.connection.appender("report")?;
        for row in self.waiting.drain(..) {
            appender.append_row(appender_params_from_iter(row))?;
        }
        appender.flush()?;
        Ok(())
    }

    /// Writes the file and opens it. The folder goes when the second value does.
    pub fn finish(mut self) -> Result<(File, TempDir), StoreError> {
        self.flush()?;
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|(name, kind)| format!("CAST(\"{name}\" AS {}) AS \"{name}\"", kind.sql()))
            .collect();
        let path = self.folder.path().join("report.parquet");
        // A folder of our own making: its name holds no quote, and if it did it would be doubled.
        let target = path.display().to_string().replace('\'', "''");
        self.connection.execute_batch(&format!(
            "COPY (SELECT {} FROM report) TO '{target}' (FORMAT parquet, COMPRESSION zstd)",
            columns.join(", ")
        ))?;
        let file = File::open(&path).map_err(StoreError::Scratch)?;
        Ok((file, self.folder))
    }
}

/// RFC 3339 of any offset as the database reads UTC; text that is no time stays as it is, and fails the cast.
fn utc(text: &str) -> String {
    text.parse::<jiff::Timestamp>()
        .map_or_else(|_| text.to_owned(), |time| time.strftime("%Y-%m-%d %H:%M:%S%.f").to_string())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn what_is_written_can_be_read_back() {
        let columns = vec![("name", ParquetType::Text), ("seen", ParquetType::Time), ("count", ParquetType::Integer)];
        let mut file = ParquetFile::new(columns).unwrap();
        for index in 0..5000 {
            file.row([format!("it's {index}"), "2026-11-23T09:00:00+09:00".to_owned(), String::new()]).unwrap();
        }
        let (_, folder) = file.finish().unwrap();
        let read = Connection::open_in_memory().unwrap();
        let sql = format!(
            "SELECT count(*), max(name), count(*) FILTER (WHERE count IS NULL AND seen = TIMESTAMP '2026-11-23 00:00:00')
             FROM read_parquet('{}')",
            folder.path().join("report.parquet").display()
        );
        let found: (i64, String, i64) =
            read.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        assert_eq!(found, (5000, "it's 999".to_owned(), 5000));
    }
}
