//! Query strings: understood or refused by the name of a parameter; what was understood prints and reads the same, and
//! none of it gets into a statement's text.
#![no_main]

use app::model::Filter;
use app::page::PRESENTATION;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use server::query::compile;
use server::query::spec::Spec;
use server::question::{self, BreakdownQuestion, HeatmapQuestion, PictureQuestion, TrendQuestion};

/// A character no statement of ours has: where it turns up, it came from outside.
const FOREIGN: char = '\u{2620}';

fn check(filter: &Filter) {
    let printed = filter.to_query();
    assert_eq!(Filter::parse(&printed, &[]).as_ref(), Ok(filter), "{printed}");
    assert_eq!(&Filter::parse_lenient(&printed), filter, "{printed}");
    for now in [Timestamp::UNIX_EPOCH, Timestamp::MAX, Timestamp::MIN, Timestamp::constant(1_795_000_000, 0)] {
        let Ok(spec) = Spec::resolve(filter, now, &TimeZone::UTC) else { continue };
        assert!(!compile::in_window(&spec).sql().contains(FOREIGN));
        if let Ok(buckets) = spec.buckets(Some(Timestamp::UNIX_EPOCH)) {
            assert!(buckets.iter().all(|bucket| bucket.start < bucket.end), "{printed}");
            assert!(buckets.windows(2).all(|pair| pair[0].end == pair[1].start), "{printed}");
        }
        if let Some(previous) = spec.previous() {
            assert_eq!(Some(previous.to), spec.from);
        }
    }
    assert!(!compile::any_time(filter).sql().contains(FOREIGN));
}

fuzz_target!(|query: &str| {
    let strict = Filter::parse(query, &PRESENTATION);
    let lenient = Filter::parse_lenient(query);
    check(&lenient);
    match &strict {
        Ok(filter) => check(filter),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let read = [
        TrendQuestion::parse(query, &[]).map(|question| question.filter),
        BreakdownQuestion::parse(query, &[]).map(|question| question.filter),
        HeatmapQuestion::parse(query, &[]).map(|question| question.filter),
    ];
    for filter in read.into_iter().flatten() {
        check(&filter);
    }
    // Whether they are understood is their own matter; they must come to an end.
    let _ = (PictureQuestion::parse(query), question::rejects_question(query));
});
