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

/// The same for one that is asked of everything since a moment besides.
pub fn looked_at_since(snapshot: &Snapshot<'_>, spec: &Spec, moment: Timestamp) -> Result<Spec, QueryError> {
    let before = spec.previous().and_then(|before| before.from);
    since(snapshot, spec, before.map(|before| before.min(moment)))
}

fn since(snapshot: &Snapshot<'_>, spec: &Spec, since: Option<Timestamp>) -> Result<Spec, QueryError> {
    let spec = search::looked_at(snapshot, spec.clone(), since)?;
    // Without rollups there is nothing to gain.
    if spec.until().is_none() || !snapshot.rolled_up() {
        return Ok(spec);
    }
    if snapshot.resident().is_some_and(|rows| rows.end_before(spec.to)) {
        return Ok(Spec { nothing_from: Some(spec.to), ..spec });
    }
    // Half of what `EXISTS` takes, most of which is planning.
    let later = "SELECT true FROM finding WHERE created_at >= ? LIMIT 1";
    let later: Vec<bool> = snapshot.rows(later, [sql_time(spec.to)], |row| Ok::<_, QueryError>(row.get(0)?))?;
    let nothing_from = if later.is_empty() { Some(spec.to) } else { spec.nothing_from };
    Ok(Spec { nothing_from, ..spec })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use app::model::Filter;
    use jiff::SignedDuration;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::query::counts::totals;
    use crate::query::tests::{now, seeded_in};
    use crate::store::tests::documents::{batch, guardduty};
    use crate::store::tests::in_memory;

    /// Memory knows when the last finding was created, until a wrong clock tells of one that is yet to come.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_window_ends_before_findings_of_the_future() {
        let store = seeded_in(in_memory(), |_, _| ()).await;
        let spec = Spec::resolve(&Filter::default(), now() + SignedDuration::from_hours(1), &TimeZone::UTC).unwrap();
        let mut counted = Vec::new();
        for hours in [-1, 0, 2, 3] {
            let mut told = guardduty(700 + usize::try_from(hours + 1).unwrap(), 0, 1);
            told.created_at = now() + SignedDuration::from_hours(hours);
            (told.updated_at, told.observed_at) = (told.created_at, told.created_at);
            store.ingest(batch(vec![told])).await.unwrap();
            let spec = spec.clone();
            let asked = store.stream(move |snapshot| {
                let asked = |way: &Snapshot<'_>| {
                    let spec = looked_at(way, &spec).unwrap();
                    (spec.until().is_none(), totals(way, &spec).unwrap().findings)
                };
                assert_eq!(asked(snapshot), asked(&snapshot.without_resident()), "{hours} hours from now");
                Ok(asked(snapshot))
            });
            counted.push(asked.await.unwrap());
        }
        let before = counted[0].1;
        assert_eq!(counted, [(true, before), (true, before + 1), (false, before + 1), (false, before + 1)]);
    }
}
