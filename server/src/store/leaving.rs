//! When AWS forgets a finding. It is kept here.
//!
//! <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings.html>,
//! <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings.html>

use app::model::Source;
use jiff::{SignedDuration, Timestamp};

use crate::ingest::Tracked;

/// After the last update.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// What is archived in Security Hub.
const KEPT_ARCHIVED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// When the last service that knows a finding forgets it.
pub(super) fn leaves_at(tracked: &Tracked) -> Option<Timestamp> {
    let is_archived = tracked.finding.record_state.as_deref() == Some("ARCHIVED");
    let leaves = |updated_at: Timestamp, source| {
        let kept = if source == Source::SecurityHub && is_archived { KEPT_ARCHIVED } else { KEPT };
        updated_at.checked_add(kept).ok()
    };
    tracked.sides().filter_map(|side| leaves(side.updated_at, side.source)).max()
}
