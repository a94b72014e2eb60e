//! Who causes the cost of Runtime Monitoring: by vCPUs that were seen watched.
//!
//! AWS bills vCPU-hours and names no workload. We see what runs, hour by hour, so a workload's part is its share of the
//! vCPUs AWS watched. What AWS watched and we did not see is not attributed to anybody. Where nobody knows how much AWS
//! watched, what was seen stands for all of it, and what is not attributed is unknown.

use rust_decimal::Decimal;

/// Parts of a cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Allocation {
    /// In the order of what was seen.
    pub parts: Vec<Decimal>,
    /// `None`: unknown.
    pub not_attributed: Option<Decimal>,
}

/// Splits `monthly` over the average vCPUs `seen` of each workload. `billed` is what AWS watched on average.
pub fn allocate(monthly: Decimal, billed: Option<Decimal>, seen: &[Decimal]) -> Allocation {
    let all: Decimal = seen.iter().copied().sum();
    // More seen than billed: short observation, or one ahead of AWS's metrics. It cannot be more than everything.
    let whole = billed.map_or(all, |billed| billed.max(all));
    if whole.is_zero() {
        return Allocation { parts: vec![Decimal::ZERO; seen.len()], not_attributed: Some(monthly) };
    }
    let parts: Vec<Decimal> = seen.iter().map(|vcpus| monthly * vcpus / whole).collect();
    let not_attributed = billed.map(|_| monthly * (whole - all) / whole);
    Allocation { parts, not_attributed }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn all(values: &[i64]) -> Vec<Decimal> {
        values.iter().map(|value| Decimal::from(*value)).collect()
    }

    #[test]
    fn what_was_not_seen_is_nobodys() {
        // 60 USD for 20 vCPUs; 8 and 4 were seen: 24 and 12; 8 vCPUs, 24 USD, are not attributed.
        let allocation = allocate(Decimal::from(60), Some(Decimal::from(20)), &all(&[8, 4]));
        assert_eq!(allocation, Allocation { parts: all(&[24, 12]), not_attributed: Some(Decimal::from(24)) });
    }

    #[test]
    fn without_a_measure_what_was_seen_is_all_and_the_rest_unknown() {
        let allocation = allocate(Decimal::from(60), None, &all(&[8, 4]));
        assert_eq!(allocation, Allocation { parts: all(&[40, 20]), not_attributed: None });
    }

    #[test]
    fn nothing_seen_attributes_nothing() {
        let allocation = allocate(Decimal::from(60), None, &[]);
        assert_eq!(allocation, Allocation { parts: Vec::new(), not_attributed: Some(Decimal::from(60)) });
    }

    proptest! {
        #[test]
        fn parts_and_rest_are_the_whole(
            monthly in 0_u32..10_000_000,
            billed in 0_u32..100_000,
            seen in prop::collection::vec(0_u32..10_000, 0..30),
        ) {
            let seen: Vec<Decimal> = seen.into_iter().map(|vcpus| Decimal::new(vcpus.into(), 2)).collect();
            let monthly = Decimal::new(monthly.into(), 2);
            let allocation = allocate(monthly, Some(Decimal::new(billed.into(), 2)), &seen);
            let rest = allocation.not_attributed.unwrap();
            prop_assert!(rest >= Decimal::ZERO && allocation.parts.iter().all(|part| *part >= Decimal::ZERO));
            let sum = allocation.parts.iter().copied().sum::<Decimal>() + rest;
            prop_assert_eq!(sum.round_dp(10), monthly);
        }
    }
}
