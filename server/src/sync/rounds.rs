//! How often AWS is asked beside the pulls of findings.

use app::model::{Collector, SourceState};
use jiff::SignedDuration;

use super::cost::LONGEST_PAUSE;
use super::{SyncOptions, signed};

/// Between two rounds of each collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds {
    /// `None`: nobody looks.
    coverage: Option<SignedDuration>,
    cost: SignedDuration,
}

impl Rounds {
    pub(super) fn of(options: &SyncOptions) -> Self {
        Self { coverage: options.fleet.map(|fleet| signed(fleet.interval)), cost: signed(options.cost_interval) }
    }

    /// Between two rounds; `None`: there are none.
    pub fn interval(self, collector: Collector) -> Option<SignedDuration> {
        match collector {
            Collector::Coverage => self.coverage,
            Collector::Cost => Some(self.cost),
        }
    }

    /// Until a question that ended so is asked again; `None`: it is not.
    pub fn pause(self, collector: Collector, state: SourceState) -> Option<SignedDuration> {
        let interval = self.interval(collector)?;
        match (collector, state) {
            (_, SourceState::NotAsked) => None,
            // A failure does not count as asked: see `follow_cost`.
            (Collector::Cost, SourceState::Failing) => Some(interval.min(signed(LONGEST_PAUSE))),
            _ => Some(interval),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_asked_again_within_the_hour_and_a_refusal_in_its_time() {
        let [quarter, day] = [SignedDuration::from_mins(15), SignedDuration::from_hours(24)];
        let rounds = Rounds { coverage: Some(quarter), cost: day };
        let pause = |collector, state| rounds.pause(collector, state);
        assert_eq!(pause(Collector::Cost, SourceState::Failing), Some(SignedDuration::from_hours(1)));
        assert_eq!(pause(Collector::Cost, SourceState::Denied), Some(day));
        assert_eq!(pause(Collector::Coverage, SourceState::Failing), Some(quarter));
        assert_eq!(pause(Collector::Cost, SourceState::NotAsked), None);
        assert_eq!(Rounds { coverage: None, cost: day }.interval(Collector::Coverage), None);
    }
}
