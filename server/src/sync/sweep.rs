//! What a full sweep saw, and so what AWS no longer has.
//!
//! The rule: a finding is gone from a service when a sweep that read everything in one go, from its first page to its
//! last, did not return it, and the service does not give it when asked for it by name. (Rows may move between pages
//! while they are read; what is asked for by name cannot hide.) Nobody can tell, and so nothing is said, about
//!
//! * sweeps that were interrupted and went on later, failed, or listed findings without giving them,
//! * what was last updated before the sweep's beginning, or first read after it,
//! * accounts and Regions of which the sweep returned no finding at all: their account may have left the organization.
//!   The collector's own account and Region is an exception if it ever returned a finding of them: there, none is none.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::plan::Target;
use crate::ingest::{FindingKey, Observation};
use crate::store::{Place, Sweep, SweepSeen};

/// What a sweep has seen so far: 16 bytes for each finding.
#[derive(Debug, Default)]
pub struct Seen {
    keys: Vec<FindingKey>,
    places: BTreeSet<Place>,
    /// Whether something was listed that did not come.
    gaps: bool,
}

impl Seen {
    /// Notes a finding and where it is.
    pub fn finding(&mut self, key: FindingKey, place: Option<Place>) {
        self.keys.push(key);
        self.places.extend(place);
    }

    /// Notes a document that is no finding to us, but is one to AWS.
    pub fn refused(&mut self, document: &Value) {
        self.keys.extend(key_of(document));
    }

    /// Notes findings that were listed and did not come.
    pub fn missing(&mut self, count: usize) {
        self.gaps |= count > 0;
    }

    /// What to look for, if this sweep can tell.
    pub fn complete(mut self, target: &Target, sweep: &Sweep, returned_own: bool) -> Option<SweepSeen> {
        if self.gaps {
            return None;
        }
        let scope = &target.scope;
        if returned_own {
            self.places.insert((scope.account.clone(), scope.region.clone()));
        }
        Some(SweepSeen {
            source: scope.source,
            region: (!target.every_region).then(|| scope.region.clone()),
            from: sweep.from,
            started: sweep.started_at,
            places: self.places,
            keys: self.keys,
        })
    }
}

/// The key of a document by the name its service gives it.
fn key_of(document: &Value) -> Option<FindingKey> {
    ["arn", "Arn", "Id"].iter().find_map(|name| document.get(name)?.as_str()).map(FindingKey::of_arn)
}

/// Where a finding is.
pub fn place_of(observation: &Observation) -> Option<Place> {
    let place = &observation.attribution;
    place.account.clone().zip(place.region.clone())
}

/// How far back a sweep reads: as far as AWS remembers without a bound, because what AWS forgets is counted from times
/// that we do not always see.
pub fn beginning(now: Timestamp, backfill: SignedDuration, retention: SignedDuration) -> Timestamp {
    if backfill >= retention {
        return Timestamp::UNIX_EPOCH;
    }
    now.checked_sub(backfill).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The keys of documents by the names their service gives them.
pub fn keys_of(documents: &[Value]) -> BTreeSet<FindingKey> {
    documents.iter().filter_map(key_of).collect()
}
