//! Whether anything is known at all.

use crate::query::QueryError;
use crate::store::Snapshot;

/// Whether some source was ever read or some finding was imported: without that, nothing found means nothing.
pub fn looked(snapshot: &Snapshot<'_>) -> Result<bool, QueryError> {
    let sql = "SELECT EXISTS (FROM sync_source WHERE last_success_at IS NOT NULL) OR EXISTS (FROM finding)";
    Ok(snapshot.connection().query_row(sql, [], |row| row.get(0))?)
}
