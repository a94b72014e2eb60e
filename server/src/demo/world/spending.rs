//! What watching the estate costs: trials, usage and hours, from what runs. The formula is the simulator's own.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::World;
use crate::demo::fleet::Unit;

/// Days since the trial of Runtime Monitoring began, by account and Region of the estate: ended, under way, about to end,
/// young. Where it has not begun there is no usage.
const BEGUN: [[i64; 2]; 3] = [[45, 12], [26, 9], [16, 0]];
/// Everything else was switched on so many days before.
const EARLIER: i64 = 40;
const WINDOW: i64 = 30;
/// USD of a vCPU for a month, by Region of the estate.
const RUNTIME: [f64; 2] = [1.5, 2.0];
/// USD a day of what is not Runtime Monitoring, for each vCPU that runs.
const OTHERS: [(&str, f64); 4] =
    [("CLOUD_TRAIL", 0.021), ("FLOW_LOGS", 0.034), ("DNS_LOGS", 0.012), ("S3_DATA_EVENTS", 0.016)];
/// What CloudWatch measures in an hour for each vCPU that runs, by data source; flow and DNS logs are one. The features
/// they belong to were switched on together.
const MEASURED: [(&str, f64); 3] =
    [("CloudTrailEvents", 220.0), ("VPCFlowLogDNSLogEvents", 2_000_000.0), ("S3DataEvents", 830.0)];
const FARGATE_SOURCE: &str = "RuntimeMonitoringFargate";
const FARGATE: &str = "FARGATE_RUNTIME_MONITORING";
const HOURS_A_MONTH: f64 = 730.5;

impl World {
    /// Every account of the estate that a caller sees.
    pub(in crate::demo) fn accounts<'a>(&'a self, sees: Option<&'a str>) -> impl Iterator<Item = &'a str> {
        let all = self.estate.account.iter().map(|account| account.id.as_str());
        all.filter(move |account| sees.is_none_or(|own| own == *account))
    }

    fn place(&self, account: &str, region: &str) -> Option<(usize, usize)> {
        let account = self.estate.account.iter().position(|known| known.id == account)?;
        let region = self.estate.regions.iter().position(|known| known == region)?;
        (account < BEGUN.len() && region < 2).then_some((account, region))
    }

    /// When a feature was switched on; `None`: it is not.
    fn since(&self, account: &str, region: &str, feature: &str) -> Option<Timestamp> {
        let (account, region) = self.place(account, region)?;
        let begun = BEGUN[account][region];
        let days = if feature == FARGATE { begun } else { begun + if begun == 0 { 0 } else { EARLIER } };
        Some(self.born - SignedDuration::from_hours(24 * days))
    }

    /// Days left of the trials of an account, by feature. Those that are over are not named.
    pub(in crate::demo) fn trial_days(&self, account: &str, region: &str, now: Timestamp) -> Vec<(&'static str, i64)> {
        let features = std::iter::once(FARGATE).chain(OTHERS.iter().map(|(feature, _)| *feature));
        let left = |feature| {
            let since = self.since(account, region, feature)?;
            let used = now.duration_since(since).as_hours() / 24;
            (used < WINDOW).then_some((feature, WINDOW - used))
        };
        features.filter_map(left).collect()
    }

    /// USD of the trailing thirty days, by feature. Young accounts have none yet.
    pub(in crate::demo) fn usage(&self, account: &str, region: &str, now: Timestamp) -> Vec<(&'static str, f64)> {
        let Some((index, place)) = self.place(account, region) else { return Vec::new() };
        if BEGUN[index][place] == 0 {
            return Vec::new();
        }
        let window = now - SignedDuration::from_hours(24 * WINDOW);
        let hours = |feature| {
            let since = self.since(account, region, feature).unwrap_or(now).max(window);
            Self::weighted_hours(since, now)
        };
        let watched = self.vcpus(account, region, true) * RUNTIME[place] / HOURS_A_MONTH;
        let all = self.vcpus(account, region, false) / 24.0;
        let others = OTHERS.iter().map(|(feature, daily)| (*feature, hours(feature) * daily * all));
        let runtime = (watched > 0.0).then(|| (FARGATE, hours(FARGATE) * watched));
        runtime.into_iter().chain(others).collect()
    }

    /// What was watched (vCPU-hours) or analysed (events, bytes), by the beginning of the hour. AWS is an hour late.
    pub(in crate::demo) fn measured_hours(
        &self,
        (account, region): (&str, &str),
        source: &str,
        (from, to): (Timestamp, Timestamp),
        now: Timestamp,
    ) -> Vec<(Timestamp, f64)> {
        let (feature, each) = match MEASURED.iter().find(|(known, _)| *known == source) {
            Some((_, each)) => (OTHERS[0].0, *each),
            None if source == FARGATE_SOURCE => (FARGATE, 1.0),
            None => return Vec::new(),
        };
        let (Some(since), true) = (self.since(account, region, feature), !self.usage(account, region, now).is_empty())
        else {
            return Vec::new();
        };
        let vcpus = self.vcpus(account, region, feature == FARGATE) * each;
        let first = from.max(since).as_second().div_euclid(3600) + 1;
        let last = to.min(now).as_second().div_euclid(3600) - 1;
        let hour = |hour: i64| Timestamp::from_second(hour * 3600).ok();
        (first..last).filter_map(hour).map(|at| (at, vcpus * weight(at))).filter(|(_, hours)| *hours > 0.0).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "hours of a month")]
    fn weighted_hours(from: Timestamp, to: Timestamp) -> f64 {
        let whole = to.duration_since(from).as_hours();
        let hours: f64 = (0..whole).map(|hour| weight(from + SignedDuration::from_hours(hour))).sum();
        let rest = to.duration_since(from).as_secs() - whole * 3600;
        hours + rest as f64 / 3600.0 * weight(to)
    }

    /// vCPUs of an account and Region; only those with an agent, if asked so.
    fn vcpus(&self, account: &str, region: &str, watched: bool) -> f64 {
        let has_agent =
            |unit: &&Unit| unit.family.agent && unit.family.trouble.is_none() && unit.family.launch.is_none();
        let units = self.units(account, region).filter(|unit| !watched || has_agent(unit));
        units.map(|unit| f64::from(unit.family.tasks) * f64::from(unit.family.cpu) / 1024.0).sum()
    }
}

/// Weekdays differ a little, and less runs at weekends; from Monday on.
const WEIGHTS: [f64; 7] = [0.9, 1.0, 1.1, 1.05, 0.95, 0.6, 0.6];

fn weight(at: Timestamp) -> f64 {
    let day = at.to_zoned(TimeZone::UTC).weekday().to_monday_zero_offset();
    usize::try_from(day).ok().and_then(|day| WEIGHTS.get(day)).copied().unwrap_or(1.0)
}
