//! Schemas of the layers.

use app::model::coverage::Verdict;
use app::model::layers::{BlindSpot, Owner};
use app::model::{Kind, Layer, Looked, Severity, Unseen};
use serde_json::{Map, Value, json};

use super::{by_name, integer, list, object, or_null, reference, report, text, words};

/// By name.
pub fn schemas() -> Map<String, Value> {
    by_name(json!({
        "Layers": report(&[
            ("by", words(["cluster", "family"].into_iter())),
            ("window", reference("Window")),
            ("rows", list(&object(&[
                ("key", text()), ("label", text()), ("account", text()), ("region", text()), ("cells", list(&cell())),
            ]))),
            ("rows_total", integer()), ("buckets", list(&text())),
            ("blind_spots", list(&object(&[
                ("spot", words(BlindSpot::ALL.iter().map(|word| word.as_str()))), ("controls", list(&text())),
                ("open", or_null(integer())), ("worst", or_null(severity())), ("resources", or_null(integer())),
                ("tied", or_null(integer())),
                ("looked", integer()), ("places", integer()), ("query", text()),
            ]))),
            ("responsibilities", list(&object(&[
                ("id", text()), ("owner", words(Owner::ALL.iter().map(|word| word.as_str()))),
                ("title", in_both_languages()), ("text", in_both_languages()), ("source", text()),
                ("evidence", list(&evidence())),
            ]))),
        ]),
    }))
}

fn severity() -> Value {
    words(Severity::ALL.iter().map(|word| word.as_str()))
}

fn in_both_languages() -> Value {
    object(&[("en", text()), ("ja", text())])
}

fn cell() -> Value {
    object(&[
        ("layer", words(Layer::ALL.iter().map(|word| word.as_str()))),
        ("looked", words(Looked::ALL.iter().map(|word| word.as_str()))),
        ("reason", or_null(words(Unseen::ALL.iter().map(|word| word.as_str())))),
        ("error", or_null(text())),
        ("open", or_null(integer())),
        ("worst", or_null(severity())),
        ("new", or_null(integer())),
        ("previous", or_null(integer())),
        ("trend", list(&or_null(integer()))),
        ("verdict", or_null(words(Verdict::ALL.iter().map(|word| word.as_str())))),
        ("query", or_null(text())),
    ])
}

/// `rests_on` tells which of them it is.
fn evidence() -> Value {
    let of = |word: &'static str, members: &[(&str, Value)]| {
        object(&[&[("rests_on", words([word].into_iter()))], members].concat())
    };
    let kinds = || words(Kind::ALL.iter().map(|word| word.as_str()));
    json!({"anyOf": [
        of("controls", &[
            ("controls", list(&text())), ("passed", integer()), ("failed", integer()), ("other", integer()),
            ("open", integer()), ("query", text()),
        ]),
        of("coverage", &[("covered", integer()), ("families", integer()), ("unknown", integer())]),
        of("findings", &[("kind", kinds()), ("open", integer()), ("worst", or_null(severity())), ("query", text())]),
        of("nothing", &[]),
    ]})
}
