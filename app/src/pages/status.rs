//! `/status`: how fresh every source is, what the services differ about, what was refused, and the database behind it.

use leptos::prelude::*;

use crate::backend::{Backend, BackendError};
use crate::components::shell::{Document, Place};
use crate::components::{database_notices, drift_rows, reject_rows, source_rows};
use crate::format::Reader;
use crate::model::{Drift, Filter, RejectPage, RejectQuery, SourceStatus, StatusReport};
use crate::page::{PRESENTATION, PageRequest, rendered};
use crate::text::fill;

/// Rejected inputs on the page; the API has all.
const REJECTS: u32 = 10;

/// Asks and lays out.
pub async fn page<B: Backend>(backend: &B, request: &PageRequest<'_>) -> Result<(Reader, Document), BackendError> {
    // Takes no filter: anything but presentation is a mistake that is named, as everywhere.
    let filter = Filter::parse(request.query, &PRESENTATION)?;
    let zone = filter.time_zone.unwrap_or_else(|| backend.time_zone());
    let report = backend.status().await?;
    let drift = backend.drift(&Filter::default()).await?;
    let rejects = backend.rejects(&RejectQuery { limit: Some(REJECTS), cursor: None }).await?;
    let reader = Reader::new(request.language, &zone, report.as_of);
    let main = rendered(|| layout(&reader, &report, &drift, &rejects));
    let document = Document { place: Place::Status, title: reader.text.nav_status.to_owned(), main };
    Ok((reader, document))
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
            </header>
            {clock}
            {sources}
        </section>
        <section class="panel" aria-labelledby="drift">
            <header class="panel-head">
                <h2 id="drift">{text.drift_heading}</h2>
                <p class="panel-note">{text.drift_note}</p>
            </header>
            {drift_rows::lists(reader, drift)}
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
