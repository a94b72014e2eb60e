//! Values on their way into and out of DuckDB: times, lists and packed documents.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io;

use duckdb::Row;
use duckdb::types::{TimeUnit, Value};
use jiff::Timestamp;
use zstd::bulk::{Compressor, Decompressor};

use super::StoreError;

/// Separates the members of a list while it is staged as text (ASCII unit separator).
const LIST_SEPARATOR: char = '\u{1f}';

/// A time as a parameter. DuckDB keeps microseconds; what is finer is cut off.
pub fn sql_time(time: Timestamp) -> Value {
    Value::Timestamp(TimeUnit::Microsecond, time.as_microsecond())
}

/// A time that may be missing, as a parameter.
pub fn sql_optional_time(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Null, sql_time)
}

/// Reads a `TIMESTAMP` column.
pub fn read_time(row: &Row<'_>, column: usize) -> Result<Timestamp, StoreError> {
    read_optional_time(row, column)?.ok_or_else(|| StoreError::Unreadable(format!("column {column} is NULL")))
}

/// Reads a `TIMESTAMP` column that may be NULL.
pub fn read_optional_time(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>, StoreError> {
    let micros = match row.get::<_, Value>(column)? {
        Value::Null => return Ok(None),
        Value::Timestamp(TimeUnit::Microsecond, micros) => micros,
        other => return Err(StoreError::Unreadable(format!("column {column} is no time: {other:?}"))),
    };
    let time = Timestamp::from_microsecond(micros).map_err(|error| StoreError::Unreadable(error.to_string()))?;
    Ok(Some(time))
}

/// The members of a list as they are stored: none is empty, and none holds the separator.
pub(super) fn members<'a>(members: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = Cow<'a, str>> {
    let stored = |member: &'a str| {
        if member.contains(LIST_SEPARATOR) {
            Cow::Owned(member.replace(LIST_SEPARATOR, ""))
        } else {
            Cow::Borrowed(member)
        }
    };
    members.into_iter().map(stored).filter(|member| !member.is_empty())
}

/// A list that was kept as [`joined`] writes it; empty where NULL is.
pub fn read_joined(row: &Row<'_>, column: usize) -> Result<Vec<String>, StoreError> {
    let joined: Option<String> = row.get(column)?;
    let members = joined.iter().flat_map(|joined| joined.split(LIST_SEPARATOR));
    Ok(members.filter(|member| !member.is_empty()).map(str::to_owned).collect())
}

/// A list as the staging tables take it; the SQL splits it again.
pub(super) fn joined<'a>(list: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for member in members(list) {
        if !text.is_empty() {
            text.push(LIST_SEPARATOR);
        }
        text.push_str(&member);
    }
    text
}

/// Reads a `VARCHAR[]` column.
pub fn read_list(row: &Row<'_>, column: usize) -> Result<Vec<String>, StoreError> {
    let members = match row.get::<_, Value>(column)? {
        Value::Null => return Ok(Vec::new()),
        Value::List(members) => members,
        other => return Err(StoreError::Unreadable(format!("column {column} is no list: {other:?}"))),
    };
    let text = |member| match member {
        Value::Text(text) => Some(text),
        _ => None,
    };
    Ok(members.into_iter().filter_map(text).collect())
}

/// Level 3 is the library's balance; documents of 4 to 20 KB shrink to about a fifth.
const PACK_LEVEL: i32 = 3;

thread_local! {
    /// Made once: setting one up takes as long as packing a document.
    static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Documents up to this long are unpacked in one piece.
const ONE_PIECE: usize = 1024 * 1024;

/// A document as it is kept at rest.
pub(super) fn pack_document(text: &str) -> Result<Vec<u8>, StoreError> {
    let packed = PACKER.with_borrow_mut(|packer| {
        let packer = match packer {
            Some(packer) => packer,
            none => none.insert(Compressor::new(PACK_LEVEL)?),
        };
        packer.compress(text.as_bytes())
    });
    packed.map_err(|error| StoreError::Unreadable(format!("document cannot be packed: {error}")))
}

/// The text of a document kept in `finding_side.raw`.
pub fn unpack_document(packed: &[u8]) -> Result<String, StoreError> {
    let bytes = unpack(packed).map_err(|error| StoreError::Unreadable(format!("packed document: {error}")))?;
    String::from_utf8(bytes).map_err(|error| StoreError::Unreadable(format!("packed document: {error}")))
}

fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
    let length = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten();
    match length.and_then(|length| usize::try_from(length).ok()) {
        Some(length) if length <= ONE_PIECE => UNPACKER.with_borrow_mut(|unpacker| {
            let unpacker = match unpacker {
                Some(unpacker) => unpacker,
                none => none.insert(Decompressor::new()?),
            };
            unpacker.decompress(packed, length)
        }),
        // A damaged document may claim any length.
        _ => zstd::stream::decode_all(packed),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use super::*;

    #[test]
    fn documents_come_back_as_they_were() {
        for text in [r#"{"Id":"日本","n":1}"#.to_owned(), "x".repeat(ONE_PIECE + 1)] {
            assert_eq!(unpack_document(&pack_document(&text).unwrap()).unwrap(), text);
        }
        assert!(unpack_document(b"not packed").is_err());
    }

    #[test]
    fn a_member_cannot_break_a_list_apart() {
        assert_eq!(joined(["a\u{1f}b", "", "c"]), "ab\u{1f}c");
        assert_eq!(joined([]), "");
    }
}
