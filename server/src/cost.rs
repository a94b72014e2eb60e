//! What it costs: estimates from usage, prices, allocation to workloads, quotes of others. Pure, in exact decimals.
//!
//! Nothing here reads a database, a clock or AWS: `query/reports/cost` brings the numbers, this room says what follows
//! from them, and which assumptions that takes. What is missing stays `None`; it never becomes 0.

pub mod allocate;
pub mod calendar;
pub mod daily;
pub mod estimate;
pub mod prices;
pub mod products;
pub mod quotes;
pub mod total;

use rust_decimal::{Decimal, RoundingStrategy};

/// Days of an average month: 365.25 ÷ 12.
pub const DAYS_A_MONTH: Decimal = Decimal::from_parts(304_375, 0, 0, false, 4);
/// Hours of an average month: what turns vCPU-hours into vCPU-months.
pub const HOURS_A_MONTH: Decimal = Decimal::from_parts(7_305, 0, 0, false, 1);
/// AWS reports the cost of this many days, and this long is a trial.
pub const WINDOW_DAYS: u32 = 30;

/// An amount in cents, as reports give it.
pub fn cents(amount: Decimal) -> String {
    format!("{:.2}", amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

/// An amount to a hundredth of a cent: for what a day costs.
pub fn fine(amount: Decimal) -> String {
    format!("{:.4}", amount.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_is_a_twelfth_of_a_year() {
        assert_eq!(DAYS_A_MONTH * Decimal::from(12), Decimal::new(36_525, 2));
        assert_eq!(HOURS_A_MONTH, DAYS_A_MONTH * Decimal::from(24));
    }

    #[test]
    fn amounts_are_rounded_as_on_a_bill() {
        assert_eq!(cents(Decimal::new(1_005, 3)), "1.01");
        assert_eq!(cents(Decimal::from(3)), "3.00");
        assert_eq!(fine(Decimal::new(123_456, 5)), "1.2346");
    }
}
