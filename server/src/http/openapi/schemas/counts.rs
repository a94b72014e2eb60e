//! Schemas of reports that count.

use app::model::groups::PlaceKind;
use app::model::{Category, Dimension, Field, FoundValues, Grain, HeatColumns, Metric, NewsKind, Severity};
use serde_json::{Map, Value, json};

use super::{by_name, integer, list, object, or_null, reference, report, text, time, truth, words};

/// By name.
pub fn schemas() -> Map<String, Value> {
    by_name(json!({
        "Breakdown": report(&[
            ("by", words(Dimension::ALL.iter().map(|word| word.as_str()))),
            ("rows", list(&counted())),
            ("total", reference("Counts")),
            ("watched", truth()),
        ]),
        "FoundValues": report(&[
            ("by", words(FoundValues::fields().map(Field::as_str))),
            ("rows", list(&counted())),
            ("rows_total", integer()),
        ]),
        "Groups": report(&[
            ("rows", list(&group())), ("rows_total", integer()), ("total", reference("Counts")),
            ("watched", truth()),
        ]),
        "Trend": report(&[
            ("by", words(Dimension::ALL.iter().map(|word| word.as_str()))),
            ("metric", words(Metric::ALL.iter().map(|word| word.as_str()))),
            ("grain", words(Grain::ALL.iter().map(|word| word.as_str()))),
            ("time_zone", text()),
            ("buckets", list(&time())),
            ("series", list(&object(&[
                ("key", text()), ("label", text()), ("values", list(&or_null(integer()))),
            ]))),
            ("totals", list(&or_null(integer()))),
            ("covered_percent", list(&or_null(integer()))),
        ]),
        "Heatmap": report(&[
            ("rows_by", words(Dimension::ALL.iter().map(|word| word.as_str()))),
            ("cols_by", words(HeatColumns::all().map(HeatColumns::as_str))),
            ("grain", or_null(words(Grain::ALL.iter().map(|word| word.as_str())))),
            ("time_zone", text()),
            ("columns", list(&object(&[("key", text()), ("label", text()), ("findings", or_null(integer()))]))),
            ("rows", list(&object(&[
                ("key", text()), ("label", text()), ("findings", integer()), ("cells", list(&or_null(integer()))),
            ]))),
            ("columns_total", integer()),
            ("rows_total", integer()),
            ("total", integer()),
            ("watched", truth()),
        ]),
        "Window": object(&[
            ("from", or_null(time())), ("to", time()), ("time_zone", text()),
            ("grain", words(Grain::ALL.iter().map(|word| word.as_str()))),
        ]),
        "Movers": report(&[
            ("window", reference("Window")),
            ("rows", or_null(list(&object(&[
                ("by", words(Dimension::ALL.iter().map(|word| word.as_str()))), ("key", text()), ("label", text()),
                ("findings", integer()), ("previous", integer()),
            ])))),
        ]),
        "News": report(&[
            ("window", reference("Window")),
            ("watched_since", or_null(time())),
            ("rows", or_null(list(&object(&[
                ("kind", words(NewsKind::ALL.iter().map(|kind| kind.as_str()))), ("key", text()), ("label", text()),
                ("type", or_null(text())), ("first_at", time()), ("revision", or_null(text())), ("findings", integer()),
            ])))),
        ]),
        "Radar": report(&[
            ("days", integer()), ("leaving", or_null(integer())), ("next_at", or_null(time())), ("gone", integer()),
            ("query", text()),
        ]),
        "FilterValues": report(&[("dimensions", list(&reference("Breakdown")))]),
    }))
}

fn counted() -> Value {
    object(&[("key", text()), ("label", text()), ("findings", integer()), ("occurrences", integer())])
}

fn group() -> Value {
    let counts = || {
        [
            ("findings", integer()),
            ("occurrences", integer()),
            ("severity", words(Severity::ALL.iter().map(|word| word.as_str()))),
            ("newest_at", time()),
        ]
    };
    let mut place =
        vec![("by", words(PlaceKind::ALL.iter().map(|word| word.as_str()))), ("key", text()), ("label", text())];
    place.extend(counts());
    let category = or_null(words(Category::ALL.iter().map(|word| word.as_str())));
    let mut row = vec![("type", text()), ("category", category)];
    row.extend(counts());
    row.extend([("places", list(&object(&place))), ("places_total", integer())]);
    object(&row)
}
