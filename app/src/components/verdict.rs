//! Verdicts with their reasons: a mark, words, and what to do about it.

use leptos::prelude::*;

use crate::format::Reader;
use crate::islands::CopyButton;
use crate::model::coverage::{AwsVerdict, Exposure, Reason, TaskCounts, TaskTime, Verdict};
use crate::remedy;
use crate::text::fill;

/// Our verdict with its shape.
pub fn mark(reader: &Reader, verdict: Verdict) -> AnyView {
    let class = format!("verdict verdict-{verdict}");
    view! { <span class=class>{reader.text.coverage.verdict(verdict)}</span> }.into_any()
}

/// AWS's verdict with its shape.
pub fn aws_mark(reader: &Reader, verdict: AwsVerdict) -> AnyView {
    let class = format!("verdict verdict-aws-{verdict}");
    view! { <span class=class>{reader.text.coverage.aws_verdict(verdict)}</span> }.into_any()
}

/// `3 of 4`, or that nobody knows.
pub fn tasks(reader: &Reader, counts: &TaskCounts) -> AnyView {
    if counts.running == 0 || counts.unknown == counts.running {
        return view! { <span class="is-unknown">{reader.text.unknown}</span> }.into_any();
    }
    let (covered, running) = (reader.number(counts.covered), reader.number(counts.running));
    let words = fill(reader.text.coverage.tasks_of, &[("covered", &covered), ("running", &running)]);
    view! { <span class="nowrap">{words}</span> }.into_any()
}

/// The same of what may stand still: without a verdict nothing runs, which is known.
pub fn tasks_of(reader: &Reader, counts: &TaskCounts, verdict: Option<Verdict>) -> AnyView {
    if verdict.is_none() { view! { <span>"0"</span> }.into_any() } else { tasks(reader, counts) }
}

/// What reaches it from outside.
pub fn exposure(reader: &Reader, exposure: Exposure) -> AnyView {
    let class = if exposure == Exposure::Unknown { "is-unknown" } else { "exposure" };
    view! { <span class=class data-exposure=exposure.as_str()>{reader.text.coverage.exposure(exposure)}</span> }
        .into_any()
}

/// How many of the open findings are high or critical.
pub fn severe(reader: &Reader, open_severe: i64) -> Option<AnyView> {
    let words = || reader.count(reader.text.coverage.open_severe, open_severe);
    (open_severe > 0).then(|| view! { <span class="sub severe">{words()}</span> }.into_any())
}

/// vCPUs with two decimals at most.
pub fn vcpus(units: i64) -> String {
    let text = format!("{:.2}", TaskCounts::vcpus(units));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Whole percent, rounded down: 99.9 % is not all.
pub fn percent(reader: &Reader, value: Option<f64>) -> String {
    value.map_or_else(|| reader.text.unknown.to_owned(), |value| format!("{} %", value.floor()))
}

/// The first reason in few words, for a table.
pub fn why(reader: &Reader, reasons: &[Reason]) -> AnyView {
    let Some(reason) = reasons.first() else { return ().into_any() };
    let words = remedy::remedy(reason.kind, reader.language);
    let aws = reason.aws.clone().map(|aws| view! { <span class="sub verdict-aws-words" lang="en">{aws}</span> });
    let more = (reasons.len() > 1).then(|| format!(" (+{})", reasons.len() - 1));
    view! { <span class="verdict-why">{words.meaning}{more}</span>{aws} }.into_any()
}

/// Every reason with what to do.
pub fn reasons(reader: &Reader, reasons: &[Reason]) -> AnyView {
    if reasons.is_empty() {
        return ().into_any();
    }
    let items: Vec<_> = reasons.iter().map(|reason| one(reader, reason)).collect();
    view! { <ul class="reasons">{items}</ul> }.into_any()
}

fn one(reader: &Reader, reason: &Reason) -> AnyView {
    let text = &reader.text.coverage;
    let words = remedy::remedy(reason.kind, reader.language);
    let aws = reason.aws.clone().map(|aws| {
        view! { <div><dt>{text.aws_says}</dt><dd lang="en">{aws}</dd></div> }
    });
    let tasks = (reason.tasks > 0)
        .then(|| view! { <span class="panel-note">{reader.count(text.reason_tasks, reason.tasks)}</span> });
    let commands: Vec<_> = reason
        .commands
        .iter()
        .map(|line| {
            let (copy, copied) = (reader.text.copy.to_owned(), reader.text.copied.to_owned());
            view! {
                <li class="command-line">
                    <pre class="command" tabindex="0" role="group" aria-label=text.commands><code>{line.clone()}</code></pre>
                    <CopyButton value=line.clone() label=copy done=copied/>
                </li>
            }
        })
        .collect();
    let commands = (!commands.is_empty()).then(|| {
        view! {
            <details class="advice-commands">
                <summary>{text.commands}</summary>
                <ul>{commands}</ul>
            </details>
        }
    });
    view! {
        <li class="reason" data-reason=reason.kind.as_str()>
            <p class="reason-meaning">{words.meaning}" "{tasks}</p>
            <dl class="reason-facts">
                {aws}
                <div><dt>{text.to_do}</dt><dd>{words.fix}</dd></div>
                <div><dt>{text.effect}</dt><dd>{words.effect}</dd></div>
            </dl>
            {commands}
        </li>
    }
    .into_any()
}

/// Findings per thousand covered task-hours, how much was covered, and of how much nobody could tell.
pub fn rate(reader: &Reader, findings: i64, time: &TaskTime) -> AnyView {
    let text = &reader.text.coverage;
    let hours = |seconds: i64| reader.number(seconds / 3600);
    let rate = time
        .rate(findings)
        .map_or_else(|| text.rate_unknown.to_owned(), |rate| fill(text.rate, &[("rate", &format!("{rate:.1}"))]));
    let known = time.task_seconds - time.unknown_task_seconds;
    let (covered, all) = (hours(time.covered_task_seconds), hours(known));
    let of = (known > 0).then(|| fill(text.rate_hours, &[("covered", &covered), ("all", &all)]));
    let dark = (time.unknown_task_seconds >= 3600)
        .then(|| fill(text.rate_dark, &[("unknown", &hours(time.unknown_task_seconds))]));
    let sentences: Vec<String> = [Some(rate), of, dark].into_iter().flatten().collect();
    view! { <p class="panel-body coverage-rate">{reader.sentences(&sentences)}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::rendered;
    use crate::text::Language;

    fn said(language: Language, time: TaskTime) -> String {
        rendered(|| rate(&Reader::timeless(language), 3, &time))
    }

    #[test]
    fn a_rate_rests_on_an_hour_that_was_covered_and_says_what_nobody_could_tell() {
        let nothing = said(Language::English, TaskTime::default());
        assert!(nothing.contains("Rate unknown") && !nothing.contains("task-hours"), "{nothing}");
        let short = TaskTime { task_seconds: 9000, covered_task_seconds: 3599, unknown_task_seconds: 1800 };
        let short = said(Language::English, short);
        assert!(short.contains("Rate unknown") && short.contains("0 of 2 task-hours"), "{short}");
        assert!(!short.contains("nobody could tell"), "{short}");
        let dark = TaskTime { task_seconds: 7200, covered_task_seconds: 0, unknown_task_seconds: 7200 };
        let dark = said(Language::English, dark);
        assert!(dark.ends_with("Of 2 task-hours nobody could tell.</p>") && !dark.contains("0 of"), "{dark}");
        let time = TaskTime { task_seconds: 12_600, covered_task_seconds: 7200, unknown_task_seconds: 3600 };
        let told = said(Language::English, time);
        assert!(told.contains("1500.0 findings per 1,000 covered task-hours. 2 of 2 task-hours"), "{told}");
        assert!(told.contains("were covered. Of 1 task-hours nobody could tell."), "{told}");
        let told = said(Language::Japanese, time);
        assert!(told.contains("監視されていました。1タスク時間は監視の有無が不明です。"), "{told}");
    }
}
