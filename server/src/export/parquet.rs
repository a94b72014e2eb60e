//! Parquet: typed columns for tools that calculate.

use std::io::Read;

use super::table::{Kind, Table};
use crate::store::{ParquetFile, ParquetType, StoreError};

/// How a column is stored.
pub const fn sort_of(kind: Kind) -> ParquetType {
    match kind {
        Kind::Text => ParquetType::Text,
        Kind::Integer => ParquetType::Integer,
        Kind::Double => ParquetType::Double,
        Kind::Truth => ParquetType::Truth,
        Kind::Time => ParquetType::Time,
    }
}

/// The whole file. Writes to disk in between: not for a thread that answers requests.
pub fn whole(table: Table) -> Result<Vec<u8>, StoreError> {
    let mut file = ParquetFile::new(table.columns.iter().map(|(name, kind)| (*name, sort_of(*kind))).collect())?;
    for row in table.rows {
        file.row(row)?;
    }
    let (mut file, _folder) = file.finish()?;
    let mut content = Vec::new();
    file.read_to_end(&mut content).map_err(StoreError::Scratch)?;
    Ok(content)
}
