//! Drops findings that were last updated too long ago, where `retention.days` asks for it.
//!
//! With a finding go its documents, its history and what sequences say of it; what reports knew of the time before is
//! unknown from then on, not quiet. A page of findings is a transaction, so that other writes find their turn.

use duckdb::{Connection, params};
use jiff::Timestamp;

use super::rollup::{Moves, Resident};
use super::values::sql_time;
use super::{StoreError, fleet, known, staging, texts};

/// Findings of a page. What began with one of them is counted anew by reading every finding, so few pages are quicker.
const PAGE: u32 = 5000;

const STAGE: &str = include_str!("sql/stage_outdated.sql");
const DROP: &str = include_str!("sql/drop_staged.sql");
const FORGET_COVERED: &str = include_str!("sql/forget_covered.sql");

/// Drops a page of findings last updated before `before`; 0 when there are none left.
pub(super) fn drop_page(transaction: &Connection, before: Timestamp, resident: &Resident) -> Result<u64, StoreError> {
    staging::empty(transaction, "staged_key")?;
    let dropped = transaction.execute(STAGE, params![sql_time(before), PAGE])?;
    if dropped > 0 {
        known::find_findings(transaction)?;
        known::find_sides(transaction)?;
        let mut moves = Moves::default();
        moves.leave_stored(transaction, "staged_key")?;
        transaction.execute_batch(DROP)?;
        moves.append(transaction, resident)?;
    }
    Ok(dropped as u64)
}

/// What was refused before, texts of what was dropped, and the time nobody can tell about any more. Gives the number of
/// inputs that were dropped.
pub(super) fn drop_rest(transaction: &Connection, before: Timestamp) -> Result<u64, StoreError> {
    let at = sql_time(before);
    let dropped = transaction.execute("DELETE FROM rejected_input WHERE rejected_at < ?", params![at])?;
    transaction.execute("DELETE FROM sync_covered WHERE covered_to <= ?", params![at])?;
    transaction.execute(FORGET_COVERED, params![at])?;
    let hours = transaction.execute("DELETE FROM workload_hour WHERE starts_at < ?", params![at])?
        + transaction.execute("DELETE FROM fleet_hour WHERE starts_at < ?", params![at])?;
    if hours > 0 {
        fleet::raise_version(transaction)?;
    }
    texts::prune(transaction)?;
    Ok(dropped as u64)
}
