//! Documents of any shape: read or refused with a reason; what was read has an identity, a category if it is a threat,
//! reads the same from the copy that is kept, and merges with itself to nothing new.
//!
//! Bytes that are no JSON are instructions that spoil one of the seeds, so that deep members are reached.
#![no_main]

use std::sync::LazyLock;

use app::model::{Kind, Source};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use server::ingest::{Change, Classifier, FindingKey, Observation, Reject, merge, normalize};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Values exchanged in one seed.
const MOST_INSTRUCTIONS: u32 = 24;

static CLASSIFIER: LazyLock<Classifier> = LazyLock::new(Classifier::embedded);
static SEEDS: LazyLock<[Value; 4]> = LazyLock::new(|| {
    [
        include_str!("../seeds/normalize/guardduty.json"),
        include_str!("../seeds/normalize/sequence.json"),
        include_str!("../seeds/normalize/asff.json"),
        include_str!("../seeds/normalize/ocsf.json"),
    ]
    .map(|text| serde_json::from_str(text).expect("the seeds are JSON"))
});

/// Where every value of a document is.
fn places(value: &Value, place: &str, into: &mut Vec<String>) {
    into.push(place.to_owned());
    let step = |name: &str| format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| places(value, &step(name), into)),
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(index, value)| places(value, &step(&index.to_string()), into));
        }
        _ => {}
    }
}

/// A seed with some values exchanged: two bytes say where, one says what, and a text takes a few more.
fn spoilt(instructions: &[u8]) -> Option<Value> {
    let (which, mut rest) = instructions.split_first()?;
    let mut document = SEEDS[usize::from(*which) % SEEDS.len()].clone();
    // Long lists of them only take long.
    let mut left = MOST_INSTRUCTIONS;
    while left > 0
        && let [high, low, what, others @ ..] = rest
    {
        left -= 1;
        let mut all = Vec::new();
        places(&document, "", &mut all);
        let place = &all[usize::from(u16::from_be_bytes([*high, *low])) % all.len()];
        let length = usize::from(what >> 4).min(others.len());
        let (own, next) = others.split_at(length);
        let text = String::from_utf8_lossy(own);
        let other = &all[usize::from(own.first().copied().unwrap_or(0)) % all.len()];
        let value = match what & 0x0f {
            0 => Value::Null,
            1 => json!(text),
            2 => json!(text.parse::<i64>().unwrap_or(i64::MIN)),
            3 => json!(u64::MAX),
            4 => json!(1e300),
            5 => json!(-0.5),
            6 => json!([]),
            7 => json!({}),
            8 => json!([text, null, 0]),
            9 => json!("9999-12-31T23:59:60.999999999Z"),
            10 => json!(253_402_300_800_000_i64),
            11 => json!(document.pointer(place).map(ToString::to_string)),
            12 => json!([document.pointer(place), document.pointer(place)]),
            13 => json!({ text: document.pointer(place) }),
            _ => document.pointer(other).cloned().unwrap_or_default(),
        };
        if let Some(slot) = document.pointer_mut(place) {
            *slot = value;
        }
        // A document that doubles with every instruction tells nothing new.
        if document.to_string().len() > 256 * 1024 {
            return None;
        }
        rest = next;
    }
    Some(document)
}

fn check(read: Result<Observation, Reject>) {
    let observation = match read {
        Ok(observation) => observation,
        Err(reject) => return assert!(!reject.0.is_empty()),
    };
    assert!(!observation.arn.is_empty() && !observation.finding_type.is_empty());
    assert_eq!(observation.key, FindingKey::of_arn(&observation.arn));
    let place = &observation.attribution;
    for list in [&place.task_arns, &place.launch_types, &place.containers, &place.images, &place.image_digests] {
        assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "sorted, without repetition: {list:?}");
    }
    let classified = CLASSIFIER.classify(&observation);
    assert_eq!(classified.category.is_some(), observation.kind == Kind::Threat, "{classified:?}");
    assert!(!classified.rule.is_empty());

    let kept: Value = serde_json::from_str(&observation.raw).expect("what is kept is JSON");
    let again = normalize::source(observation.source, &kept, NOW);
    assert_eq!(again.as_ref(), Ok(&observation), "the copy that is kept");

    let (tracked, change) = merge::apply(None, observation.clone(), &CLASSIFIER);
    assert!(matches!(change, Change::New(_)) && tracked.finding.occurrences >= 0, "{:?}", tracked.finding);
    let (same, change) = merge::apply(Some(tracked.clone()), observation, &CLASSIFIER);
    assert!(matches!(change, Change::Unchanged) && same == tracked, "the same again");
}

fuzz_target!(|data: &[u8]| {
    let Some(document) = serde_json::from_slice(data).ok().or_else(|| spoilt(data)) else { return };
    check(normalize::any(&document, NOW));
    for source in [Source::GuardDuty, Source::SecurityHub] {
        check(normalize::source(source, &document, NOW));
    }
    normalize::evidence(&document);
});
