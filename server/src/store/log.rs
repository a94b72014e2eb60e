//! The write-ahead log beside the database file: whether it can be read, and what is done with one that cannot.
//!
//! DuckDB treats an unfinished end as what a crash leaves, and that is right. Of two other forms of damage it makes too
//! little or too much: a log whose head it does not know it skips without a word, and one wrong byte anywhere makes it
//! refuse everything before that byte too. So a damaged log is set aside under a name of its own, never deleted, and
//! what stands before the damage is read.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::clock::{Clock, SystemClock};

/// Between the name of the log and the time of its damage.
const MARK: &str = ".damaged-";
const TIME_FORMAT: &str = "%Y%m%dT%H%M%S%6fZ";
/// Size and checksum of an entry; DuckDB names the position behind them.
const ENTRY_HEAD: u64 = 16;

/// A damaged log that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The file's name in the data directory.
    pub name: String,
    pub at: Timestamp,
    pub bytes: u64,
}

/// The log next to a database file.
pub(super) fn path_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".wal");
    PathBuf::from(name)
}

/// Whether DuckDB knows the log by its first entry: the kind of entry and the version of the format, in fields 100 and
/// 101, and nothing else or what identifies the database. The beginning of such an entry is what a crash leaves.
pub(super) fn has_known_head(wal: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(wal)?.take(8).read_to_end(&mut head)?;
    let known = |at: usize, byte: u8| match at {
        0 => byte == 100,
        2 => byte == 98,
        3 => byte == 101,
        1 | 4 => byte == 0,
        5 => (1..=9).contains(&byte),
        _ => true,
    };
    let begins = head.iter().enumerate().all(|(at, byte)| known(at, *byte));
    Ok(begins && (head.len() < 8 || matches!(head[6..], [0xff, 0xff] | [102, 0])))
}

/// Gives the log a name under which nobody reads it.
pub(super) fn set_aside(wal: &Path) -> io::Result<PathBuf> {
    let mut name = wal.as_os_str().to_owned();
    name.push(MARK);
    name.push(SystemClock.now().strftime(TIME_FORMAT).to_string());
    let aside = PathBuf::from(name);
    fs::rename(wal, &aside)?;
    Ok(aside)
}

/// Puts what stands before the damage where the log was. False when DuckDB's words do not say where the damage is, or
/// when nothing stands before it.
pub(super) fn keep_what_is_whole(aside: &Path, wal: &Path, error: &str) -> io::Result<bool> {
    let Some(whole) = damaged_at(error).map(|position| position.saturating_sub(ENTRY_HEAD)).filter(|bytes| *bytes > 0)
    else {
        return Ok(false);
    };
    let mut from = File::open(aside)?.take(whole);
    let mut to = File::create(wal)?;
    io::copy(&mut from, &mut to)?;
    to.sync_all()?;
    Ok(true)
}

fn damaged_at(error: &str) -> Option<u64> {
    let (_, rest) = error.split_once("at byte position ")?;
    rest.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// Every log that was set aside and is still there, newest first.
pub(super) fn all_set_aside(file: &Path) -> Vec<SetAside> {
    let wal = path_of(file);
    let (Some(folder), Some(name)) = (wal.parent(), wal.file_name().and_then(OsStr::to_str)) else { return Vec::new() };
    let prefix = format!("{name}{MARK}");
    let set_aside = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let at = DateTime::strptime(TIME_FORMAT, name.strip_prefix(&prefix)?).ok()?;
        let at = at.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(SetAside { at, bytes: entry.metadata().ok()?.len(), name })
    };
    let mut all: Vec<SetAside> = fs::read_dir(folder).into_iter().flatten().flatten().filter_map(set_aside).collect();
    all.sort_by(|one, two| two.name.cmp(&one.name));
    all
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use super::*;

    #[test]
    fn a_log_set_aside_is_found_by_its_name_and_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("yagura.duckdb");
        let wal = path_of(&file);
        fs::write(&wal, "log").unwrap();
        let aside = set_aside(&wal).unwrap();
        fs::write(folder.path().join("yagura.duckdb.wal.damaged-by-a-cat"), "log").unwrap();
        let all = all_set_aside(&file);
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!((all[0].name.as_str(), all[0].bytes), (aside.file_name().unwrap().to_str().unwrap(), 3));
        assert!(SystemClock.now().duration_since(all[0].at).as_secs() < 60);
    }

    #[test]
    fn the_place_of_the_damage_is_read_from_the_error() {
        let told = "Corrupt WAL file: entry at byte position 34069 computed checksum 1 does not match";
        assert_eq!(damaged_at(told), Some(34069));
        assert_eq!(damaged_at("Corrupt WAL: insert without table"), None);
    }
}
