//! Members of attack sequences: a sequence names its signals, and not every signal names its sequence.
//!
//! Whichever of the two is read first, the member ends up linked.

use duckdb::{Connection, params};

use super::StoreError;
use super::staging::fill;
use crate::ingest::Tracked;

const RECORD: &str = include_str!("sql/record_signals.sql");
const LINK_KNOWN: &str = include_str!("sql/link_known.sql");

/// Keeps what these findings say of their signals and links the members among `staged_finding`.
pub(super) fn record<'a>(
    transaction: &Connection,
    findings: impl IntoIterator<Item = &'a Tracked>,
) -> Result<(), StoreError> {
    fill(transaction, "staged_signal", |rows| {
        for tracked in findings {
            for signal in tracked.sides().flat_map(|side| &side.signals) {
                rows.append_row(params![tracked.finding.arn, signal.to_string()])?;
            }
        }
        Ok(())
    })?;
    Ok(transaction.execute_batch(RECORD)?)
}

/// Links members that were kept before their sequence was read; tells how many.
pub(super) fn link_known(transaction: &Connection) -> Result<usize, StoreError> {
    Ok(transaction.execute(LINK_KNOWN, [])?)
}
