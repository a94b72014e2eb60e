//! Quotes of other products against the tiers of Runtime Monitoring.

use app::model::{Amount, Quote, QuotePer};
use rust_decimal::Decimal;

use super::prices::Price;

/// How large a fleet is, on average over a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fleet {
    pub vcpus: Decimal,
    pub tasks: Decimal,
}

impl Fleet {
    /// A fleet of the same tasks with another number of vCPUs.
    fn of_size(self, vcpus: Decimal) -> Self {
        let tasks = if self.vcpus.is_zero() { Decimal::ZERO } else { self.tasks * vcpus / self.vcpus };
        Self { vcpus, tasks }
    }
}

/// A person's amount as a number.
pub fn number(amount: &Amount) -> Decimal {
    // Amounts are digits with at most one point, checked when they were read.
    amount.as_str().parse().unwrap_or_default()
}

/// What a quote comes to; `None`: Fargate has none of its units.
pub fn monthly(quote: &Quote, fleet: Fleet) -> Option<Decimal> {
    let units = match quote.per {
        QuotePer::Vcpu => fleet.vcpus,
        QuotePer::Task => fleet.tasks,
        QuotePer::Month => Decimal::ONE,
        QuotePer::Host => return None,
    };
    Some((number(&quote.flat) + number(&quote.price) * units).max(number(&quote.minimum)))
}

/// Sizes at which a quote and Runtime Monitoring cost the same, smallest first. `fleet` says how many tasks a vCPU makes.
///
/// Both are straight between the ends of tiers and the minimum, so each stretch is solved exactly.
pub fn break_even(quote: &Quote, price: &Price, fleet: Fleet) -> Vec<Decimal> {
    let difference = |vcpus: Decimal| Some(price.cost(vcpus)? - monthly(quote, fleet.of_size(vcpus))?);
    let mut ends: Vec<Decimal> = price.tiers.iter().filter_map(|tier| tier.up_to).collect();
    ends.extend(end_of_minimum(quote, fleet));
    // Beyond the last end both are straight for ever: a far point tells the slope.
    let last = ends.iter().copied().max().unwrap_or(Decimal::ONE);
    ends.push(Decimal::ZERO);
    ends.push(last * Decimal::from(1000));
    ends.sort();
    ends.dedup();
    let mut found: Vec<Decimal> = Vec::new();
    for stretch in ends.windows(2) {
        let [from, to] = stretch else { continue };
        let (Some(before), Some(after)) = (difference(*from), difference(*to)) else { continue };
        if before.is_zero() && after.is_zero() {
            continue;
        }
        let crosses = before.is_sign_negative() != after.is_sign_negative() || after.is_zero();
        if crosses && before != after {
            let at = from + (to - from) * before / (before - after);
            if at > Decimal::ZERO && !found.contains(&at) {
                found.push(at);
            }
        }
    }
    found
}

/// The size from which a quote is more than its minimum.
fn end_of_minimum(quote: &Quote, fleet: Fleet) -> Option<Decimal> {
    let over = number(&quote.minimum) - number(&quote.flat);
    let per_vcpu = match quote.per {
        QuotePer::Vcpu => Decimal::ONE,
        QuotePer::Task if !fleet.vcpus.is_zero() => fleet.tasks / fleet.vcpus,
        QuotePer::Task | QuotePer::Host | QuotePer::Month => return None,
    };
    let slope = number(&quote.price) * per_vcpu;
    (over > Decimal::ZERO && slope > Decimal::ZERO).then(|| over / slope)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::super::prices::Prices;
    use super::*;

    fn quote(text: &str) -> Quote {
        text.parse().unwrap()
    }

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    const FLEET: Fleet =
        Fleet { vcpus: Decimal::from_parts(40, 0, 0, false, 0), tasks: Decimal::from_parts(80, 0, 0, false, 0) };

    fn price() -> Price {
        Prices::with(&[]).of("us-east-1", app::model::cost::FARGATE).unwrap().clone()
    }

    #[test]
    fn a_quote_counts_what_it_says() {
        for (text, usd) in [
            ("a:vcpu:3.5:0:0", Some("140")),
            ("a:vcpu:3.5:10:0", Some("150")),
            ("a:vcpu:3.5:10:500", Some("500")),
            ("a:task:2:0:0", Some("160")),
            ("a:month:99:0:0", Some("99")),
            ("a:host:20:0:0", None),
        ] {
            assert_eq!(monthly(&quote(text), FLEET), usd.map(dec), "{text}");
        }
    }

    #[test]
    fn break_even_by_hand() {
        // Flat 1,125: 500 × 1.50 = 750, and 375 more at 0.75 are 500: at 1,000 vCPUs.
        assert_eq!(break_even(&quote("a:month:1125:0:0"), &price(), FLEET), [dec("1000")]);
        // 1.00 per vCPU: dearer tiers first, 750 + 0.75 (v − 500) = v at v = 1,500.
        assert_eq!(break_even(&quote("a:vcpu:1:0:0"), &price(), FLEET), [dec("1500")]);
        // Two tasks to a vCPU at 0.50 are the same.
        assert_eq!(break_even(&quote("a:task:0.5:0:0"), &price(), FLEET), [dec("1500")]);
        // 2.00 per vCPU is dearer at every size.
        assert!(break_even(&quote("a:vcpu:2:0:0"), &price(), FLEET).is_empty());
        // At least 300, then 1.25 per vCPU: 1.50 v = 300 at 200, where the minimum still holds (it ends at 240);
        // then 750 + 0.75 (v − 500) = 1.25 v at 750.
        assert_eq!(break_even(&quote("a:vcpu:1.25:0:300"), &price(), FLEET), [dec("200"), dec("750")]);
        assert!(break_even(&quote("a:host:1:0:0"), &price(), FLEET).is_empty());
    }

    proptest! {
        #[test]
        fn where_they_break_even_both_cost_the_same(cents in 1_u32..400, flat in 0_u32..5_000, least in 0_u32..5_000) {
            let quote = quote(&format!("q:vcpu:{}:{flat}:{least}", Decimal::new(cents.into(), 2)));
            for at in break_even(&quote, &price(), FLEET) {
                let both = (price().cost(at).unwrap(), monthly(&quote, FLEET.of_size(at)).unwrap());
                prop_assert_eq!(both.0.round_dp(6), both.1.round_dp(6));
            }
        }
    }
}
