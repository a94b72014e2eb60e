//! `/findings/{id}`: everything known about one finding.

use leptos::prelude::*;

use crate::backend::{Backend, BackendError};
use crate::components::finding_rows::narrowing;
use crate::components::shell::{Document, Place};
use crate::components::table_head::{self, NUMBER};
use crate::components::{badge, documents, drift_rows, elsewhere, evidence, finding_rows, next_steps};
use crate::format::Reader;
use crate::islands::CopyButton;
use crate::model::{
    Breakdown, Dimension, Field, Filter, Finding, FindingDetail, FindingVersion, Named, SampleChoice, Span, TimeRange,
};
use crate::page::{PRESENTATION, PageRequest, rendered};

/// Asks and lays out.
pub async fn page<B: Backend>(
    backend: &B,
    request: &PageRequest<'_>,
    id: &str,
) -> Result<(Reader, Document), BackendError> {
    let filter = Filter::parse(request.query, &PRESENTATION)?;
    let detail = backend.finding(id).await?;
    let zone = filter.time_zone.unwrap_or_else(|| backend.time_zone());
    let reader = Reader::new(request.language, &zone, detail.as_of);
    let alike = same_type(&detail.finding);
    let elsewhere = backend.breakdown(&alike, Dimension::Family).await?;
    let main = rendered(|| layout(&reader, &detail, &alike, &elsewhere));
    let title = detail.finding.title.clone();
    Ok((reader, Document { place: Place::Findings, title, main, refresh_seconds: None }))
}

/// Everything of a finding's type and kind in the time AWS remembers, samples beside samples.
fn same_type(finding: &Finding) -> Filter {
    let sample = if finding.sample { SampleChoice::Only } else { SampleChoice::Exclude };
    Filter {
        range: TimeRange::Last(Span::Quarter),
        kinds: vec![finding.kind],
        sample: Some(sample),
        ..Filter::default()
    }
    .with(Field::Type, &finding.finding_type)
}

fn layout(reader: &Reader, detail: &FindingDetail, alike: &Filter, elsewhere: &Breakdown) -> AnyView {
    let text = reader.text;
    let finding = &detail.finding;
    let console = finding.url.clone().map(|url| {
        view! { <a class="button" href=url rel="noreferrer noopener" target="_blank">{text.open_console}</a> }
    });
    let category = finding.category.map(|category| {
        let href = Filter::default().with(Field::Category, category.as_str()).href("/findings");
        let class = format!("swatch swatch-{category}");
        view! { <a class="tag" href=href><span class=class aria-hidden="true"></span>{text.category(category)}</a> }
    });
    let members = (!detail.members.is_empty()).then(|| {
        view! {
            <section class="panel panel-flush" aria-labelledby="members">
                <header class="panel-head">
                    <h2 id="members">{text.members_heading}</h2>
                    <p class="panel-note">{reader.count(text.findings_count, i64::try_from(detail.members.len()).unwrap_or(0))}</p>
                </header>
                {finding_rows::table(reader, &detail.members, None)}
            </section>
        }
    });
    let drift: Vec<_> = detail
        .drift
        .iter()
        .map(|row| view! { <p class="finding-drift" data-drift=row.kind.as_str()>{drift_rows::sentence(reader, row)}</p> })
        .collect();
    view! {
        <nav class="trail" aria-label=text.trail_label><a href="/findings">{text.nav_findings}</a></nav>
        <div class="page-head finding-head">
            <h1>{finding.title.clone()}</h1>
            <span class="panel-actions">{console}</span>
        </div>
        <p class="finding-line">
            {badge::severity(reader, finding.severity)}
            {badge::work_state(reader, finding)}
            {category}
            {badge::marks(reader, finding)}
        </p>
        {drift}
        <p class="finding-description">{finding.description.clone()}</p>
        <div class="columns columns-loose">
            <div class="stack">
                {evidence::panel(reader, &detail.evidence)}
                {what(reader, finding)}
                {when(reader, finding)}
                {work(reader, finding)}
            </div>
            <div class="stack">
                {next_steps::panel(reader, finding)}
                {place(reader, finding)}
                {elsewhere::panel(reader, alike, elsewhere)}
            </div>
        </div>
        {members}
        {history(reader, &detail.versions)}
        {documents::panel(reader, detail)}
    }
    .into_any()
}

/// A named value; nothing known is said, not left out.
fn fact(reader: &Reader, name: &'static str, value: Option<AnyView>) -> AnyView {
    let value = value.unwrap_or_else(|| view! { <span class="is-unknown">{reader.text.unknown}</span> }.into_any());
    view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

fn plain(value: Option<String>) -> Option<AnyView> {
    value.filter(|value| !value.is_empty()).map(|value| view! { <span>{value}</span> }.into_any())
}

fn code(value: Option<String>) -> Option<AnyView> {
    value.filter(|value| !value.is_empty()).map(|value| view! { <code>{value}</code> }.into_any())
}

fn what(reader: &Reader, finding: &Finding) -> AnyView {
    let text = reader.text;
    let copied = text.copied.to_owned();
    let arn = view! {
        <code class="arn">{finding.arn.clone()}</code>
        <CopyButton value=finding.arn.clone() label=text.copy.to_owned() done=copied/>
    };
    let score = finding.severity_score.map(|score| format!("{score:.1}"));
    let tactic = finding.mitre.clone();
    let sequence = finding.attack_sequence.clone().map(|arn| {
        let href =
            format!("/findings/{}", percent_encoding::utf8_percent_encode(&arn, percent_encoding::NON_ALPHANUMERIC));
        view! { <a href=href>{text.mark_sequence}</a> }.into_any()
    });
    let secondary = finding.category_secondary.map(|category| text.category(category).to_owned());
    view! {
        <section class="panel" aria-labelledby="what">
            <header class="panel-head"><h2 id="what">{text.what_heading}</h2></header>
            <dl class="facts">
                {fact(reader, text.fact_type, Some(view! { <code>{finding.finding_type.clone()}</code> }.into_any()))}
                {fact(reader, text.fact_rule, code(Some(finding.category_rule.clone())))}
                {secondary.map(|name| fact(reader, text.fact_secondary, plain(Some(name))))}
                {fact(reader, text.fact_score, plain(score))}
                {tactic.map(|tactic| fact(reader, text.fact_tactic, plain(Some(tactic))))}
                {fact(reader, text.fact_product, plain(Some(finding.product.clone())))}
                {sequence.map(|link| fact(reader, text.fact_sequence, Some(link)))}
                {finding.control.clone().map(|control| fact(reader, text.fact_control, plain(Some(control))))}
                {(!finding.vulnerability_ids.is_empty())
                    .then(|| fact(reader, text.fact_vulnerabilities, plain(Some(finding.vulnerability_ids.join(", ")))))}
                {fact(reader, "ARN", Some(arn.into_any()))}
            </dl>
        </section>
    }
    .into_any()
}

/// Several values; of many the first few, the rest on request.
fn values_list(reader: &Reader, mut values: Vec<AnyView>) -> Option<AnyView> {
    const SHOWN: usize = 3;
    if values.is_empty() {
        return None;
    }
    let rest = values.split_off(values.len().min(SHOWN));
    let items = |values: Vec<AnyView>| values.into_iter().map(|value| view! { <li>{value}</li> }).collect::<Vec<_>>();
    let more = (!rest.is_empty()).then(|| {
        let summary = reader.count(reader.text.values_more, i64::try_from(rest.len()).unwrap_or(0));
        view! { <details class="more"><summary>{summary}</summary><ul class="values">{items(rest)}</ul></details> }
    });
    Some(view! { <ul class="values">{items(values)}</ul>{more} }.into_any())
}

fn place(reader: &Reader, finding: &Finding) -> AnyView {
    let text = reader.text;
    let links = |field: Field, values: &[Named]| {
        values_list(reader, values.iter().map(|value| narrowing(field, value)).collect())
    };
    let codes = |values: &[String]| {
        values_list(reader, values.iter().map(|value| view! { <code>{value.clone()}</code> }.into_any()).collect())
    };
    let single = |field: Field, value: &Option<String>| -> Option<AnyView> {
        let value = value.clone()?;
        Some(narrowing(field, &Named { label: value.clone(), key: value }))
    };
    view! {
        <section class="panel" aria-labelledby="where">
            <header class="panel-head"><h2 id="where">{text.where_heading}</h2></header>
            <dl class="facts">
                {fact(reader, text.field(Field::Account), single(Field::Account, &finding.account))}
                {fact(reader, text.field(Field::Region), single(Field::Region, &finding.region))}
                {fact(reader, text.field(Field::Cluster), links(Field::Cluster, &finding.clusters))}
                {fact(reader, text.field(Field::Family), links(Field::Family, &finding.families))}
                {fact(reader, text.field(Field::Revision), links(Field::Revision, &finding.revisions))}
                {fact(reader, text.field(Field::Service), links(Field::Service, &finding.services))}
                {fact(reader, text.fact_task, codes(&finding.task_arns))}
                {fact(reader, text.field(Field::LaunchType), plain(Some(finding.launch_types.join(", "))))}
                {fact(reader, text.fact_container, plain(Some(finding.containers.join(", "))))}
                {fact(reader, text.field(Field::Image), codes(&finding.images))}
                {fact(reader, text.fact_digest, codes(&finding.image_digests))}
                {fact(reader, text.fact_resource, code(finding.resource_id.clone().or_else(|| finding.resource_type.clone())))}
            </dl>
        </section>
    }
    .into_any()
}

fn when(reader: &Reader, finding: &Finding) -> AnyView {
    let text = reader.text;
    let time = |instant: Option<jiff::Timestamp>| -> Option<AnyView> {
        let instant = instant?;
        let words = view! {
            <time datetime=instant.to_string()>{reader.exact_time(instant)}</time>
            <span class="sub">{reader.ago(instant)}</span>
        };
        Some(words.into_any())
    };
    view! {
        <section class="panel" aria-labelledby="when">
            <header class="panel-head">
                <h2 id="when">{text.when_heading}</h2>
                <p class="panel-note">{reader.zone_name().to_owned()}</p>
            </header>
            <dl class="facts">
                {fact(reader, text.fact_created, time(Some(finding.created_at)))}
                {fact(reader, text.fact_first_seen, time(finding.first_seen))}
                {fact(reader, text.fact_last_seen, time(finding.last_seen))}
                {fact(reader, text.fact_updated, time(Some(finding.updated_at)))}
                {fact(reader, text.fact_observed, time(Some(finding.first_observed_at)))}
                {finding.closed_at.map(|closed| fact(reader, text.fact_closed, time(Some(closed))))}
                {finding.expired_in_aws.map(|expired| fact(reader, text.fact_expired, time(Some(expired))))}
                {fact(reader, text.fact_occurrences, plain(Some(reader.number(finding.occurrences))))}
            </dl>
        </section>
    }
    .into_any()
}

/// What both services say of the work on it.
fn work(reader: &Reader, finding: &Finding) -> AnyView {
    let text = reader.text;
    let seen = |there: bool| plain(Some(if there { text.yes } else { text.no }.to_owned()));
    view! {
        <section class="panel" aria-labelledby="work">
            <header class="panel-head"><h2 id="work">{text.work_heading}</h2></header>
            <dl class="facts">
                {fact(reader, text.fact_in_guardduty, seen(finding.in_guardduty))}
                {fact(reader, text.fact_in_securityhub, seen(finding.in_securityhub))}
                {fact(reader, text.fact_archived, seen(finding.archived))}
                {fact(reader, text.field(Field::Workflow), plain(finding.workflow.clone()))}
                {fact(reader, text.fact_record_state, plain(finding.record_state.clone()))}
                {finding.compliance.clone().map(|status| fact(reader, text.fact_compliance, plain(Some(status))))}
            </dl>
        </section>
    }
    .into_any()
}

/// New resources of a state that are shown at once.
const RESOURCES: usize = 3;

/// What was new in a state, and the resources it named for the first time.
fn changed(reader: &Reader, version: &FindingVersion) -> AnyView {
    let words: Vec<_> = version.changed.iter().map(|aspect| reader.text.aspect(*aspect)).collect();
    let spans = |keys: &[String]| -> Vec<_> {
        keys.iter().map(|key| view! { <span class="sub">{key.clone()}</span> }).collect()
    };
    let (first, rest) = version.resources.split_at(version.resources.len().min(RESOURCES));
    let more = (!rest.is_empty()).then(|| {
        let summary = reader.count(reader.text.values_more, i64::try_from(rest.len()).unwrap_or(0));
        view! { <details class="more"><summary>{summary}</summary>{spans(rest)}</details> }
    });
    view! { {words.join(reader.text.list_separator)} {spans(first)} {more} }.into_any()
}

fn history(reader: &Reader, versions: &[FindingVersion]) -> AnyView {
    let text = reader.text;
    let rows: Vec<_> = versions
        .iter()
        .rev()
        .map(|version| {
            let observed = version.observed_at;
            let state = if version.archived { text.status(crate::model::StatusChoice::Archived) } else { "" };
            let delta = if version.count_delta > 0 { format!("+{}", reader.number(version.count_delta)) } else { String::new() };
            view! {
                <tr>
                    <td class="nowrap">
                        <time datetime=observed.to_string() title=reader.exact_time(observed)>{reader.time(observed)}</time>
                    </td>
                    <td>{text.source(version.source)}</td>
                    <td>{badge::severity(reader, version.severity)}</td>
                    <td class="number">{reader.number_or_unknown(version.count)}</td>
                    <td class="number">{delta}</td>
                    <td>{version.workflow.clone()}" "{state}</td>
                    <td>{changed(reader, version)}</td>
                </tr>
            }
        })
        .collect();
    let head = table_head::of(&[
        (text.column_observed, ""),
        (text.column_source, ""),
        (text.column_severity, ""),
        (text.column_count, NUMBER),
        (text.column_more, NUMBER),
        (text.column_state, ""),
        (text.column_changed, ""),
    ]);
    view! {
        <section class="panel panel-flush" aria-labelledby="history">
            <header class="panel-head">
                <h2 id="history">{text.history_heading}</h2>
                <p class="panel-note">{text.history_note}</p>
            </header>
            <div class="scroller" tabindex="0" role="group" aria-label=text.history_heading>
                <table class="data">
                    {head}
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
