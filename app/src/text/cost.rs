//! Texts of costs.

use crate::model::cost::FEATURES;
use crate::model::{
    CostAssumption, CostBasis, CostGapReason, CostOutcome, CostQuestion, CostReadingOf, CostSplit, ProductTrait,
    QuotePer,
};

texts! {
    /// Texts of costs.
    struct CostText;
    lists {
        /// In the order of [`FEATURES`].
        features: 13,
        /// In the order of [`CostBasis::ALL`].
        bases: 5,
        /// In the order of [`CostAssumption::ALL`].
        assumptions: 8,
        /// In the order of [`CostReadingOf::ALL`].
        readings: 4,
        /// In the order of [`CostQuestion::ALL`].
        questions: 7,
        /// In the order of [`CostOutcome::ALL`].
        outcomes: 5,
        /// In the order of [`CostSplit::ALL`].
        splits: 5,
        /// In the order of [`QuotePer::ALL`].
        units: 4,
        /// In the order of [`CostGapReason::ALL`].
        gap_reasons: 3,
        /// In the order of [`ProductTrait::ALL`].
        traits: 4,
    }
    parts {}
    heading,
    sentence,
    sentence_wider,
    sentence_above,
    sentence_plain,
    sentence_unknown,
    sentence_never,
    sentence_trials,
    sentence_no_trials,
    sentence_missing,
    sentence_unranged,
    banner,
    banner_link,
    display,
    projection_heading,
    projection_note,
    readings_heading,
    assumptions_heading,
    column_month,
    column_range,
    column_usage,
    column_daily,
    column_days,
    days_assumed,
    column_basis,
    column_reading,
    column_outcome,
    column_question,
    column_share,
    range,
    range_wider,
    range_none,
    range_above,
    no_data,
    total,
    scope_form,
    scope_all,
    scope_apply,
    trial_heading,
    trial_note,
    trial_none,
    trial_left,
    trial_over,
    trial_unknown,
    column_left,
    column_ends,
    column_after,
    calendar,
    calendar_summary,
    calendar_description,
    chart_heading,
    chart_said,
    chart_note,
    chart_usd,
    chart_low,
    chart_high,
    chart_ahead,
    chart_so_far,
    parts_heading,
    parts_said,
    not_attributed,
    workloads_heading,
    workloads_note,
    workloads_none,
    column_watched,
    column_unwatched,
    column_tasks,
    column_gap,
    what_if_heading,
    what_if_note,
    what_if_result,
    what_if_unpriced,
    what_if_unsupported,
    what_if_unmatched,
    what_if_drop,
    what_if_cover,
    what_if_scale,
    what_if_times,
    what_if_without,
    what_if_add,
    what_if_tasks,
    what_if_vcpus,
    what_if_hours,
    what_if_apply,
    what_if_clear,
    what_if_choice,
    what_if_stop,
    what_if_all,
    remove,
    alternatives_heading,
    alternatives_note,
    alternatives_none,
    alternatives_guardduty,
    alternatives_add,
    column_quote,
    column_break_even,
    break_even_never,
    break_even_not_to,
    break_even_at,
    quote_name,
    quote_per,
    quote_price,
    quote_flat,
    quote_minimum,
    quote_form,
    break_even_heading,
    break_even_said,
    vcpus,
    differences_heading,
    differences_note,
    column_product,
    said_nowhere,
    said_source,
    asked_heading,
    asked_note,
    ask_now,
    prices_heading,
    prices_note,
    price_tier,
    price_tier_last,
    column_price,
    column_source,
    column_unit,
}

impl CostText {
    /// A feature, or what AWS calls it.
    pub fn feature<'a>(&self, feature: &'a str) -> &'a str {
        FEATURES.iter().position(|known| *known == feature).map_or(feature, |index| self.features[index])
    }

    /// What an estimate rests on.
    pub fn basis(&self, basis: CostBasis) -> &'static str {
        self.bases[CostBasis::ALL.iter().position(|known| *known == basis).unwrap_or(0)]
    }

    /// What an estimate takes for granted.
    pub fn assumption(&self, assumption: CostAssumption) -> &'static str {
        self.assumptions[CostAssumption::ALL.iter().position(|known| *known == assumption).unwrap_or(0)]
    }

    /// Whose reading a figure is.
    pub fn reading(&self, reading: CostReadingOf) -> &'static str {
        self.readings[CostReadingOf::ALL.iter().position(|known| *known == reading).unwrap_or(0)]
    }

    /// A question to AWS.
    pub fn question(&self, question: CostQuestion) -> &'static str {
        self.questions[CostQuestion::ALL.iter().position(|known| *known == question).unwrap_or(0)]
    }

    /// How a question ended.
    pub fn outcome(&self, outcome: CostOutcome) -> &'static str {
        self.outcomes[CostOutcome::ALL.iter().position(|known| *known == outcome).unwrap_or(0)]
    }

    /// What costs are split by.
    pub fn split(&self, split: CostSplit) -> &'static str {
        self.splits[CostSplit::ALL.iter().position(|known| *known == split).unwrap_or(0)]
    }

    /// Why watching the rest has no price.
    pub fn gap_reason(&self, reason: CostGapReason) -> &'static str {
        self.gap_reasons[CostGapReason::ALL.iter().position(|known| *known == reason).unwrap_or(0)]
    }

    /// What a price does not say.
    pub fn product_trait(&self, about: ProductTrait) -> &'static str {
        self.traits[ProductTrait::ALL.iter().position(|known| *known == about).unwrap_or(0)]
    }

    /// What a quote counts.
    pub fn unit(&self, per: QuotePer) -> &'static str {
        self.units[QuotePer::ALL.iter().position(|known| *known == per).unwrap_or(0)]
    }
}
