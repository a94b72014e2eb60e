//! On the page of a cluster or a family: whether agents watch it, why not, and what to do.

use leptos::prelude::*;

use super::{badge, place_link, service_rows, verdict};
use crate::backend::{Backend, BackendError};
use crate::format::Reader;
use crate::model::coverage::{ClusterCoverage, FamilyCoverage, ServiceCoverage, VerdictChoice};
use crate::model::terms::NONE_KEY;
use crate::model::{Field, Filter};
use crate::text::fill;

/// What is known of a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Watched {
    /// The place is none that runs.
    NoMatter,
    Clusters(Vec<ClusterCoverage>, Vec<ServiceCoverage>),
    Families(Vec<FamilyCoverage>, Vec<ServiceCoverage>),
}

/// Asks for the places that go by this name. `filter` is narrowed to it already.
pub async fn ask<B: Backend>(backend: &B, field: Field, name: &str, filter: &Filter) -> Result<Watched, BackendError> {
    if name == NONE_KEY {
        return Ok(Watched::NoMatter);
    }
    if !matches!(field, Field::Cluster | Field::Family) {
        return Ok(Watched::NoMatter);
    }
    let all = VerdictChoice::default();
    let services = backend.service_coverage(filter, &all).await?.rows;
    Ok(match field {
        Field::Cluster => Watched::Clusters(backend.coverage(filter).await?.rows, services),
        _ => Watched::Families(backend.family_coverage(filter, &all).await?.rows, services),
    })
}

/// The panel, or nothing where it is no matter.
pub fn panel(reader: &Reader, filter: &Filter, watched: &Watched) -> AnyView {
    let text = &reader.text.coverage;
    let (items, services): (Vec<AnyView>, _) = match watched {
        Watched::NoMatter => return ().into_any(),
        Watched::Clusters(rows, services) => (rows.iter().map(|row| cluster(reader, row)).collect(), services),
        Watched::Families(rows, services) => (rows.iter().map(|row| family(reader, row)).collect(), services),
    };
    let services = (!services.is_empty()).then(|| {
        view! {
            <section class="watched-services" aria-labelledby="services">
                <h3 id="services">{text.services_heading}</h3>
                {service_rows::table(reader, filter, services)}
            </section>
        }
    });
    let body =
        if items.is_empty() { view! { <p class="empty">{text.panel_none}</p> }.into_any() } else { items.into_any() };
    view! {
        <section class="panel" aria-labelledby="watched">
            <header class="panel-head">
                <h2 id="watched">{text.panel_heading}</h2>
                <a class="quiet" href=filter.first_page().without(Field::Cluster).without(Field::Family).href("/coverage")>{text.heading}</a>
            </header>
            {body}
            {services}
        </section>
    }
    .into_any()
}

fn cluster(reader: &Reader, row: &ClusterCoverage) -> AnyView {
    let text = &reader.text.coverage;
    let ours = match row.verdict {
        Some(ours) => verdict::mark(reader, ours),
        None => view! { <span class="sub">{text.idle}</span> }.into_any(),
    };
    let issues: Vec<_> = row.issues.iter().map(|issue| view! { <li lang="en">{issue.clone()}</li> }).collect();
    let issues = (!issues.is_empty()).then(|| view! { <ul class="aws-issues">{issues}</ul> });
    view! {
        <div class="watched">
            <p>
                {badge::whereabouts(Some(&row.account), Some(&row.region))}
                <span>{text.column_ours}": "{ours}</span>" "
                <span>{text.column_aws}": "{verdict::aws_mark(reader, row.aws)}</span>" "
                <span>{text.column_tasks}": "{verdict::tasks_of(reader, &row.tasks, row.verdict)}</span>
                <span>{text.column_exposure}": "{verdict::exposure(reader, row.exposure)}</span>
            </p>
            {verdict::rate(reader, row.findings, &row.time)}
            {issues}
            {verdict::reasons(reader, &row.reasons)}
        </div>
    }
    .into_any()
}

fn family(reader: &Reader, row: &FamilyCoverage) -> AnyView {
    let text = &reader.text.coverage;
    let since = row.since.map(|since| fill(text.panel_since, &[("moment", &reader.moment(since))]));
    let clusters: Vec<_> = row
        .clusters
        .iter()
        .map(|cluster| {
            let href = place_link::href(&Filter::default(), Field::Cluster, &cluster.key, &cluster.label);
            view! { <a href=href>{cluster.label.clone()}</a>" " }
        })
        .collect();
    view! {
        <div class="watched">
            <p>
                {badge::whereabouts(Some(&row.account), Some(&row.region))}
                {verdict::mark(reader, row.verdict)}" "
                <span class="sub">{since}</span>" "
                <span>{text.column_tasks}": "{verdict::tasks(reader, &row.tasks)}</span>" "
                <span>{text.column_exposure}": "{verdict::exposure(reader, row.exposure)}</span>" "
                <span>{clusters}</span>
            </p>
            {verdict::rate(reader, row.findings, &row.time)}
            {verdict::reasons(reader, &row.reasons)}
        </div>
    }
    .into_any()
}
