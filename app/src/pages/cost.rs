//! `/cost`: what it costs, what it would cost, and on what that rests.

use leptos::prelude::*;

use crate::backend::{Backend, BackendError, Charts};
use crate::components::cost::charts::{self, Easel};
use crate::components::cost::{estimates, forms, offers, origins, sentence, workloads};
use crate::components::shell::{Document, Place};
use crate::components::{other_forms, share_link};
use crate::format::Reader;
use crate::model::{CostReport, CostSplit, CostView, ShareReport};
use crate::page::{PRESENTATION, PageRequest, rendered};

/// Asks and lays out.
pub async fn page<B: Backend>(
    backend: &B,
    charts: &dyn Charts,
    request: &PageRequest<'_>,
) -> Result<(Reader, Document), BackendError> {
    let view = CostView::parse(request.query, &PRESENTATION)?;
    let report = backend.cost(&view).await?;
    let zone = view.filter.time_zone.clone().unwrap_or_else(|| backend.time_zone());
    let reader = Reader::new(request.language, &zone, report.as_of);
    let main = rendered(|| layout(&reader, charts, &view, &report));
    let title = reader.text.cost.heading.to_owned();
    Ok((reader, Document { place: Place::Cost, title, main, refresh_seconds: None }))
}

fn layout(reader: &Reader, drawn: &dyn Charts, view: &CostView, report: &CostReport) -> AnyView {
    let text = &reader.text.cost;
    let easel = Easel { charts: drawn, view: Some(view) };
    let projection = &report.projection;
    let file = |name: &str| view.href(&format!("/api/v1/export/{name}.csv"));
    let known = !projection.rows.is_empty();
    let places = CostView { filter: view.filter.clone(), features: view.features.clone(), ..CostView::default() };
    let calendar = places.href("/api/v1/cost/trials.ics");
    let joint = if calendar.contains('?') { '&' } else { '?' };
    let calendar = format!("{calendar}{joint}lang={}", reader.language.tag());
    let note = if report.workloads.is_empty() {
        view! { <p class="empty is-unknown">{text.workloads_none}</p> }.into_any()
    } else {
        workloads::table(reader, report)
    };
    view! {
        {sentence::opening(reader, report)}
        {known.then(|| sentence::banners(reader, &projection.rows))}
        <div class="toolbar cost-toolbar">
            {forms::scope(reader, view, report)}
            {share_link::button(reader, ShareReport::Cost, &view.href("/cost"))}
            <a class="button" href=calendar>
                {text.calendar}
            </a>
        </div>
        {charts::days(reader, easel, &report.days)}
        <section class="panel" aria-labelledby="projection">
            <header class="panel-head">
                <h2 id="projection">{text.projection_heading}</h2>
                <p class="panel-note">{text.projection_note}</p>
                <span class="panel-actions">
                    <a class="quiet" href=file("cost_projection")>"CSV"</a>
                    {other_forms::links(reader, &file("cost_projection"), text.projection_heading)}
                </span>
            </header>
            {estimates::projection(reader, projection)}
        </section>
        <div class="columns">
            {estimates::trials(reader, &projection.rows)}
            {estimates::readings(reader, projection)}
        </div>
        <div class="columns columns-loose">
            {charts::parts(reader, easel, &report.parts, CostSplit::Feature)}
            <div class="stack">
                {charts::parts(reader, easel, &report.parts, CostSplit::Account)}
                {charts::parts(reader, easel, &report.parts, CostSplit::Region)}
            </div>
        </div>
        <section class="panel" aria-labelledby="workloads">
            <header class="panel-head">
                <h2 id="workloads">{text.workloads_heading}</h2>
                <span class="panel-actions">
                    <a class="quiet" href=file("cost")>"CSV"</a>
                    {other_forms::links(reader, &file("cost"), text.workloads_heading)}
                </span>
            </header>
            {note}
        </section>
        <div class="columns columns-loose">
            {charts::parts(reader, easel, &report.parts, CostSplit::Cluster)}
            {charts::parts(reader, easel, &report.parts, CostSplit::Family)}
        </div>
        {forms::what_if(reader, view, report)}
        <section class="panel" aria-labelledby="alternatives">
            <header class="panel-head">
                <h2 id="alternatives">{text.alternatives_heading}</h2>
                <span class="panel-actions">
                    <a class="quiet" href=file("cost_alternatives")>"CSV"</a>
                    {other_forms::links(reader, &file("cost_alternatives"), text.alternatives_heading)}
                </span>
            </header>
            {offers::quotes(reader, view, &report.alternatives)}
            {forms::quote(reader, view)}
            {charts::break_even(reader, easel, &report.alternatives)}
        </section>
        {offers::differences(reader, &report.products)}
        {origins::asked(reader, report)}
        {origins::prices(reader, report)}
    }
    .into_any()
}
