//! `/status`: how fresh every source is, what the services differ about, what was refused, and the database behind it.

use leptos::prelude::*;

use crate::backend::{Backend, BackendError};
use crate::components::shell::{Document, Place};
use crate::components::{collector_rows, database_notices, drift_rows, reject_rows, source_rows, type_rows};
use crate::format::Reader;
use crate::model::{Drift, Filter, RejectPage, RejectQuery, SourceStatus, StatusReport};
use crate::page::{PRESENTATION, PageRequest, rendered};
use crate::text::fill;

/// Rejected inputs on the page; the API has all.
const REJECTS: u32 = 10;

/// After a pull was asked for: how many pulls had ended until then.
const FOLLOW: &str = "follow";
/// Between two looks at a pull that somebody follows.
const FOLLOW_SECONDS: u32 = 2;

/// Asks and lays out.
pub async fn page<B: Backend>(backend: &B, request: &PageRequest<'_>) -> Result<(Reader, Document), BackendError> {
    // Takes no filter: anything but presentation is a mistake that is named, as everywhere.
    let filter = Filter::parse(request.query, &[&PRESENTATION[..], &[FOLLOW]].concat())?;
    let zone = filter.time_zone.unwrap_or_else(|| backend.time_zone());
    let report = backend.status().await?;
    let drift = backend.drift(&Filter::default()).await?;
    let rejects = backend.rejects(&RejectQuery { limit: Some(REJECTS), cursor: None }).await?;
    let reader = Reader::new(request.language, &zone, report.as_of);
    let main = rendered(|| layout(&reader, &report, &drift, &rejects));
    let refresh_seconds = is_followed(request, &report).then_some(FOLLOW_SECONDS);
    let document = Document { place: Place::Status, title: reader.text.nav_status.to_owned(), main, refresh_seconds };
    Ok((reader, document))
}

/// Whether a reader waits for a pull that has not ended, or not begun.
fn is_followed(request: &PageRequest<'_>, report: &StatusReport) -> bool {
    let follow = form_urlencoded::parse(request.query.as_bytes()).find(|(name, _)| name == FOLLOW);
    let Some(ended_before) = follow.and_then(|(_, ended)| ended.parse::<u64>().ok()) else { return false };
    // Equal: it has not begun. A smaller number is that of another process, whose reader waits for nothing.
    report.pulls_ended == ended_before || report.sources.iter().any(|source| source.pulling.is_some())
}

/// When the next pull comes, and a button for those who do not want to wait. Nothing for reports nobody pulls for.
fn pull_now(reader: &Reader, report: &StatusReport) -> Option<AnyView> {
    let text = reader.text;
    let next = report.next_pull_at?;
    let next = fill(text.next_pull, &[("moment", &reader.moment(next))]);
    Some(
        view! {
            <form class="pull-now" method="post" action="/api/v1/sync">
                <span class="panel-note">{next}</span>
                <button class="button" type="submit">{text.pull_now}</button>
            </form>
        }
        .into_any(),
    )
}

fn layout(reader: &Reader, report: &StatusReport, drift: &Drift, rejects: &RejectPage) -> AnyView {
    let text = reader.text;
    let sources = if report.sources.is_empty() {
        view! { <p class="empty">{text.no_source_yet}</p> }.into_any()
    } else {
        source_rows::table(reader, &report.sources)
    };
    // All sources are read by the same machine: the worst difference stands for it.
    let clock = report.sources.iter().filter_map(SourceStatus::clock_difference).max_by_key(|seconds| seconds.abs());
    let clock = clock.map(|seconds| {
        let template = if seconds > 0 { text.clock_ahead } else { text.clock_behind };
        view! { <p class="panel-body trouble">{fill(template, &[("span", &reader.span(seconds.abs()))])}</p> }
    });
    let interval = i64::try_from(report.sync_interval_seconds).unwrap_or(0);
    let database = &report.database;
    let facts = [
        (text.database_findings, reader.number(database.findings)),
        (text.database_versions, reader.number(database.versions)),
        (text.database_rejected, reader.number(database.rejected_inputs)),
        (text.database_size, reader.bytes(database.bytes)),
        (text.database_schema, database.schema_version.to_string()),
        (text.database_engine, format!("DuckDB {}", database.duckdb_version)),
        (text.product_version, report.version.clone()),
    ];
    let facts: Vec<_> =
        facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect();
    view! {
        <div class="page-head"><h1>{text.nav_status}</h1></div>
        {database_notices::notices(reader, database)}
        <section class="panel" aria-labelledby="sources">
            <header class="panel-head">
                <h2 id="sources">{text.sources_heading}</h2>
                <p class="panel-note">{fill(text.sync_interval, &[("span", &reader.span(interval))])}</p>
                {pull_now(reader, report)}
            </header>
            {clock}
            {sources}
        </section>
        {collector_rows::panel(reader, &report.collectors)}
        <section class="panel" aria-labelledby="drift">
            <header class="panel-head">
                <h2 id="drift">{text.drift_heading}</h2>
                <p class="panel-note">{text.drift_note}</p>
            </header>
            {drift_rows::lists(reader, drift)}
        </section>
        <section class="panel" aria-labelledby="unknown-types">
            <header class="panel-head">
                <h2 id="unknown-types">{text.unknown_types_heading}</h2>
                <p class="panel-note">{text.unknown_types_note}</p>
            </header>
            {type_rows::table(reader, &report.unknown_types)}
        </section>
        <section class="panel" aria-labelledby="rejects">
            <header class="panel-head">
                <h2 id="rejects">{text.rejects_heading}</h2>
                <p class="panel-note">{reader.count(text.rejects_note, rejects.total)}</p>
                <a class="quiet" href="/api/v1/status/rejects">{text.rejects_all}</a>
            </header>
            {reject_rows::table(reader, rejects)}
        </section>
        <section class="panel" aria-labelledby="database">
            <header class="panel-head"><h2 id="database">{text.database_heading}</h2></header>
            <dl class="facts">{facts}</dl>
        </section>
    }
    .into_any()
}
