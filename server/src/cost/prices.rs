//! Prices with their tiers: data in `seed-data/prices.toml`, replaced by those of `cost.prices`.
//!
//! A price that is not there is unknown, and so is everything that would need it. Tiers may be known in part: beyond the
//! last one that is known, nothing has a price.

use app::model::CostPrice;
use rust_decimal::Decimal;
use serde::Deserialize;

/// Prices of a feature in a Region.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    pub region: String,
    /// As `GetUsageStatistics` names it.
    pub feature: String,
    /// `vcpu-month`, `gb`, `million-events`.
    pub unit: String,
    /// The cheapest of them comes last.
    pub tiers: Vec<Tier>,
    /// Where it was read.
    pub source: String,
    /// When, such as `2026-10`.
    pub read: String,
}

/// Units of a month at one price.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Up to this many units of the month, those of the tiers before included; missing: all others.
    #[serde(default)]
    pub up_to: Option<Decimal>,
    pub price: Decimal,
}

/// Every price that is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices(Vec<Price>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    price: Vec<Price>,
}

const SEED: &str = include_str!("../../../seed-data/prices.toml");

impl Prices {
    /// Those of the seed data, replaced by `own` where both name the same Region and feature.
    pub fn with(own: &[Price]) -> Self {
        let seed: Seed = toml::from_str(SEED).unwrap_or_else(|error| {
            // A test reads it; what is embedded cannot change afterwards.
            tracing::error!(%error, "seed-data/prices.toml is unreadable: no price is known");
            Seed { price: Vec::new() }
        });
        let replaced = |price: &Price| own.iter().any(|own| own.region == price.region && own.feature == price.feature);
        let kept = seed.price.into_iter().filter(|price| !replaced(price));
        Self(kept.chain(own.iter().cloned()).collect())
    }

    /// The price of a feature in a Region; `None`: unknown.
    pub fn of(&self, region: &str, feature: &str) -> Option<&Price> {
        self.0.iter().find(|price| price.region == region && price.feature == feature)
    }

    /// Prices as people see them.
    pub fn listed(&self) -> Vec<CostPrice> {
        let tiers = |price: &Price| {
            price.tiers.iter().map(|tier| (tier.up_to.map(|up_to| up_to.to_string()), tier.price.to_string())).collect()
        };
        let listed = |price: &Price| CostPrice {
            region: price.region.clone(),
            feature: price.feature.clone(),
            unit: price.unit.clone(),
            tiers: tiers(price),
            source: price.source.clone(),
            read: price.read.clone(),
        };
        self.0.iter().map(listed).collect()
    }
}

impl Price {
    /// What is wrong with it.
    pub fn problem(&self) -> Option<String> {
        let Some((first, rest)) = self.tiers.split_first() else { return Some("it has no tier".to_owned()) };
        let mut before = *first;
        if self.tiers.iter().any(|tier| tier.price < Decimal::ZERO) {
            return Some("a price is negative".to_owned());
        }
        for tier in rest {
            match (before.up_to, tier.up_to) {
                (None, _) => return Some("only the last tier has no up_to".to_owned()),
                (Some(low), Some(high)) if high <= low => return Some("tiers do not grow".to_owned()),
                _ => before = *tier,
            }
        }
        None
    }

    /// What so many units of a month cost; `None`: they reach beyond the tiers that are known.
    pub fn cost(&self, units: Decimal) -> Option<Decimal> {
        let mut cost = Decimal::ZERO;
        let mut from = Decimal::ZERO;
        for tier in &self.tiers {
            let to = tier.up_to.map_or(units, |up_to| up_to.min(units));
            cost += (to - from).max(Decimal::ZERO) * tier.price;
            from = tier.up_to.unwrap_or(units);
            if units <= from {
                return Some(cost);
            }
        }
        None
    }

    /// How many units of a month cost so much: [`Price::cost`] turned round. `None`: unknown, or everything is free.
    pub fn units(&self, cost: Decimal) -> Option<Decimal> {
        let mut left = cost;
        let mut from = Decimal::ZERO;
        for tier in &self.tiers {
            if tier.price.is_zero() {
                return None;
            }
            let wanted = left / tier.price;
            match tier.up_to {
                Some(up_to) if wanted > up_to - from => {
                    left -= (up_to - from) * tier.price;
                    from = up_to;
                }
                _ => return Some(from + wanted),
            }
        }
        None
    }

    /// The price of one unit more.
    pub fn next_unit(&self, units: Decimal) -> Option<Decimal> {
        self.tiers.iter().find(|tier| tier.up_to.is_none_or(|up_to| units < up_to)).map(|tier| tier.price)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn runtime() -> Price {
        Prices::with(&[]).of("us-east-1", "FARGATE_RUNTIME_MONITORING").unwrap().clone()
    }

    #[test]
    fn the_seed_is_read_and_every_row_is_sound() {
        let prices = Prices::with(&[]);
        assert!(prices.0.len() > 5);
        for price in &prices.0 {
            assert!(!price.tiers.is_empty() && price.problem().is_none(), "{price:?}");
            assert!(!price.source.is_empty() && !price.read.is_empty(), "{price:?}");
        }
    }

    #[test]
    fn tiers_are_priced_one_after_the_other() {
        // 500 × 1.50 = 750; the next 4,500 × 0.75 = 3,375; 1,000 above × 0.25 = 250. Together 4,375.
        let price = runtime();
        for (units, cost) in [("0", "0"), ("100", "150"), ("500", "750"), ("501", "750.75"), ("6000", "4375")] {
            let (units, cost): (Decimal, Decimal) = (units.parse().unwrap(), cost.parse().unwrap());
            assert_eq!(price.cost(units), Some(cost), "{units}");
            assert_eq!(price.units(cost), Some(units), "{cost}");
        }
        assert_eq!(price.next_unit(Decimal::from(500)), Some("0.75".parse().unwrap()));
    }

    #[test]
    fn what_is_not_known_has_no_price() {
        let prices = Prices::with(&[]);
        assert_eq!(prices.of("ap-northeast-1", "FARGATE_RUNTIME_MONITORING"), None);
        let first = prices.of("eu-central-1", "FARGATE_RUNTIME_MONITORING").unwrap();
        assert_eq!(first.cost(Decimal::from(500)), Some(Decimal::from(960)));
        assert_eq!(first.cost(Decimal::from(501)), None);
        assert_eq!(first.next_unit(Decimal::from(500)), None);
    }

    #[test]
    fn own_prices_replace_those_of_the_seed() {
        let own = Price { tiers: vec![Tier { up_to: None, price: Decimal::ONE }], ..runtime() };
        let prices = Prices::with(&[own]);
        assert_eq!(
            prices.of("us-east-1", "FARGATE_RUNTIME_MONITORING").unwrap().cost(Decimal::TEN),
            Some(Decimal::TEN)
        );
        let tiers = vec![
            Tier { up_to: Some(Decimal::TWO), price: Decimal::ONE },
            Tier { up_to: Some(Decimal::ONE), price: Decimal::ONE },
        ];
        assert!(Price { tiers, ..runtime() }.problem().is_some());
    }

    proptest! {
        #[test]
        fn more_never_costs_less_and_the_way_back_is_the_same(units in 0_u32..20_000_000, more in 0_u32..1_000_000) {
            let price = runtime();
            let units = Decimal::new(units.into(), 3);
            let cost = price.cost(units).unwrap();
            prop_assert!(price.cost(units + Decimal::new(more.into(), 3)).unwrap() >= cost);
            prop_assert_eq!(price.units(cost).unwrap().round_dp(6), units);
        }
    }
}
