//! What it costs and what it would cost: rows, sums, parts, workloads, quotes, all from one snapshot.

mod alternatives;
mod facts;
mod what_if;

use std::collections::BTreeMap;

use app::model::cost::FARGATE;
use app::model::coverage::Verdict;
use app::model::terms::NONE_KEY;
use app::model::{
    CostDay, CostDisplay, CostGapReason, CostPart, CostProjection, CostReading, CostReadingOf, CostReport, CostRow,
    CostSplit, CostTotal, CostView, CostWorkload, Named, Quote,
};
use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};
use rust_decimal::Decimal;

use crate::cost::allocate::allocate;
use crate::cost::daily;
use crate::cost::estimate::{Estimate, Trial, Usage, estimate};
use crate::cost::prices::{Price, Prices};
use crate::cost::products::products;
use crate::cost::total;
use crate::cost::{DAYS_A_MONTH, WINDOW_DAYS, cents, fine};
use crate::query::QueryError;
use crate::store::{Snapshot, read_optional_time};
use facts::{Facts, Place, Workload};

/// Days before the end of a trial in which people are warned.
const WARNING: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the settings say about costs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CostSettings {
    pub prices: Prices,
    pub quotes: Vec<Quote>,
    /// Currency, and how many of it a USD is.
    pub display: Option<(String, Decimal)>,
}

/// A row with its numbers.
struct Line {
    place: Place,
    feature: String,
    estimate: Estimate,
    amount: Option<Decimal>,
    days_left: Option<u32>,
    ends: Option<Timestamp>,
    observed_at: Option<Timestamp>,
}

/// Everything about costs.
pub fn cost(
    snapshot: &Snapshot<'_>,
    view: &CostView,
    settings: &CostSettings,
    now: Timestamp,
) -> Result<CostReport, QueryError> {
    let facts = Facts::read(snapshot, view, now)?;
    let data_version = snapshot.data_version();
    let lines = lines(&facts, &view.features);
    let total = total_of(&lines);
    let (workloads, not_attributed) = workloads(&facts, &lines, &settings.prices);
    let display = settings.display.as_ref().map(|(currency, rate)| CostDisplay {
        currency: currency.clone(),
        rate: rate.normalize().to_string(),
        monthly: sum(lines.iter().map(|line| line.estimate.monthly)).map(|usd| cents(usd * rate)),
    });
    let quotes: Vec<Quote> = settings.quotes.iter().chain(&view.quotes).cloned().collect();
    let what_if = view.asks_what_if().then(|| what_if::what_if(&facts, &lines, view, &settings.prices));
    let projection = CostProjection {
        readings: readings(&lines, &settings.prices),
        rows: rows(&lines),
        total,
        as_of: now,
        data_version,
    };
    Ok(CostReport {
        parts: parts(&lines, &workloads, not_attributed),
        days: days(&facts, &lines),
        alternatives: alternatives::alternatives(&facts, view, &quotes, &settings.prices, data_version),
        what_if,
        observed_hours: facts.observed_hours,
        not_attributed_usd: not_attributed.map(cents),
        workloads,
        asked: facts.asked,
        prices: settings.prices.listed(),
        products: products().to_vec(),
        display,
        projection,
        as_of: now,
        data_version,
    })
}

/// When the first of the trials that are running ends; `None`: none is known to run.
pub fn trial_end(snapshot: &Snapshot<'_>) -> Result<Option<Timestamp>, QueryError> {
    snapshot.row(include_str!("../sql/cost_trial_end.sql"), [], |row| Ok(read_optional_time(row, 0)?))
}

/// Whether a trial that ends then ends within a week.
pub fn ends_soon(end: Timestamp, now: Timestamp) -> bool {
    now.checked_add(WARNING).is_ok_and(|until| end <= until)
}

/// The known ones together; `None`: none is known.
fn sum(amounts: impl IntoIterator<Item = Option<Decimal>>) -> Option<Decimal> {
    amounts.into_iter().flatten().reduce(|a, b| a + b)
}

/// The dearest first, unknown ones last.
fn lines(facts: &Facts, features: &[String]) -> Vec<Line> {
    let mut lines: Vec<Line> = facts
        .rows(features)
        .into_iter()
        .map(|(place, feature)| {
            let told = facts.amount(&place, &feature);
            let observed_at = told.map(|(at, _)| at);
            let (trial, _) = facts.trial(&place, &feature, observed_at.unwrap_or(facts.now));
            let (trial_now, ends) = facts.trial(&place, &feature, facts.now);
            let used = trial.used_days();
            let amount = told.map(|(_, amount)| amount);
            let days = facts.days(&place, &feature, used);
            let estimate = estimate(&Usage { amount, trial, days });
            let days_left = match trial_now {
                Trial::Left(days) => Some(days),
                Trial::None | Trial::Unknown => None,
            };
            Line { place, feature, estimate, amount, days_left, ends, observed_at }
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.estimate.monthly));
    lines
}

impl Line {
    fn in_trial(&self) -> bool {
        self.days_left.is_some_and(|days| days > 0)
    }
}

fn rows(lines: &[Line]) -> Vec<CostRow> {
    let row = |line: &Line| {
        let Line { place, feature, estimate, amount, days_left, ends, observed_at } = line;
        CostRow {
            account: place.0.clone(),
            region: place.1.clone(),
            feature: feature.clone(),
            days_left: *days_left,
            days_used: estimate.used_days,
            ends_on: ends.map(daily::date),
            usage_usd: amount.map(cents),
            daily_usd: estimate.daily.map(fine),
            monthly_usd: estimate.monthly.map(cents),
            low_usd: estimate.low.map(cents),
            high_usd: estimate.high.map(cents),
            console_usd: estimate.console_like.map(cents),
            basis: estimate.basis,
            assumptions: estimate.assumptions.clone(),
            observed_at: *observed_at,
        }
    };
    lines.iter().map(row).collect()
}

fn total_of(lines: &[Line]) -> CostTotal {
    let month = |in_trial: bool| {
        let of = lines.iter().filter(move |line| line.in_trial() == in_trial);
        sum(of.map(|line| line.estimate.monthly))
    };
    let all = total::total(lines.iter().map(|line| &line.estimate));
    let zero = all.monthly.map(|_| Decimal::ZERO);
    CostTotal {
        usage_usd: sum(lines.iter().map(|line| line.amount)).map(cents),
        monthly_usd: all.monthly.map(cents),
        low_usd: all.low.map(cents),
        high_usd: all.high.map(cents),
        unranged_rows: all.unranged,
        billed_usd: month(false).or(zero).map(cents),
        trial_usd: month(true).or(zero).map(cents),
        unknown_rows: all.unknown,
    }
}

/// The same month as others read it.
fn readings(lines: &[Line], prices: &Prices) -> Vec<CostReading> {
    let monthly = || lines.iter().map(|line| line.estimate.monthly);
    CostReadingOf::ALL
        .iter()
        .map(|&of| {
            let usd = match of {
                CostReadingOf::Api => sum(lines.iter().map(|line| line.amount)),
                CostReadingOf::Console => sum(lines.iter().map(|line| line.estimate.console_like)),
                CostReadingOf::Yagura => sum(monthly()),
                CostReadingOf::OrganizationTiers => organization(lines, prices),
            };
            CostReading { of, usd: usd.map(cents) }
        })
        .collect()
}

/// Runtime Monitoring of all accounts of a Region together, through the tiers once; everything else as estimated.
/// `None` where no price is known that could make a difference.
fn organization(lines: &[Line], prices: &Prices) -> Option<Decimal> {
    let mut units: BTreeMap<(&str, &str), Decimal> = BTreeMap::new();
    let mut rest = Decimal::ZERO;
    for line in lines {
        let Some(monthly) = line.estimate.monthly else { continue };
        let (region, feature) = (line.place.1.as_str(), line.feature.as_str());
        let runtime = prices.of(region, feature).filter(|price| price.unit == "vcpu-month");
        match runtime.and_then(|price| price.units(monthly)) {
            Some(vcpus) => *units.entry((region, feature)).or_default() += vcpus,
            None => rest += monthly,
        }
    }
    let through_tiers = units.iter().map(|((region, feature), vcpus)| prices.of(region, feature)?.cost(*vcpus));
    let through_tiers: Option<Vec<Decimal>> = through_tiers.collect();
    through_tiers.filter(|all| !all.is_empty()).map(|all| all.into_iter().sum::<Decimal>() + rest)
}

/// Workloads with their part, the dearest first, and what belongs to none.
fn workloads(facts: &Facts, lines: &[Line], prices: &Prices) -> (Vec<CostWorkload>, Option<Decimal>) {
    let mut found = Vec::new();
    let mut rest: Option<Decimal> = None;
    let mut unknown = false;
    let mut places: Vec<&Place> = facts.workloads.iter().map(|workload| &workload.place).collect();
    places.extend(lines.iter().filter(|line| line.feature == FARGATE).map(|line| &line.place));
    places.sort();
    places.dedup();
    for place in places {
        let here: Vec<_> = facts.workloads.iter().filter(|workload| workload.place == *place).collect();
        let price = prices.of(&place.1, FARGATE);
        let line = lines.iter().find(|line| line.place == *place && line.feature == FARGATE);
        let monthly = line.and_then(|line| line.estimate.monthly);
        let seen: Vec<Decimal> = here.iter().map(|workload| workload.watched).collect();
        let billed = facts.watched_by_aws(place).or_else(|| price?.units(monthly?));
        let allocation = monthly.map(|monthly| allocate(monthly, billed, &seen));
        if let Some(allocation) = &allocation {
            match allocation.not_attributed {
                Some(amount) => rest = Some(rest.unwrap_or_default() + amount),
                None => unknown = true,
            }
        }
        let all: Decimal = billed.unwrap_or_else(|| seen.iter().copied().sum());
        for (index, workload) in here.iter().enumerate() {
            let (gap, gap_reason) = gap(workload, price, all);
            found.push((
                allocation.as_ref().map(|allocation| allocation.parts[index]),
                CostWorkload {
                    key: workload.key(),
                    family: workload.family.clone(),
                    account: place.0.clone(),
                    region: place.1.clone(),
                    cluster: workload.cluster.clone(),
                    cluster_name: Named::from_key(&workload.cluster).label,
                    watched_vcpus: format!("{:.2}", workload.watched),
                    unwatched_vcpus: format!("{:.2}", workload.unwatched),
                    tasks: format!("{:.1}", workload.tasks),
                    monthly_usd: allocation.as_ref().map(|allocation| cents(allocation.parts[index])),
                    gap_usd: gap.map(cents),
                    gap_reason,
                },
            ));
        }
    }
    found.sort_by_key(|(monthly, _)| std::cmp::Reverse(*monthly));
    (found.into_iter().map(|(_, workload)| workload).collect(), rest.filter(|_| !unknown))
}

/// What watching the rest of a workload adds where so many vCPUs are watched already, or why nobody can say.
fn gap(workload: &Workload, price: Option<&Price>, watched: Decimal) -> (Option<Decimal>, Option<CostGapReason>) {
    let added = || {
        let price = price?;
        Some(price.cost(watched + workload.unwatched)? - price.cost(watched)?)
    };
    if workload.unwatched.is_zero() {
        return (Some(Decimal::ZERO), None);
    }
    match workload.verdict {
        // Before anything else: no price makes an agent run there.
        Some(Verdict::Unsupported) => (None, Some(CostGapReason::Unsupported)),
        Some(Verdict::Unknown) => (None, Some(CostGapReason::CoverageUnknown)),
        _ => added().map_or((None, Some(CostGapReason::NoPrice)), |usd| (Some(usd), None)),
    }
}

/// The month by each of its splits.
fn parts(lines: &[Line], workloads: &[CostWorkload], not_attributed: Option<Decimal>) -> Vec<CostPart> {
    let mut parts = Vec::new();
    let mut of_lines = |by: CostSplit, key: fn(&Line) -> String| {
        let mut sums: BTreeMap<String, Option<Decimal>> = BTreeMap::new();
        for line in lines {
            let entry = sums.entry(key(line)).or_default();
            *entry = sum([*entry, line.estimate.monthly]);
        }
        parts.extend(sorted(sums.into_iter().map(|(key, usd)| (key.clone(), key, usd)).collect(), by));
    };
    of_lines(CostSplit::Feature, |line| line.feature.clone());
    of_lines(CostSplit::Account, |line| line.place.0.clone());
    of_lines(CostSplit::Region, |line| line.place.1.clone());
    for by in [CostSplit::Cluster, CostSplit::Family] {
        let mut sums: BTreeMap<(String, String), Option<Decimal>> = BTreeMap::new();
        for workload in workloads {
            let key = match by {
                CostSplit::Cluster => (workload.cluster.clone(), workload.cluster_name.clone()),
                _ => (workload.key.clone(), workload.family.clone()),
            };
            let entry = sums.entry(key).or_default();
            *entry = sum([*entry, workload.monthly_usd.as_ref().and_then(|usd| usd.parse().ok())]);
        }
        let mut of = sorted(sums.into_iter().map(|((key, label), usd)| (key, label, usd)).collect(), by);
        if let Some(rest) = not_attributed.filter(|rest| !rest.is_zero()) {
            let (key, label) = (NONE_KEY.to_owned(), NONE_KEY.to_owned());
            of.push(CostPart { by, key, label, monthly_usd: Some(cents(rest)) });
        }
        parts.extend(of);
    }
    parts
}

fn sorted(mut sums: Vec<(String, String, Option<Decimal>)>, by: CostSplit) -> Vec<CostPart> {
    sums.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    sums.into_iter().map(|(key, label, usd)| CostPart { by, key, label, monthly_usd: usd.map(cents) }).collect()
}

/// Usage so far by day, and thirty days ahead.
fn days(facts: &Facts, lines: &[Line]) -> Vec<CostDay> {
    let mut by_day: BTreeMap<Date, Decimal> = BTreeMap::new();
    for line in lines {
        // An amount of nobody knows how many days has no place among them.
        let Some((amount, _)) = line.amount.zip(line.estimate.monthly) else { continue };
        let used = line.estimate.used_days;
        for (day, usd) in facts.spread(&line.place, &line.feature, used, amount) {
            *by_day.entry(day).or_default() += usd;
        }
    }
    if by_day.is_empty() {
        return Vec::new();
    }
    let mut reached = Decimal::ZERO;
    let mut days: Vec<CostDay> = by_day
        .into_iter()
        .map(|(day, usd)| {
            reached += usd;
            CostDay { day, usd: cents(reached), low_usd: None, high_usd: None, ahead: false }
        })
        .collect();
    let all = total::total(lines.iter().map(|line| &line.estimate));
    let middle = all.monthly.unwrap_or_default() / DAYS_A_MONTH;
    let [low, high] = [all.low, all.high].map(|end| end.map(|month| month / DAYS_A_MONTH));
    let today = daily::date(facts.now);
    for ahead in 1..=WINDOW_DAYS {
        let Ok(day) = today.checked_add(Span::new().days(i64::from(ahead))) else { break };
        let at = |daily: Decimal| cents(reached + daily * Decimal::from(ahead));
        days.push(CostDay { day, usd: at(middle), low_usd: low.map(at), high_usd: high.map(at), ahead: true });
    }
    days
}
