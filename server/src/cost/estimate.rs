//! From usage to a month: the estimate.
//!
//! `GetUsageStatistics` gives the list price of the trailing 30 days of one account, Region and feature, also while a free
//! trial runs; of something younger it gives the sum so far and does not project
//! (<https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetUsageStatistics.html>). So:
//!
//! * `used` = 30 − days left in the trial; 30 where there is no trial (any more),
//! * `daily` = amount ÷ max(1, used),
//! * `plain` = daily × 30.4375.
//!
//! With at least [`LEAST_DAYS`] single days, seen in our own snapshots or in CloudWatch, the middle of the range is the mean
//! of the last seven of them: each weekday once, so weekends weigh what they weigh, and a trend is followed. The range spans
//! `plain` and the middle, and twice the scatter of a month around them: `2 · s · √30.4375`, where `s` is how far days lie
//! from the mean of their kind (weekday or weekend). With fewer days the middle is `plain`, and while a trial runs the range
//! is what whole days leave open: AWS tells days left as a whole number, so a trial is up to a day older than `used`.
//!
//! What nobody told is `None`: no amount, no estimate; trial days that could not be asked for, no estimate either, because
//! an amount of thirty days and one of three look the same. `used` is then the thirty days AWS sums up at most.

use app::model::{CostAssumption, CostBasis};
use rust_decimal::{Decimal, MathematicalOps};

use super::{DAYS_A_MONTH, WINDOW_DAYS};

/// Single days from which a range is made.
pub const LEAST_DAYS: usize = 7;

/// What is known of the trial of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// AWS named no days: not in trial.
    None,
    /// Whole days left, 0 included.
    Left(u32),
    /// Nobody could ask.
    Unknown,
}

impl Trial {
    /// Days the amount is the sum of; at most, where that is unknown.
    pub fn used_days(self) -> u32 {
        match self {
            Self::None | Self::Unknown => WINDOW_DAYS,
            Self::Left(days) => WINDOW_DAYS.saturating_sub(days),
        }
    }
}

/// What a day cost, or how much was used in it: any unit, because only the form of the days counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    pub value: Decimal,
    pub is_weekend: bool,
}

/// Single days, oldest first, and where they were seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Days {
    pub days: Vec<Day>,
    /// Whether their unit is USD. Of other units the form is taken and the size is `plain`'s.
    pub in_usd: bool,
}

/// What is known of one account, Region and feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    /// USD of the trailing 30 days; `None`: no data yet.
    pub amount: Option<Decimal>,
    pub trial: Trial,
    pub days: Days,
}

/// A month, in USD.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    pub used_days: u32,
    pub daily: Option<Decimal>,
    /// Amount ÷ days × 30: what the console shows, as far as it can be told; AWS does not publish how it projects.
    pub console_like: Option<Decimal>,
    pub monthly: Option<Decimal>,
    pub low: Option<Decimal>,
    pub high: Option<Decimal>,
    pub basis: CostBasis,
    /// In the order of their weight.
    pub assumptions: Vec<CostAssumption>,
}

impl Estimate {
    fn unknown(used_days: u32, basis: CostBasis, why: CostAssumption) -> Self {
        Self {
            used_days,
            daily: None,
            console_like: None,
            monthly: None,
            low: None,
            high: None,
            basis,
            assumptions: vec![why],
        }
    }
}

/// Estimates a month.
pub fn estimate(usage: &Usage) -> Estimate {
    let used = usage.trial.used_days();
    let Some(amount) = usage.amount else {
        return Estimate::unknown(used, CostBasis::NoData, CostAssumption::NoData);
    };
    if usage.trial == Trial::Unknown {
        return Estimate::unknown(used, CostBasis::TrialUnknown, CostAssumption::TrialUnknown);
    }
    let divisor = Decimal::from(used.max(1));
    let daily = amount / divisor;
    let plain = daily * DAYS_A_MONTH;
    let mut assumptions = vec![CostAssumption::ListPrice];
    if matches!(usage.trial, Trial::None) {
        assumptions.push(CostAssumption::WholeWindow);
    }
    let mut estimate = Estimate {
        used_days: used,
        daily: Some(daily),
        console_like: Some(daily * Decimal::from(WINDOW_DAYS)),
        monthly: Some(plain),
        low: None,
        high: None,
        basis: CostBasis::PlainAverage,
        assumptions,
    };
    if let Some((middle, scatter)) = weekly(&usage.days, daily) {
        let middle = middle * DAYS_A_MONTH;
        estimate.monthly = Some(middle);
        estimate.low = Some((plain.min(middle) - scatter).max(Decimal::ZERO));
        estimate.high = Some(plain.max(middle) + scatter);
        estimate.basis = if usage.days.in_usd { CostBasis::DailySnapshots } else { CostBasis::CloudWatch };
        estimate.assumptions.extend([CostAssumption::LastSevenDays, CostAssumption::Scatter]);
        return estimate;
    }
    estimate.assumptions.push(CostAssumption::FewDays);
    if matches!(usage.trial, Trial::Left(_)) && used < WINDOW_DAYS {
        estimate.low = Some(amount / Decimal::from(used + 1) * DAYS_A_MONTH);
        // On its first day a trial may be an hour old: nothing bounds it from above.
        estimate.high = (used > 0).then_some(plain);
        estimate.assumptions.push(CostAssumption::WholeDays);
    }
    estimate
}

/// Mean of the last seven days, and twice the scatter of a month, in USD.
fn weekly(days: &Days, daily: Decimal) -> Option<(Decimal, Decimal)> {
    let all = &days.days;
    if all.len() < LEAST_DAYS {
        return None;
    }
    let mean = |days: &[Day]| mean(days.iter().map(|day| day.value));
    let last = mean(&all[all.len() - LEAST_DAYS..])?;
    let deviation = scatter(all)? * DAYS_A_MONTH.sqrt()? * Decimal::TWO;
    if days.in_usd {
        return Some((last, deviation));
    }
    // Another unit: the mean of all days stands for the plain average.
    let whole = mean(all).filter(|whole| !whole.is_zero())?;
    Some((daily * last / whole, daily * deviation / whole))
}

/// How far days lie from the mean of their kind: the sample's standard deviation.
fn scatter(days: &[Day]) -> Option<Decimal> {
    let of = |is_weekend: bool| days.iter().filter(move |day| day.is_weekend == is_weekend).map(|day| day.value);
    let mut squares = Decimal::ZERO;
    let mut kinds = 0;
    for is_weekend in [false, true] {
        let Some(mean) = mean(of(is_weekend)) else { continue };
        kinds += 1;
        for value in of(is_weekend) {
            squares += (value - mean) * (value - mean);
        }
    }
    let freedom = days.len().saturating_sub(kinds).max(1);
    (squares / Decimal::from(freedom)).sqrt()
}

fn mean(values: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let (sum, count) = values.fold((Decimal::ZERO, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / Decimal::from(count))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use proptest::prelude::{Strategy, any, prop, prop_assert, proptest};

    use super::super::cents;
    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn usage(amount: Option<&str>, trial: Trial) -> Usage {
        Usage { amount: amount.map(dec), trial, days: Days::default() }
    }

    fn told(estimate: &Estimate) -> [Option<String>; 4] {
        [estimate.daily, estimate.monthly, estimate.low, estimate.high].map(|amount| amount.map(cents))
    }

    fn some(texts: [&str; 4]) -> [Option<String>; 4] {
        texts.map(|text| (!text.is_empty()).then(|| text.to_owned()))
    }

    #[test]
    fn a_trial_of_twelve_days() {
        // 18 days left: 12 used. 24.00 / 12 = 2.00 a day; × 30.4375 = 60.875, on a bill 60.88.
        // The trial may be just under 13 days old: 24 / 13 × 30.4375 = 56.1923… = 56.19.
        let estimate = estimate(&usage(Some("24.00"), Trial::Left(18)));
        assert_eq!(estimate.used_days, 12);
        assert_eq!(told(&estimate), some(["2.00", "60.88", "56.19", "60.88"]));
        // 2.00 × 30.
        assert_eq!(estimate.console_like.map(cents), Some("60.00".to_owned()));
        assert_eq!(estimate.basis, CostBasis::PlainAverage);
    }

    #[test]
    fn after_the_trial_thirty_days_count_and_nothing_bounds_the_average() {
        // 45.66 / 30 = 1.522 a day; × 30.4375 = 46.325875.
        for trial in [Trial::None, Trial::Left(0)] {
            let estimate = estimate(&usage(Some("45.66"), trial));
            assert_eq!(told(&estimate), some(["1.52", "46.33", "", ""]), "{trial:?}");
        }
    }

    #[test]
    fn the_first_day_counts_as_one_and_has_no_upper_bound() {
        // 30 left: 0 used, divided by 1: 0.50 a day, × 30.4375 = 15.21875. Up to a day old, 0.50 / 1 is the least.
        let estimate = estimate(&usage(Some("0.50"), Trial::Left(30)));
        assert_eq!(told(&estimate), some(["0.50", "15.22", "15.22", ""]));
    }

    #[test]
    fn what_is_missing_is_no_zero() {
        let none = estimate(&usage(None, Trial::Left(29)));
        assert_eq!((told(&none), none.used_days), (some([""; 4]), 1));
        assert_eq!(none.assumptions, [CostAssumption::NoData]);
        let unasked = estimate(&usage(Some("3"), Trial::Unknown));
        // The window of 30 days is said, and nothing is made of it.
        assert_eq!((told(&unasked), unasked.used_days), (some([""; 4]), 30));
        assert_eq!((none.basis, unasked.basis), (CostBasis::NoData, CostBasis::TrialUnknown));
        assert_eq!(unasked.assumptions, [CostAssumption::TrialUnknown]);
        // A zero that AWS says is one.
        assert_eq!(estimate(&usage(Some("0"), Trial::None)).monthly.map(cents), Some("0.00".to_owned()));
    }

    fn week(weekday: &str, weekend: &str) -> Vec<Day> {
        (0..7).map(|day| Day { value: dec(if day < 5 { weekday } else { weekend }), is_weekend: day >= 5 }).collect()
    }

    #[test]
    fn seven_days_weigh_weekends_as_they_are() {
        // Twelve days of a trial began on a Monday: 10 weekdays at 3.00, 2 weekend days at 1.00: 32.00 so far.
        // plain: 32 / 12 × 30.4375 = 81.1666…. Last seven days: (5 × 3 + 2 × 1) / 7 = 17/7; × 30.4375 = 73.9196….
        // No day lies off the mean of its kind: no scatter, so the range is the two readings.
        let mut days = week("3", "1");
        days.extend(week("3", "1").into_iter().take(5));
        let usage = Usage { amount: Some(dec("32")), trial: Trial::Left(18), days: Days { days, in_usd: true } };
        let estimate = estimate(&usage);
        assert_eq!(told(&estimate), some(["2.67", "73.92", "73.92", "81.17"]));
        assert_eq!(estimate.basis, CostBasis::DailySnapshots);
    }

    #[test]
    fn scatter_widens_the_range() {
        // Seven days: weekdays 1, 2, 3, 2, 2 (mean 2, squares 1+0+1+0+0 = 2), weekend 1, 1 (mean 1, squares 0).
        // s = √(2 / (7 − 2)) = √0.4 = 0.632455…; 2 · s · √30.4375 = 2 × 0.632455 × 5.517019 = 6.978538….
        // Sum 12 in 7 days: plain = middle = 12 / 7 × 30.4375 = 52.178571…. 52.1786 ∓ 6.9785 = 45.20 and 59.16.
        let values = ["1", "2", "3", "2", "2", "1", "1"];
        let day = |(index, value): (usize, &&str)| Day { value: dec(value), is_weekend: index >= 5 };
        let days = values.iter().enumerate().map(day).collect();
        let usage = Usage { amount: Some(dec("12")), trial: Trial::Left(23), days: Days { days, in_usd: true } };
        assert_eq!(told(&estimate(&usage)), some(["1.71", "52.18", "45.20", "59.16"]));
    }

    #[test]
    fn hours_of_cloudwatch_give_the_form_and_the_amount_its_size() {
        // vCPU-hours: a week of 100 a day, then one of 200: mean 150, the last seven 200: 4/3 of the plain average.
        // 30.00 in 14 days: daily 2.142857, plain 65.2232…; × 4/3 = 86.9642….
        // Days lie 50 off their kind's mean: squares 14 × 2500 = 35000; s = √(35000 / 12) = 54.0061…;
        // 2 · s · √30.4375 = 595.906…; in USD × 2.142857 / 150 = 8.51294….
        // low 65.2232 − 8.5129 = 56.71, high 86.9643 + 8.5129 = 95.48.
        let days = [week("100", "100"), week("200", "200")].concat();
        let usage = Usage { amount: Some(dec("30")), trial: Trial::Left(16), days: Days { days, in_usd: false } };
        let estimate = estimate(&usage);
        assert_eq!(told(&estimate), some(["2.14", "86.96", "56.71", "95.48"]));
        assert_eq!(estimate.basis, CostBasis::CloudWatch);
    }

    fn any_usage() -> impl Strategy<Value = Usage> {
        let trial = (0_u32..=31).prop_map(|days| if days > 30 { Trial::None } else { Trial::Left(days) });
        let day = (0_u32..100_000, any::<bool>())
            .prop_map(|(cents, is_weekend)| Day { value: Decimal::new(cents.into(), 2), is_weekend });
        (0_i64..100_000_000, trial, prop::collection::vec(day, 0..40), any::<bool>()).prop_map(
            |(cents, trial, days, in_usd)| Usage {
                amount: Some(Decimal::new(cents, 2)),
                trial,
                days: Days { days, in_usd },
            },
        )
    }

    proptest! {
        #[test]
        fn the_middle_lies_in_its_range_and_nothing_is_negative(usage in any_usage()) {
            let estimate = estimate(&usage);
            let middle = estimate.monthly.unwrap();
            prop_assert!(middle >= Decimal::ZERO);
            prop_assert!(estimate.low.is_none_or(|low| low <= middle && low >= Decimal::ZERO));
            prop_assert!(estimate.high.is_none_or(|high| high >= middle));
        }

        #[test]
        fn twice_the_usage_is_twice_the_month(usage in any_usage()) {
            let twice = Usage {
                amount: usage.amount.map(|amount| amount * Decimal::TWO),
                days: Days {
                    days: usage.days.days.iter().map(|day| Day { value: day.value * Decimal::TWO, ..*day }).collect(),
                    ..usage.days
                },
                ..usage
            };
            let (one, two) = (estimate(&usage), estimate(&twice));
            // Both are exact but for the last of a decimal's 28 digits. Rounding them first would tell those apart that lie
            // on the two sides of a half.
            let apart = (one.monthly.unwrap() * Decimal::TWO - two.monthly.unwrap()).abs();
            prop_assert!(apart <= Decimal::new(1, 15), "{apart} apart");
        }

        #[test]
        fn a_longer_trial_with_the_same_sum_costs_no_more(cents in 0_i64..1_000_000, left in 1_u32..=30) {
            let of = |left| estimate(&Usage {
                amount: Some(Decimal::new(cents, 2)),
                trial: Trial::Left(left),
                days: Days::default(),
            });
            prop_assert!(of(left - 1).monthly <= of(left).monthly);
        }
    }
}
