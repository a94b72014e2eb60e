//! Estimates together.
//!
//! The ends of a sum are the sums of the ends. An estimate without a range of its own stands in both of them with its
//! middle, because nobody knows better: the range is then as wide as this *at least*, and how many estimates make it too
//! narrow is part of the answer. Where nothing bounds one of them from above, nothing bounds the sum.

use rust_decimal::Decimal;

use super::estimate::Estimate;

/// A month of several estimates, in USD.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Total {
    /// `None`: of none of them is anything known.
    pub monthly: Option<Decimal>,
    pub low: Option<Decimal>,
    /// `None` beside a lower end: unbounded.
    pub high: Option<Decimal>,
    /// Estimates without a range.
    pub unranged: usize,
    /// Estimates without a figure, which the sum does not hold.
    pub unknown: usize,
}

/// Adds estimates up.
pub fn total<'a>(estimates: impl IntoIterator<Item = &'a Estimate>) -> Total {
    let mut total = Total::default();
    let (mut middle, mut low, mut high) = (Decimal::ZERO, Decimal::ZERO, Some(Decimal::ZERO));
    let (mut known, mut ranged) = (0_usize, 0_usize);
    for estimate in estimates {
        let Some(monthly) = estimate.monthly else {
            total.unknown += 1;
            continue;
        };
        known += 1;
        middle += monthly;
        let end = match (estimate.low, estimate.high) {
            (None, None) => Some(monthly),
            (_, end) => {
                ranged += 1;
                end
            }
        };
        low += estimate.low.unwrap_or(monthly);
        high = high.zip(end).map(|(high, end)| high + end);
    }
    total.unranged = known - ranged;
    total.monthly = (known > 0).then_some(middle);
    total.low = (ranged > 0).then_some(low);
    total.high = high.filter(|_| ranged > 0);
    total
}

#[cfg(test)]
mod tests {
    use app::model::CostBasis;
    use proptest::prelude::{Strategy, prop, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn estimate(monthly: Option<i64>, low: Option<i64>, high: Option<i64>) -> Estimate {
        Estimate {
            used_days: 30,
            daily: None,
            console_like: None,
            monthly: monthly.map(Decimal::from),
            low: low.map(Decimal::from),
            high: high.map(Decimal::from),
            basis: CostBasis::PlainAverage,
            assumptions: Vec::new(),
        }
    }

    fn ends(total: &Total) -> [Option<Decimal>; 3] {
        [total.monthly, total.low, total.high]
    }

    #[test]
    fn what_has_no_range_stands_with_its_middle_and_is_counted() {
        // 10 (8 to 13), 5 without a range, one without a figure: 15, from 8 + 5 to 13 + 5.
        let all = [estimate(Some(10), Some(8), Some(13)), estimate(Some(5), None, None), estimate(None, None, None)];
        let total = total(&all);
        assert_eq!(ends(&total), [15, 13, 18].map(|usd| Some(Decimal::from(usd))));
        assert_eq!((total.unranged, total.unknown), (1, 1));
    }

    #[test]
    fn nothing_bounds_a_sum_of_which_a_part_is_unbounded() {
        let total = total(&[estimate(Some(10), Some(8), Some(13)), estimate(Some(5), Some(4), None)]);
        assert_eq!(ends(&total), [Some(Decimal::from(15)), Some(Decimal::from(12)), None]);
        assert_eq!(total.unranged, 0);
    }

    #[test]
    fn without_any_range_there_is_none() {
        let sum = total(&[estimate(Some(10), None, None), estimate(Some(5), None, None)]);
        assert_eq!((ends(&sum), sum.unranged), ([Some(Decimal::from(15)), None, None], 2));
        assert_eq!(ends(&total(&[estimate(None, None, None)])), [None; 3]);
    }

    fn any_estimate() -> impl Strategy<Value = Estimate> {
        let end = || prop::option::of(0_i64..1000);
        (prop::option::of(0_i64..100_000), end(), end()).prop_map(|(monthly, below, above)| match monthly {
            Some(middle) => estimate(
                Some(middle),
                below.map(|below| (middle - below).max(0)),
                below.and(above).map(|above| middle + above),
            ),
            None => estimate(None, None, None),
        })
    }

    proptest! {
        #[test]
        fn the_middle_lies_in_the_range_and_no_part_is_wider(all in prop::collection::vec(any_estimate(), 0..20)) {
            let sum = total(&all);
            prop_assert!(sum.low.is_none_or(|low| Some(low) <= sum.monthly));
            prop_assert!(sum.high.is_none_or(|high| Some(high) >= sum.monthly));
            if let Some((low, high)) = sum.low.zip(sum.high) {
                for part in all.iter().filter_map(|one| one.low.zip(one.high)) {
                    prop_assert!(high - low >= part.1 - part.0);
                }
            }
            prop_assert_eq!(sum.unknown, all.iter().filter(|one| one.monthly.is_none()).count());
            prop_assert_eq!(sum.monthly.unwrap_or_default(), all.iter().filter_map(|one| one.monthly).sum::<Decimal>());
        }
    }
}
