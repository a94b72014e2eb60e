//! Coverage behind a link: figures, a line and three tables. No part has a link, and none says why.

use leptos::prelude::*;

use super::table_head::{self, NUMBER, SPARE_NUMBER};
use super::{chart_words, empty, scroll_table, shared_parts, verdict, watched};
use crate::backend::Charts;
use crate::format::Reader;
use crate::model::SharedCoverage;
use crate::model::coverage::{ClusterCoverage, FamilyCoverage, ServiceCoverage, Verdict};
use crate::text::fill;

/// How much is watched, since when, and where.
pub fn content(reader: &Reader, charts: &dyn Charts, shared: &SharedCoverage) -> AnyView {
    let coverage = &shared.coverage;
    let text = &reader.text.coverage;
    let Some(looked_at) = coverage.looked_at else { return empty::unwatched(text.headline_unknown) };
    let drawing = charts.coverage(coverage, &chart_words::coverage(reader, coverage));
    let families = usize::try_from(coverage.families.total()).unwrap_or(usize::MAX);
    let clusters = usize::try_from(coverage.clusters).unwrap_or(usize::MAX);
    let part = |heading: &'static str, id, content: AnyView, shown: usize, all: usize| {
        let more = shared_parts::more(reader, shown, all);
        shared_parts::part(heading, id, view! { {content}{more} }.into_any())
    };
    let of_services = services(reader, &shared.service_rows);
    let of_services = view! {
        <details class="chart-table"><summary>{reader.text.show_table}</summary>{of_services}</details>
    };
    view! {
        {watched::cards(reader, coverage, false)}
        <div class="chart-box" inner_html=drawing></div>
        {part(text.clusters_heading, "clusters", self::clusters(reader, &coverage.rows), coverage.rows.len(), clusters)}
        {part(text.families_heading, "families", self::families(reader, &shared.family_rows), shared.family_rows.len(), families)}
        {part(text.services_heading, "services", of_services.into_any(), shared.service_rows.len(), shared.services_total)}
        <p class="panel-foot">{fill(text.looked_at, &[("moment", &reader.moment(looked_at))])}</p>
    }
    .into_any()
}

/// A name with where it is, in one line.
fn name(label: &str, clusters: &[&str], account: &str, region: &str) -> AnyView {
    let places: Vec<_> = clusters
        .iter()
        .copied()
        .chain([account, region])
        .map(|part| view! { <span class="nowrap">{part.to_owned()}</span>" " })
        .collect();
    view! { <th scope="row">{label.to_owned()}<span class="sub whereabouts">{places}</span></th> }.into_any()
}

/// Our verdict, or that nothing runs.
fn ours(reader: &Reader, verdict: Option<Verdict>) -> AnyView {
    match verdict {
        Some(ours) => verdict::mark(reader, ours),
        None => view! { <span class="sub">{reader.text.coverage.idle}</span> }.into_any(),
    }
}

fn families(reader: &Reader, rows: &[FamilyCoverage]) -> AnyView {
    let text = &reader.text.coverage;
    let head = table_head::of(&[
        (reader.text.field_family, ""),
        (text.column_verdict, ""),
        (text.column_open, SPARE_NUMBER),
        (text.column_tasks, NUMBER),
    ]);
    let row = |row: &FamilyCoverage| {
        let clusters: Vec<&str> = row.clusters.iter().map(|cluster| cluster.label.as_str()).collect();
        view! {
            <tr data-family=row.key.clone()>
                {name(&row.label, &clusters, &row.account, &row.region)}
                <td>{verdict::mark(reader, row.verdict)}</td>
                <td class=SPARE_NUMBER>{reader.number(row.open_findings)}</td>
                <td class="number">{verdict::tasks(reader, &row.tasks)}</td>
            </tr>
        }
        .into_any()
    };
    scroll_table::of(text.families_heading, head, rows.iter().map(row).collect())
}

fn services(reader: &Reader, rows: &[ServiceCoverage]) -> AnyView {
    let text = &reader.text.coverage;
    let head = table_head::of(&[
        (reader.text.field_service, ""),
        (text.column_verdict, ""),
        (text.column_open, SPARE_NUMBER),
        (text.column_tasks, NUMBER),
    ]);
    let row = |row: &ServiceCoverage| {
        view! {
            <tr data-service=row.key.clone()>
                {name(&row.label, &[&row.cluster.label], &row.account, &row.region)}
                <td>{ours(reader, row.verdict)}</td>
                <td class=SPARE_NUMBER>{reader.number(row.open_findings)}</td>
                <td class="number">{verdict::tasks_of(reader, &row.tasks, row.verdict)}</td>
            </tr>
        }
        .into_any()
    };
    scroll_table::of(text.services_heading, head, rows.iter().map(row).collect())
}

fn clusters(reader: &Reader, rows: &[ClusterCoverage]) -> AnyView {
    let text = &reader.text.coverage;
    let head = table_head::of(&[
        (reader.text.field_cluster, ""),
        (text.column_aws, ""),
        (text.column_ours, ""),
        (text.column_open, SPARE_NUMBER),
        (text.column_tasks, NUMBER),
    ]);
    let row = |row: &ClusterCoverage| {
        view! {
            <tr data-cluster=row.key.clone()>
                {name(&row.label, &[], &row.account, &row.region)}
                <td>{verdict::aws_mark(reader, row.aws)}</td>
                <td>{ours(reader, row.verdict)}</td>
                <td class=SPARE_NUMBER>{reader.number(row.open_findings)}</td>
                <td class="number">{verdict::tasks_of(reader, &row.tasks, row.verdict)}</td>
            </tr>
        }
        .into_any()
    };
    scroll_table::of(text.clusters_heading, head, rows.iter().map(row).collect())
}
