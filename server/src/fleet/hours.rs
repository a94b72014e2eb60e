//! The time between two looks, summed by hour and workload.
//!
//! A task seen at both ends ran all the while, and was covered if it was at both ends. One seen at the end only ran since
//! it started. One seen at the beginning only ended somewhere between: half of the time is the best guess, and both
//! looks are minutes apart.

use std::collections::{BTreeMap, HashMap};

use app::model::coverage::Verdict;
use jiff::Timestamp;

const HOUR: i64 = 3600;

/// A task as a look saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub cluster_arn: String,
    pub arn: String,
    pub family: String,
    pub launch_type: String,
    pub cpu_units: Option<i64>,
    pub started_at: Option<Timestamp>,
    pub verdict: Verdict,
}

/// Cluster, family and launch type.
pub type Workload = (String, String, String);

/// Sums of a workload in an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    pub task_seconds: i64,
    pub covered_task_seconds: i64,
    pub unknown_task_seconds: i64,
    pub cpu_unit_seconds: i64,
    pub covered_cpu_unit_seconds: i64,
    pub unsized_task_seconds: i64,
}

/// What the time between two looks adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours {
    /// Seconds looked at, by hour.
    pub observed: BTreeMap<Timestamp, i64>,
    pub workloads: BTreeMap<(Timestamp, Workload), Spent>,
}

/// Counts `[from, to)` between two looks.
pub fn between(before: &[Seen], after: &[Seen], from: Timestamp, to: Timestamp) -> Hours {
    let mut hours = Hours::default();
    for (hour, seconds) in by_hour(from, to) {
        hours.observed.insert(hour, seconds);
    }
    let earlier: HashMap<&str, &Seen> = before.iter().map(|task| (task.arn.as_str(), task)).collect();
    let later: HashMap<&str, &Seen> = after.iter().map(|task| (task.arn.as_str(), task)).collect();
    for task in after {
        let (since, verdict) = match earlier.get(task.arn.as_str()) {
            Some(known) => (from, at_both_ends(known.verdict, task.verdict)),
            None => (task.started_at.map_or(from, |started| started.max(from)), task.verdict),
        };
        hours.add(task, verdict, since, to);
    }
    let half = from + to.duration_since(from) / 2;
    for task in before.iter().filter(|task| !later.contains_key(task.arn.as_str())) {
        hours.add(task, task.verdict, from, half);
    }
    hours
}

fn at_both_ends(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (one, other) if one == other => one,
        (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
        _ => Verdict::Gap,
    }
}

impl Hours {
    fn add(&mut self, task: &Seen, verdict: Verdict, from: Timestamp, to: Timestamp) {
        for (hour, seconds) in by_hour(from, to) {
            let workload = (task.cluster_arn.clone(), task.family.clone(), task.launch_type.clone());
            let spent = self.workloads.entry((hour, workload)).or_default();
            spent.task_seconds += seconds;
            let is_covered = verdict == Verdict::Covered;
            if is_covered {
                spent.covered_task_seconds += seconds;
            } else if verdict == Verdict::Unknown {
                spent.unknown_task_seconds += seconds;
            }
            match task.cpu_units {
                None => spent.unsized_task_seconds += seconds,
                Some(units) => {
                    spent.cpu_unit_seconds += units * seconds;
                    spent.covered_cpu_unit_seconds += if is_covered { units * seconds } else { 0 };
                }
            }
        }
    }
}

/// Whole hours of UTC that a span touches, and its seconds in each.
fn by_hour(from: Timestamp, to: Timestamp) -> Vec<(Timestamp, i64)> {
    let (mut at, end) = (from.as_second(), to.as_second());
    let mut parts = Vec::new();
    while at < end {
        let hour = at.div_euclid(HOUR) * HOUR;
        let until = (hour + HOUR).min(end);
        if let Ok(start) = Timestamp::from_second(hour) {
            parts.push((start, until - at));
        }
        at = until;
    }
    parts
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-23T{text}Z").parse().unwrap()
    }

    fn seen(arn: &str, verdict: Verdict, started: &str) -> Seen {
        Seen {
            cluster_arn: "c".to_owned(),
            arn: arn.to_owned(),
            family: "api".to_owned(),
            launch_type: "FARGATE".to_owned(),
            cpu_units: Some(512),
            started_at: Some(at(started)),
            verdict,
        }
    }

    fn sums(hours: &Hours) -> Vec<(i64, i64, i64)> {
        let sum = |spent: &Spent| (spent.task_seconds, spent.covered_task_seconds, spent.unknown_task_seconds);
        hours.workloads.values().map(sum).collect()
    }

    #[test]
    fn a_span_over_the_hour_is_two_parts() {
        let task = [seen("1", Verdict::Covered, "01:00:00")];
        let hours = between(&task, &task, at("11:50:00"), at("12:05:00"));
        assert_eq!(hours.observed, BTreeMap::from([(at("11:00:00"), 600), (at("12:00:00"), 300)]));
        assert_eq!(sums(&hours), [(600, 600, 0), (300, 300, 0)]);
        assert_eq!(hours.workloads.values().map(|spent| spent.cpu_unit_seconds).sum::<i64>(), 900 * 512);
    }

    #[test]
    fn tasks_count_from_their_start_and_gone_ones_for_half() {
        let before = [seen("old", Verdict::Gap, "01:00:00")];
        let after = [seen("new", Verdict::Covered, "12:10:00")];
        let hours = between(&before, &after, at("12:00:00"), at("12:15:00"));
        assert_eq!(sums(&hours), [(450 + 300, 300, 0)]);
    }

    #[test]
    fn covered_is_what_was_covered_at_both_ends() {
        for (one, other, expected) in [
            (Verdict::Covered, Verdict::Covered, (900, 900, 0)),
            (Verdict::Gap, Verdict::Covered, (900, 0, 0)),
            (Verdict::Covered, Verdict::Unknown, (900, 0, 900)),
        ] {
            let (before, after) = ([seen("1", one, "01:00:00")], [seen("1", other, "01:00:00")]);
            assert_eq!(sums(&between(&before, &after, at("12:00:00"), at("12:15:00"))), [expected]);
        }
    }

    #[test]
    fn a_task_without_a_size_is_told() {
        let task = [Seen { cpu_units: None, ..seen("1", Verdict::Covered, "01:00:00") }];
        let hours = between(&task, &task, at("12:00:00"), at("12:15:00"));
        let spent = hours.workloads.values().next().unwrap();
        assert_eq!((spent.cpu_unit_seconds, spent.unsized_task_seconds), (0, 900));
    }
}
