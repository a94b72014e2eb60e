//! Runtime Monitoring beside quotes.

use app::model::cost::FARGATE;
use app::model::{CostAlternative, CostAlternatives, CostPoint, CostView, Field, Quote};
use rust_decimal::Decimal;

use super::facts::Facts;
use crate::cost::cents;
use crate::cost::prices::Prices;
use crate::cost::quotes::{Fleet, break_even, monthly};

/// Points of the picture.
const POINTS: u32 = 24;
/// The smallest fleet of the picture, in vCPUs.
const SMALLEST: u32 = 100;
/// Where both cost the same is shown up to this many times the fleet.
const FARTHEST: u32 = 20;

/// Compares all that runs, in one Region's prices.
pub fn alternatives(
    facts: &Facts,
    view: &CostView,
    quotes: &[Quote],
    prices: &Prices,
    data_version: u64,
) -> CostAlternatives {
    let region = region(facts, view, prices);
    let price = prices.of(&region, FARGATE);
    let fleet = fleet(facts);
    let size = Fleet {
        vcpus: fleet.map(|(vcpus, _)| vcpus).unwrap_or_default(),
        tasks: fleet.and_then(|(_, tasks)| tasks).unwrap_or_default(),
    };
    let is_told = |quote: &Quote| match quote.per {
        app::model::QuotePer::Vcpu => fleet.is_some(),
        app::model::QuotePer::Task => fleet.is_some_and(|(_, tasks)| tasks.is_some()),
        app::model::QuotePer::Host | app::model::QuotePer::Month => true,
    };
    let ends = |quote: &Quote| price.map(|price| break_even(quote, price, size)).unwrap_or_default();
    let row = |quote: &Quote| CostAlternative {
        monthly_usd: if is_told(quote) { monthly(quote, size).map(cents) } else { None },
        break_even_vcpus: ends(quote).into_iter().map(|vcpus| format!("{vcpus:.0}")).collect(),
        quote: quote.clone(),
    };
    let most = (size.vcpus * Decimal::TWO).max(Decimal::from(SMALLEST));
    let farthest = (size.vcpus * Decimal::from(FARTHEST)).max(Decimal::from(SMALLEST));
    let shown = quotes.iter().flat_map(&ends).filter(|end| *end <= farthest).max();
    let most = shown.map_or(most, |end| most.max(end * Decimal::new(12, 1))).ceil();
    let mut sizes: Vec<Decimal> =
        (0..=POINTS).map(|point| most * Decimal::from(point) / Decimal::from(POINTS)).collect();
    sizes.extend(price.iter().flat_map(|price| &price.tiers).filter_map(|tier| tier.up_to).filter(|end| *end < most));
    sizes.sort();
    sizes.dedup();
    let tasks_of = |vcpus: Decimal| if size.vcpus.is_zero() { Decimal::ZERO } else { size.tasks * vcpus / size.vcpus };
    let point = |vcpus: &Decimal| CostPoint {
        vcpus: format!("{vcpus:.2}"),
        guardduty_usd: price.and_then(|price| price.cost(*vcpus)).map(cents),
        quotes_usd: quotes
            .iter()
            .map(|quote| {
                monthly(quote, Fleet { vcpus: *vcpus, tasks: tasks_of(*vcpus) }).filter(|_| is_told(quote)).map(cents)
            })
            .collect(),
    };
    CostAlternatives {
        curve: sizes.iter().map(point).collect(),
        region,
        vcpus: fleet.map(|(vcpus, _)| format!("{vcpus:.2}")),
        tasks: fleet.and_then(|(_, tasks)| tasks).map(|tasks| format!("{tasks:.1}")),
        guardduty_usd: price.zip(fleet).and_then(|(price, (vcpus, _))| price.cost(vcpus)).map(cents),
        priced_to_vcpus: match price {
            Some(price) => price.tiers.last().and_then(|tier| tier.up_to).map(|end| end.to_string()),
            None => Some("0".to_owned()),
        },
        rows: quotes.iter().map(row).collect(),
        as_of: facts.now,
        data_version,
    }
}

/// vCPUs and tasks that run; where nobody watched, the vCPUs AWS did, and no tasks.
fn fleet(facts: &Facts) -> Option<(Decimal, Option<Decimal>)> {
    if !facts.workloads.is_empty() {
        let vcpus = facts.workloads.iter().map(|workload| workload.watched + workload.unwatched).sum();
        return Some((vcpus, Some(facts.workloads.iter().map(|workload| workload.tasks).sum())));
    }
    let vcpus = facts.measured_places().iter().filter_map(|place| facts.watched_by_aws(place)).reduce(|a, b| a + b)?;
    Some((vcpus, None))
}

/// The Region that was asked for, else the one with a price where most runs.
fn region(facts: &Facts, view: &CostView, prices: &Prices) -> String {
    let wanted = view.filter.fields.get(&Field::Region).and_then(|selection| selection.include.first());
    if let Some(wanted) = wanted {
        return wanted.clone();
    }
    let mut sizes: std::collections::BTreeMap<String, Decimal> = std::collections::BTreeMap::new();
    for workload in &facts.workloads {
        *sizes.entry(workload.place.1.clone()).or_default() += workload.watched + workload.unwatched;
    }
    for place in facts.measured_places() {
        *sizes.entry(place.1.clone()).or_default() += facts.watched_by_aws(&place).unwrap_or_default();
    }
    let candidates = sizes.into_iter().filter(|(region, _)| prices.of(region, FARGATE).is_some());
    candidates.max_by_key(|(_, size)| *size).map_or_else(|| "us-east-1".to_owned(), |(region, _)| region)
}
