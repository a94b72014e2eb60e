//! What is known, as the database has it.

use std::collections::{BTreeMap, BTreeSet};

use app::model::cost::FARGATE;
use app::model::coverage::Verdict;
use app::model::{CostAsked, CostView, Field};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use crate::cost::WINDOW_DAYS;
use crate::cost::daily::{self, Sum};
use crate::cost::estimate::{Days, LEAST_DAYS, Trial};
use crate::query::{QueryError, row};
use crate::store::{Snapshot, StoreError, read_optional_time, read_time, sql_time};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Snapshots older than this tell no day: a full window needs the day that leaves it.
const REACH: SignedDuration = SignedDuration::from_hours(24 * 70);
/// Questions of one round are not asked at the same moment.
const ONE_ROUND: SignedDuration = SignedDuration::from_hours(1);
/// CloudWatch fills hours in for so long.
const LATE: SignedDuration = SignedDuration::from_hours(24);
/// Days of metrics that tell how many vCPUs are watched now.
const RECENT: i64 = 7;

/// An account and a Region.
pub type Place = (String, String);

/// What AWS said of the trials of an account.
#[derive(Debug, Clone, PartialEq)]
struct Trials {
    at: Timestamp,
    /// By feature: days left in the last answer, and the latest end ever told.
    features: BTreeMap<String, (Option<u32>, Option<Timestamp>)>,
}

/// What ran of a family.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    pub place: Place,
    pub cluster: String,
    pub family: String,
    pub tasks: Decimal,
    /// On average.
    pub watched: Decimal,
    pub unwatched: Decimal,
    /// Ours, as it stands; `None`: none was ever made.
    pub verdict: Option<Verdict>,
}

impl Workload {
    /// `account/region/family`
    pub fn key(&self) -> String {
        format!("{}/{}/{}", self.place.0, self.place.1, self.family)
    }
}

/// Everything a report of costs is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub now: Timestamp,
    /// By place and feature, oldest first.
    usage: BTreeMap<Place, BTreeMap<String, Vec<(Timestamp, Decimal)>>>,
    trials: BTreeMap<Place, Trials>,
    /// By place and data source.
    metrics: BTreeMap<(Place, String), BTreeMap<Date, Decimal>>,
    pub workloads: Vec<Workload>,
    pub observed_hours: u32,
    pub asked: Vec<CostAsked>,
}

/// The metric that tells the form of a feature's days. Flow and DNS logs are measured together.
fn source_of(feature: &str) -> Option<&'static str> {
    Some(match feature {
        FARGATE => "RuntimeMonitoringFargate",
        "EC2_RUNTIME_MONITORING" => "RuntimeMonitoringEC2",
        "EKS_RUNTIME_MONITORING" => "RuntimeMonitoringEKS",
        "CLOUD_TRAIL" => "CloudTrailEvents",
        "EKS_AUDIT_LOGS" => "KubernetesAuditLogs",
        "S3_DATA_EVENTS" => "S3DataEvents",
        "FLOW_LOGS" | "DNS_LOGS" => "VPCFlowLogDNSLogEvents",
        "LAMBDA_NETWORK_LOGS" => "LambdaNetworkLogs",
        "AI_PROTECTION" => "AIDataEvents",
        "EBS_MALWARE_PROTECTION" => "MalwareProtectionEBS",
        _ => return None,
    })
}

impl Facts {
    /// Reads them.
    pub fn read(snapshot: &Snapshot<'_>, view: &CostView, now: Timestamp) -> Result<Self, QueryError> {
        let chosen = |account: &str, region: &str| is_chosen(view, account, region);
        let back = |span: SignedDuration| sql_time(now.checked_sub(span).unwrap_or(Timestamp::MIN));
        let window = || back(DAY * i32::try_from(WINDOW_DAYS).unwrap_or(30));
        let mut facts = Self {
            now,
            usage: BTreeMap::new(),
            trials: BTreeMap::new(),
            metrics: BTreeMap::new(),
            workloads: Vec::new(),
            observed_hours: 0,
            asked: Vec::new(),
        };
        let usage = snapshot.rows(include_str!("../../sql/cost_usage.sql"), [back(REACH)], |row| {
            let amount: String = row.get(4)?;
            let amount = amount.parse().map_err(|_| StoreError::Unreadable(format!("amount `{amount}`")))?;
            let place: Place = (row.get(0)?, row.get(1)?);
            Ok::<_, QueryError>((place, row.get::<_, String>(2)?, (read_time(row, 3)?, amount)))
        })?;
        for ((account, region), feature, told) in usage {
            if chosen(&account, &region) {
                facts.usage.entry((account, region)).or_default().entry(feature).or_default().push(told);
            }
        }
        let trials = snapshot.rows(include_str!("../../sql/cost_trials.sql"), [], |row| {
            let place: Place = (row.get(0)?, row.get(1)?);
            let feature: Option<String> = row.get(3)?;
            let left: Option<u32> = row.get(4)?;
            Ok::<_, QueryError>((place, read_time(row, 2)?, feature, (left, read_optional_time(row, 5)?)))
        })?;
        for (place, at, feature, told) in trials {
            if chosen(&place.0, &place.1) {
                let trials = facts.trials.entry(place).or_insert(Trials { at, features: BTreeMap::new() });
                trials.features.extend(feature.map(|feature| (feature, told)));
            }
        }
        let metrics = snapshot.rows(include_str!("../../sql/cost_metrics.sql"), [window()], |row| {
            let place: Place = (row.get(0)?, row.get(1)?);
            Ok::<_, QueryError>((place, row.get::<_, String>(2)?, read_time(row, 3)?, row.get::<_, f64>(4)?))
        })?;
        for (place, source, day, amount) in metrics {
            if let Some(amount) = Decimal::from_f64(amount).filter(|_| chosen(&place.0, &place.1)) {
                facts.metrics.entry((place, source)).or_default().insert(daily::date(day), amount);
            }
        }
        facts.read_workloads(snapshot, &window(), chosen)?;
        let asked = snapshot.rows(include_str!("../../sql/cost_asked.sql"), [], |row| {
            Ok::<_, QueryError>(CostAsked {
                account: row.get(0)?,
                region: row.get(1)?,
                question: row::word(row, 2)?,
                outcome: row::word(row, 3)?,
                note: row.get(4)?,
                asked_at: read_time(row, 5)?,
            })
        })?;
        facts.asked = asked.into_iter().filter(|asked| is_chosen_region(view, &asked.region)).collect();
        Ok(facts)
    }

    fn read_workloads(
        &mut self,
        snapshot: &Snapshot<'_>,
        since: &duckdb::types::Value,
        chosen: impl Fn(&str, &str) -> bool,
    ) -> Result<(), QueryError> {
        let observed = snapshot.rows(include_str!("../../sql/cost_observed.sql"), [since.clone()], |row| {
            let place: Place = (row.get(0)?, row.get(1)?);
            Ok::<_, QueryError>((place, row.get::<_, i64>(2)?))
        })?;
        let observed: BTreeMap<Place, i64> = observed
            .into_iter()
            .filter(|((account, region), seconds)| chosen(account, region) && *seconds > 0)
            .collect();
        let longest = observed.values().copied().max().unwrap_or(0);
        self.observed_hours = u32::try_from(longest / 3600).unwrap_or(0);
        let rows = snapshot.rows(include_str!("../../sql/cost_workloads.sql"), [since.clone()], |row| {
            let place: Place = (row.get(0)?, row.get(1)?);
            let seconds: [i64; 3] = [row.get(4)?, row.get(5)?, row.get(6)?];
            let verdict: Option<Verdict> = row::optional_word(row, 7)?;
            Ok::<_, QueryError>((place, row.get::<_, String>(2)?, row.get::<_, String>(3)?, seconds, verdict))
        })?;
        for (place, cluster, family, [task_seconds, unit_seconds, watched], verdict) in rows {
            let Some(seconds) = observed.get(&place).copied().map(Decimal::from) else { continue };
            let vcpus = |unit_seconds: i64| Decimal::from(unit_seconds) / Decimal::from(1024) / seconds;
            self.workloads.push(Workload {
                place,
                cluster,
                family,
                tasks: Decimal::from(task_seconds) / seconds,
                watched: vcpus(watched),
                unwatched: vcpus(unit_seconds.saturating_sub(watched).max(0)),
                verdict,
            });
        }
        Ok(())
    }

    /// Every account, Region and feature anything is known of.
    pub fn rows(&self, features: &[String]) -> BTreeSet<(Place, String)> {
        let used = self.usage.iter().flat_map(|(place, told)| {
            // What the last answer of the place does not name is used no more.
            let last = told.values().filter_map(|told| told.last()).map(|(at, _)| *at).max();
            let named = told.iter().filter(move |(_, told)| {
                told.last().zip(last).is_some_and(|((at, _), last)| last.duration_since(*at) <= ONE_ROUND)
            });
            named.map(|(feature, _)| (place.clone(), feature.clone()))
        });
        let in_trial = self.trials.iter().flat_map(|(place, trials)| {
            let left = trials.features.iter().filter(|(_, (left, _))| left.is_some());
            left.map(|(feature, _)| (place.clone(), feature.clone()))
        });
        used.chain(in_trial).filter(|(_, feature)| features.is_empty() || features.contains(feature)).collect()
    }

    /// The last amount and when it was told.
    pub fn amount(&self, place: &Place, feature: &str) -> Option<(Timestamp, Decimal)> {
        self.usage.get(place)?.get(feature)?.last().copied()
    }

    /// The trial at a moment, and when it ends.
    pub fn trial(&self, place: &Place, feature: &str, at: Timestamp) -> (Trial, Option<Timestamp>) {
        let Some(trials) = self.trials.get(place) else { return (Trial::Unknown, None) };
        let Some(left) = trials.features.get(feature).and_then(|(left, _)| *left) else { return (Trial::None, None) };
        let ends = trials.at + DAY * i32::try_from(left).unwrap_or(0);
        let hours = ends.duration_since(at).as_hours().max(0);
        let left = u32::try_from((hours + 23) / 24).unwrap_or(0);
        (Trial::Left(left), Some(ends))
    }

    /// Single days of a feature whose amount is of `used` days.
    pub fn days(&self, place: &Place, feature: &str, used: u32) -> Days {
        let ends = self.trials.get(place).and_then(|trials| trials.features.get(feature)?.1);
        let told = self.usage.get(place).and_then(|told| told.get(feature)).map(Vec::as_slice).unwrap_or_default();
        let sums: Vec<Sum> = told
            .iter()
            .map(|(at, amount)| Sum { at: *at, amount: *amount, growing: ends.is_some_and(|ends| *at <= ends) })
            .collect();
        let own = daily::with_kind(&daily::days_of(&sums));
        if own.len() >= LEAST_DAYS {
            return Days { days: own, in_usd: true };
        }
        let whole = self.measured(place, feature, used);
        // The first day is seldom whole, and the newest may still be filled in.
        let first = whole.keys().next().copied();
        let last = daily::date(self.now.checked_sub(LATE).unwrap_or(self.now));
        let whole = whole.into_iter().filter(|(day, _)| Some(*day) != first && *day < last).collect();
        Days { days: daily::with_kind(&whole), in_usd: false }
    }

    /// What CloudWatch measured, by day, within the days the amount is of.
    fn measured(&self, place: &Place, feature: &str, used: u32) -> BTreeMap<Date, Decimal> {
        let Some(source) = source_of(feature) else { return BTreeMap::new() };
        let from = daily::date(self.now - DAY * i32::try_from(used).unwrap_or(30));
        let days = self.metrics.get(&(place.clone(), source.to_owned()));
        days.map(|days| days.range(from..).map(|(day, amount)| (*day, *amount)).collect()).unwrap_or_default()
    }

    /// An amount spread over the days it is of: as CloudWatch measured them, else evenly.
    pub fn spread(&self, place: &Place, feature: &str, used: u32, amount: Decimal) -> BTreeMap<Date, Decimal> {
        let measured = self.measured(place, feature, used);
        let whole: Decimal = measured.values().copied().sum();
        if !whole.is_zero() {
            return measured.into_iter().map(|(day, value)| (day, amount * value / whole)).collect();
        }
        let count = used.clamp(1, WINDOW_DAYS);
        let day = |back: u32| daily::date(self.now - DAY * i32::try_from(back).unwrap_or(0));
        (0..count).map(|back| (day(back), amount / Decimal::from(count))).collect()
    }

    /// vCPUs of Fargate that AWS watched lately, on average.
    pub fn watched_by_aws(&self, place: &Place) -> Option<Decimal> {
        let days = self.metrics.get(&(place.clone(), "RuntimeMonitoringFargate".to_owned()))?;
        let last = daily::date(self.now.checked_sub(LATE).unwrap_or(self.now));
        let first = last.checked_sub(jiff::Span::new().days(RECENT)).ok()?;
        let recent: Vec<Decimal> = days.range(first..last).map(|(_, hours)| *hours).collect();
        let count = u32::try_from(recent.len()).ok().filter(|count| *count > 0)?;
        Some(recent.iter().copied().sum::<Decimal>() / Decimal::from(count * 24))
    }

    /// Places with metrics, for fleets nobody watched.
    pub fn measured_places(&self) -> Vec<Place> {
        self.metrics
            .keys()
            .filter(|(_, source)| source == "RuntimeMonitoringFargate")
            .map(|(place, _)| place.clone())
            .collect()
    }
}

fn is_chosen(view: &CostView, account: &str, region: &str) -> bool {
    let fits = |field: Field, value: &str| {
        view.filter.fields.get(&field).is_none_or(|selection| {
            let has = |list: &[String]| list.iter().any(|one| one == value);
            (selection.include.is_empty() || has(&selection.include)) && !has(&selection.exclude)
        })
    };
    fits(Field::Account, account) && fits(Field::Region, region)
}

fn is_chosen_region(view: &CostView, region: &str) -> bool {
    let selection = view.filter.fields.get(&Field::Region);
    selection.is_none_or(|selection| {
        let has = |list: &[String]| list.iter().any(|one| one == region);
        (selection.include.is_empty() || has(&selection.include)) && !has(&selection.exclude)
    })
}
