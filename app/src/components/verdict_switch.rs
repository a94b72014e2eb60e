//! Verdicts as links, with how many have each.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::Filter;
use crate::model::coverage::{Verdict, VerdictChoice, VerdictCounts};

/// The parameter that chooses.
pub const PARAMETER: &str = "verdict";

/// What is asked for where nothing is chosen: what somebody should do something about.
pub const GAPS: [Verdict; 2] = [Verdict::Gap, Verdict::Partly];

/// The file of a report's rows of these verdicts.
pub fn file(report: &str, chosen: &VerdictChoice) -> String {
    let words: Vec<&str> = chosen.0.iter().map(|verdict| verdict.as_str()).collect();
    match words.as_slice() {
        [] => format!("/api/v1/export/{report}.csv"),
        words => format!("/api/v1/export/{report}.csv?{PARAMETER}={}", words.join(",")),
    }
}

/// Links to `path` with a choice, down to `anchor`, which is the id of the heading. `besides` are counted under all, and under no verdict.
pub fn links(
    reader: &Reader,
    filter: &Filter,
    (path, anchor, heading): (&str, &str, &str),
    chosen: &VerdictChoice,
    (counts, besides): (&VerdictCounts, i64),
) -> AnyView {
    let text = &reader.text.coverage;
    let link = |name: String, choice: String, current: bool| {
        let href = filter.first_page().href(&format!("{path}?{PARAMETER}={choice}"));
        let current = current.then_some("true");
        view! { <li><a href=format!("{href}#{anchor}") aria-current=current>{name}</a></li> }.into_any()
    };
    let of = |verdicts: &[Verdict]| verdicts.iter().map(|verdict| counts.of(*verdict)).sum::<i64>();
    let named = |name: &str, count: i64| format!("{name} {}", reader.number(count));
    let both = format!("{} + {}", text.verdict(Verdict::Gap), text.verdict(Verdict::Partly));
    let mut links = vec![link(named(&both, of(&GAPS)), "gap,partly".to_owned(), chosen.0 == GAPS)];
    for verdict in [Verdict::Unknown, Verdict::Unsupported, Verdict::Excluded, Verdict::Covered] {
        let name = named(text.verdict(verdict), of(&[verdict]));
        links.push(link(name, verdict.to_string(), chosen.0 == [verdict]));
    }
    links.push(link(named(text.verdict_all, counts.total() + besides), "all".to_owned(), chosen.0.is_empty()));
    // Two of them stand on one page.
    let label = format!("{}: {heading}", text.verdict_label);
    view! { <nav class="ranges" aria-label=label><ul class="switch">{links}</ul></nav> }.into_any()
}
