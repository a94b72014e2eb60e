//! Schemas of coverage.

use app::model::coverage::{AwsVerdict, Exposure, GapReason, Verdict};
use serde_json::{Map, Value, json};

use super::{by_name, integer, list, object, or_null, reference, report, text, time, words};

/// By name.
pub fn schemas() -> Map<String, Value> {
    by_name(json!({
        "Coverage": report(&[
            ("window", reference("Window")),
            ("clusters", integer()), ("healthy", integer()), ("unhealthy", integer()), ("unknown", integer()),
            ("rows", list(&reference("ClusterCoverage"))),
            ("families", counts_of_verdicts()),
            ("tasks", reference("TaskCounts")),
            ("regions", list(&region())),
            ("lost", list(&object(&[
                ("key", text()), ("label", text()), ("account", text()), ("region", text()),
                ("cluster", reference("Named")), ("was", verdict()), ("is", verdict()), ("at", time()),
            ]))),
            ("history", list(&object(&[
                ("start", time()), ("covered_percent", or_null(number())), ("task_seconds", integer()),
                ("covered_task_seconds", integer()), ("unknown_task_seconds", integer()), ("observed_seconds", integer()),
            ]))),
            ("looked_at", or_null(time())),
        ]),
        "ClusterCoverage": object(&[
            ("key", text()), ("label", text()), ("account", text()), ("region", text()),
            ("aws", words(AwsVerdict::ALL.iter().map(|word| word.as_str()))),
            ("issue", or_null(text())), ("issues", list(&text())), ("management", or_null(text())),
            ("aws_since", or_null(time())), ("verdict", or_null(verdict())), ("tasks", reference("TaskCounts")),
            ("families", counts_of_verdicts()), ("reasons", list(&reference("Reason"))), ("exposure", exposure()),
            ("open_findings", integer()), ("findings", integer()), ("task_seconds", integer()),
            ("covered_task_seconds", integer()), ("unknown_task_seconds", integer()),
        ]),
        "FamilyCoverages": report(&[
            ("window", reference("Window")),
            ("rows", list(&object(&[
                ("key", text()), ("label", text()), ("account", text()), ("region", text()), ("verdict", verdict()),
                ("since", or_null(time())), ("reasons", list(&reference("Reason"))),
                ("clusters", list(&reference("Named"))), ("services", list(&text())), ("launch_types", list(&text())),
                ("platform_versions", list(&text())), ("exposure", exposure()), ("tasks", reference("TaskCounts")),
                ("open_findings", integer()), ("open_severe", integer()), ("findings", integer()),
                ("task_seconds", integer()), ("covered_task_seconds", integer()), ("unknown_task_seconds", integer()),
            ]))),
            ("verdicts", counts_of_verdicts()),
            ("looked_at", or_null(time())),
        ]),
        "ServiceCoverages": report(&[
            ("window", reference("Window")),
            ("rows", list(&object(&[
                ("key", text()), ("label", text()), ("account", text()), ("region", text()),
                ("verdict", or_null(verdict())), ("reasons", list(&reference("Reason"))),
                ("cluster", reference("Named")), ("families", list(&reference("Named"))),
                ("launch_types", list(&text())), ("exposure", exposure()), ("tasks", reference("TaskCounts")),
                ("open_findings", integer()), ("open_severe", integer()), ("findings", integer()),
            ]))),
            ("verdicts", counts_of_verdicts()), ("idle", integer()),
            ("looked_at", or_null(time())),
        ]),
        "Reason": object(&[
            ("kind", words(GapReason::ALL.iter().map(|word| word.as_str()))),
            ("aws", or_null(text())), ("meaning", text()), ("fix", text()), ("effect", text()),
            ("commands", list(&text())), ("tasks", integer()),
        ]),
        "TaskCounts": object(&[
            ("running", integer()), ("covered", integer()), ("gap", integer()), ("excluded", integer()),
            ("unsupported", integer()), ("unknown", integer()), ("cpu_units", integer()),
            ("covered_cpu_units", integer()),
        ]),
    }))
}

fn number() -> Value {
    json!({"type": "number"})
}

fn verdict() -> Value {
    words(Verdict::ALL.iter().map(|word| word.as_str()))
}

fn exposure() -> Value {
    words(Exposure::ALL.iter().map(|word| word.as_str()))
}

fn counts_of_verdicts() -> Value {
    let counts: Vec<(&str, Value)> = Verdict::ALL.iter().map(|word| (word.as_str(), integer())).collect();
    object(&counts)
}

fn region() -> Value {
    object(&[
        ("account", text()),
        ("region", text()),
        ("healthy", integer()),
        ("unhealthy", integer()),
        ("unknown", integer()),
        ("aws_percent", or_null(number())),
        ("tasks", reference("TaskCounts")),
        ("families", counts_of_verdicts()),
        ("managed_since", or_null(time())),
        ("management", or_null(text())),
        (
            "parts",
            list(&object(&[
                ("part", text()),
                ("outcome", text()),
                ("error", or_null(text())),
                ("last_attempt_at", time()),
                ("last_success_at", or_null(time())),
            ])),
        ),
        ("requests", integer()),
        ("took_ms", integer()),
    ])
}
