//! Windows that end where findings end.
//!
//! The end of a window cuts an hour of the rollups in two, and what lies before it is counted one by one. Most windows
//! end now, and nothing has been created later unless a clock is wrong: then the end cuts nothing and need not be asked
//! for. The numbers are the same. What a searched text need not be looked for in is found out here as well.

use jiff::Timestamp;

use super::spec::Spec;
use super::{QueryError, search};
use crate::store::{Snapshot, sql_time};

/// The same question, knowing whether anything was created after its window, and where its text cannot stand there.
pub fn looked_at(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Spec, QueryError> {
    since(snapshot, spec, spec.from)
}

/// The same for a question that is asked of the window before as well.
pub fn looked_at_with_past(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Spec, QueryError> {
    since(snapshot, spec, spec.previous().and_then(|before| before.from))
}

fn since(snapshot: &Snapshot<'_>, spec: &Spec, since: Option<Timestamp>) -> Result<Spec, QueryError> {
    let spec = search::looked_at(snapshot, spec.clone(), since)?;
    // Without rollups there is nothing to gain.
    if spec.until().is_none() || !snapshot.rolled_up() {
        return Ok(spec);
    }
    // Half of what `EXISTS` takes, most of which is planning.
    let later = "SELECT true FROM finding WHERE created_at >= ? LIMIT 1";
    let later: Vec<bool> = snapshot.rows(later, [sql_time(spec.to)], |row| Ok::<_, QueryError>(row.get(0)?))?;
    let nothing_from = if later.is_empty() { Some(spec.to) } else { spec.nothing_from };
    Ok(Spec { nothing_from, ..spec })
}
