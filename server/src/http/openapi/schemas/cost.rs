//! Schemas of costs. Money is text with decimals.

use app::model::{
    CostAssumption, CostBasis, CostGapReason, CostOutcome, CostQuestion, CostReadingOf, CostSplit, ProductTrait,
    QuotePer,
};
use serde_json::{Map, Value, json};

use super::{by_name, integer, list, object, or_null, reference, report, text, time, words};

/// By name.
pub fn schemas() -> Map<String, Value> {
    by_name(json!({
        "CostReport": report(&[
            ("projection", reference("CostProjection")),
            ("parts", list(&object(&[
                ("by", words(CostSplit::ALL.iter().map(|word| word.as_str()))), ("key", text()), ("label", text()),
                ("monthly_usd", or_null(text())),
            ]))),
            ("workloads", list(&object(&[
                ("key", text()), ("family", text()), ("account", text()), ("region", text()), ("cluster", text()),
                ("cluster_name", text()), ("watched_vcpus", text()), ("unwatched_vcpus", text()), ("tasks", text()),
                ("monthly_usd", or_null(text())), ("gap_usd", or_null(text())),
                ("gap_reason", or_null(words(CostGapReason::ALL.iter().map(|word| word.as_str())))),
            ]))),
            ("not_attributed_usd", or_null(text())),
            ("observed_hours", integer()),
            ("days", list(&object(&[
                ("day", text()), ("usd", text()), ("low_usd", or_null(text())), ("high_usd", or_null(text())),
                ("ahead", truth()),
            ]))),
            ("alternatives", reference("CostAlternatives")),
            ("what_if", or_null(object(&[
                ("before_usd", or_null(text())), ("after_usd", or_null(text())), ("difference_usd", or_null(text())),
                ("before_vcpus", text()), ("after_vcpus", text()), ("unpriced", list(&text())),
                ("unsupported", list(&text())), ("unmatched", list(&text())),
            ]))),
            ("asked", list(&object(&[
                ("account", text()), ("region", text()),
                ("question", words(CostQuestion::ALL.iter().map(|word| word.as_str()))),
                ("outcome", words(CostOutcome::ALL.iter().map(|word| word.as_str()))),
                ("note", or_null(text())), ("asked_at", time()),
            ]))),
            ("prices", list(&object(&[
                ("region", text()), ("feature", text()), ("unit", text()),
                ("tiers", list(&list(&or_null(text())))), ("source", text()), ("read", text()),
            ]))),
            ("products", list(&object(&[
                ("name", text()),
                ("said", list(&object(&[
                    ("about", words(ProductTrait::ALL.iter().map(|word| word.as_str()))),
                    ("text", object(&[("en", text()), ("ja", text())])), ("source", text()), ("read", text()),
                ]))),
            ]))),
            ("display", or_null(object(&[("currency", text()), ("rate", text()), ("monthly", or_null(text()))]))),
        ]),
        "CostProjection": report(&[
            ("rows", list(&object(&[
                ("account", text()), ("region", text()), ("feature", text()), ("days_left", or_null(integer())),
                ("days_used", integer()), ("ends_on", or_null(text())), ("usage_usd", or_null(text())),
                ("daily_usd", or_null(text())), ("monthly_usd", or_null(text())), ("low_usd", or_null(text())),
                ("high_usd", or_null(text())), ("console_usd", or_null(text())),
                ("basis", words(CostBasis::ALL.iter().map(|word| word.as_str()))),
                ("assumptions", list(&words(CostAssumption::ALL.iter().map(|word| word.as_str())))),
                ("observed_at", or_null(time())),
            ]))),
            ("total", object(&[
                ("usage_usd", or_null(text())), ("monthly_usd", or_null(text())), ("low_usd", or_null(text())),
                ("high_usd", or_null(text())), ("unranged_rows", integer()), ("billed_usd", or_null(text())), ("trial_usd", or_null(text())),
                ("unknown_rows", integer()),
            ])),
            ("readings", list(&object(&[
                ("of", words(CostReadingOf::ALL.iter().map(|word| word.as_str()))), ("usd", or_null(text())),
            ]))),
        ]),
        "CostAlternatives": report(&[
            ("region", text()), ("vcpus", or_null(text())), ("tasks", or_null(text())),
            ("guardduty_usd", or_null(text())), ("priced_to_vcpus", or_null(text())),
            ("rows", list(&object(&[
                ("quote", object(&[
                    ("name", text()), ("per", words(QuotePer::ALL.iter().map(|word| word.as_str()))), ("price", text()),
                    ("flat", text()), ("minimum", text()),
                ])),
                ("monthly_usd", or_null(text())), ("break_even_vcpus", list(&text())),
            ]))),
            ("curve", list(&object(&[
                ("vcpus", text()), ("guardduty_usd", or_null(text())), ("quotes_usd", list(&or_null(text()))),
            ]))),
        ]),
    }))
}

fn truth() -> Value {
    json!({"type": "boolean"})
}
