//! `/coverage`: how much of the fleet is watched, where not, why, and what to do about it.

use leptos::prelude::*;

use crate::backend::{Backend, BackendError, Charts};
use crate::components::shell::{Document, Place};
use crate::components::table_head::{self, NUMBER};
use crate::components::{
    badge, chart_words, facets, look_rows, other_forms, place_link, range_bar, scroll_table, service_rows, share_link,
    verdict, verdict_switch, watched,
};
use crate::format::Reader;
use crate::model::coverage::{
    ClusterCoverage, Coverage, CoverageBucket, FamilyCoverage, FamilyCoverages, LostCoverage, RegionCoverage,
    ServiceCoverages, TaskCounts, VerdictChoice,
};
use crate::model::{Field, Filter, FilterError, ShareReport};
use crate::page::{PRESENTATION, PageRequest, rendered};
use crate::text::fill;

const PATH: &str = "/coverage";

/// Asks and lays out.
pub async fn page<B: Backend>(
    backend: &B,
    charts: &dyn Charts,
    request: &PageRequest<'_>,
) -> Result<(Reader, Document), BackendError> {
    let filter = Filter::parse(request.query, &[&PRESENTATION[..], &[verdict_switch::PARAMETER]].concat())?;
    let chosen = chosen(request.query)?;
    let coverage = backend.coverage(&filter).await?;
    let families = backend.family_coverage(&filter, &chosen).await?;
    let services = backend.service_coverage(&filter, &chosen).await?;
    let reader = Reader::new(request.language, &coverage.window.time_zone, coverage.as_of);
    let main = rendered(|| layout(&reader, charts, &filter, &chosen, (&coverage, &families, &services)));
    let title = reader.text.coverage.heading.to_owned();
    Ok((reader, Document { place: Place::Coverage, title, main, refresh_seconds: None }))
}

/// Gaps, unless others are asked for; `all` is every family.
fn chosen(query: &str) -> Result<VerdictChoice, FilterError> {
    let words = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == verdict_switch::PARAMETER);
    let words: Vec<_> = words.map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty()).collect();
    match words.join(",").as_str() {
        "" => Ok(VerdictChoice(verdict_switch::GAPS.to_vec())),
        "all" => Ok(VerdictChoice::default()),
        text => VerdictChoice::parse(text).map_err(|error| FilterError::bad(verdict_switch::PARAMETER, error)),
    }
}

fn layout(
    reader: &Reader,
    charts: &dyn Charts,
    filter: &Filter,
    chosen: &VerdictChoice,
    (coverage, families, services): (&Coverage, &FamilyCoverages, &ServiceCoverages),
) -> AnyView {
    let text = &reader.text.coverage;
    view! {
        <div class="page-head">
            <h1>{text.heading}</h1>
            {share_link::button(reader, ShareReport::Coverage, &filter.first_page().href(PATH))}
        </div>
        {opening(reader, coverage)}
        <div class="toolbar">
            {range_bar::presets(reader, filter, PATH)}
            {facets::chips(reader, filter, None, PATH)}
        </div>
        {watched::cards(reader, coverage, true)}
        {history(reader, charts, filter, coverage)}
        {lost(reader, filter, &coverage.lost)}
        {by_family(reader, filter, chosen, families)}
        {service_rows::panel(reader, filter, PATH, chosen, services)}
        {clusters(reader, filter, &coverage.rows)}
        {regions(reader, &coverage.regions)}
    }
    .into_any()
}

fn opening(reader: &Reader, coverage: &Coverage) -> AnyView {
    let text = &reader.text.coverage;
    let first = watched::sentence(reader, coverage);
    let Some(looked_at) = coverage.looked_at else {
        return view! { <section class="opening"><p class="headline is-unknown">{first}</p></section> }.into_any();
    };
    let number = |value: i64| reader.number(value);
    let families = &coverage.families;
    let gaps = families.gap + families.partly;
    let gaps = (gaps > 0).then(|| reader.count(text.headline_gaps, gaps));
    let dark = (families.unknown > 0).then(|| reader.count(text.headline_dark, families.unknown));
    let (healthy, clusters) = (number(coverage.healthy), number(coverage.clusters));
    let aws = fill(text.headline_clusters, &[("healthy", &healthy), ("all", &clusters)]);
    let lost = i64::try_from(coverage.lost.len()).unwrap_or(i64::MAX);
    let lost = (lost > 0).then(|| reader.count(text.headline_lost, lost));
    let rest: Vec<String> = [gaps, dark, Some(aws), lost].into_iter().flatten().collect();
    let rest = reader.sentences(&rest);
    let looked = fill(text.looked_at, &[("moment", &reader.moment(looked_at))]);
    view! {
        <section class="opening">
            <p class="headline coverage-headline">{first}</p>
            <p class="headline-note">{rest}</p>
            <p class="headline-note">{looked}</p>
        </section>
    }
    .into_any()
}

fn history(reader: &Reader, charts: &dyn Charts, filter: &Filter, coverage: &Coverage) -> AnyView {
    let text = &reader.text.coverage;
    let drawing = charts.coverage(coverage, &chart_words::coverage(reader, coverage));
    let head = table_head::of(&[
        (reader.text.column_from, ""),
        (text.column_covered, NUMBER),
        (text.column_task_hours, NUMBER),
    ]);
    let row = |bucket: &CoverageBucket| {
        let name = bucket.start.get(..16).unwrap_or(&bucket.start).replace('T', " ");
        let hours = if bucket.observed_seconds > 0 {
            reader.number(bucket.task_seconds / 3600)
        } else {
            reader.text.unknown.to_owned()
        };
        view! {
            <tr>
                <th scope="row"><time datetime=bucket.start.clone()>{name}</time></th>
                <td class="number">{verdict::percent(reader, bucket.covered_percent)}</td>
                <td class="number">{hours}</td>
            </tr>
        }
        .into_any()
    };
    let rows = coverage.history.iter().map(row).collect();
    let picture = filter.first_page().href("/api/v1/charts/coverage.svg");
    view! {
        <section class="panel" aria-labelledby="history">
            <header class="panel-head">
                <h2 id="history">{text.history_heading}</h2>
                <p class="panel-note">{range_bar::words(reader, &coverage.window)}</p>
                <span class="panel-actions">
                    <a class="quiet" href=picture>{reader.text.reports.picture}</a>
                </span>
            </header>
            <div class="chart-box" inner_html=drawing></div>
            <p class="panel-foot">{text.history_note}</p>
            <details class="chart-table">
                <summary>{reader.text.show_table}</summary>
                {scroll_table::of(text.history_heading, head, rows)}
            </details>
        </section>
    }
    .into_any()
}

fn lost(reader: &Reader, filter: &Filter, lost: &[LostCoverage]) -> AnyView {
    let text = &reader.text.coverage;
    let item = |one: &LostCoverage| {
        let href = place_link::href(filter, Field::Family, &one.key, &one.label);
        let words = fill(text.lost_at, &[("is", text.verdict(one.is)), ("moment", &reader.moment(one.at))]);
        view! {
            <li>
                <a href=href>{one.label.clone()}</a>" "
                {badge::whereabouts(Some(&one.account), Some(&one.region))}
                <span class="sub">{one.cluster.label.clone()}</span>" "
                <span>{words}</span>
            </li>
        }
    };
    let body = if lost.is_empty() {
        view! { <p class="empty">{text.lost_none}</p> }.into_any()
    } else {
        view! { <ul class="lost">{lost.iter().map(item).collect::<Vec<_>>()}</ul> }.into_any()
    };
    view! {
        <section class="panel" aria-labelledby="lost">
            <header class="panel-head"><h2 id="lost">{text.lost_heading}</h2></header>
            {body}
        </section>
    }
    .into_any()
}

fn by_family(reader: &Reader, filter: &Filter, chosen: &VerdictChoice, families: &FamilyCoverages) -> AnyView {
    let text = &reader.text.coverage;
    let head = table_head::of(&[
        (reader.text.field_family, ""),
        (text.column_verdict, ""),
        (text.column_why, ""),
        (text.column_exposure, ""),
        (text.column_open, NUMBER),
        (text.column_tasks, NUMBER),
        (text.column_vcpus, NUMBER),
    ]);
    let rows: Vec<_> = families.rows.iter().map(|row| family(reader, filter, row)).collect();
    let body = if rows.is_empty() {
        view! { <p class="empty">{text.families_none}</p> }.into_any()
    } else {
        scroll_table::of(text.families_heading, head, rows)
    };
    let csv = filter.first_page().href(&verdict_switch::file("families", chosen));
    view! {
        <section class="panel" aria-labelledby="families">
            <header class="panel-head">
                <h2 id="families">{text.families_heading}</h2>
                <p class="panel-note">{text.families_note}</p>
                <span class="panel-actions">
                    <a class="quiet" href=csv.clone()>"CSV"</a>
                    {other_forms::links(reader, &csv, text.families_heading)}
                </span>
            </header>
            {verdict_switch::links(reader, filter, (PATH, "families", text.families_heading), chosen, (&families.verdicts, 0))}
            {body}
        </section>
    }
    .into_any()
}

fn family(reader: &Reader, filter: &Filter, row: &FamilyCoverage) -> AnyView {
    let href = place_link::href(filter, Field::Family, &row.key, &row.label);
    let mut open = filter.with(Field::Family, &row.key);
    open.status = Some(crate::model::StatusChoice::Active);
    open.range = crate::model::TimeRange::Last(crate::model::Span::All);
    view! {
        <tr data-verdict=row.verdict.as_str() data-family=row.key.clone()>
            <th scope="row">
                <a href=href>{row.label.clone()}</a>
                {badge::whereabouts(Some(&row.account), Some(&row.region))}
            </th>
            <td>{verdict::mark(reader, row.verdict)}</td>
            <td class="wrap">{verdict::why(reader, &row.reasons)}</td>
            <td>{verdict::exposure(reader, row.exposure)}</td>
            <td class="number"><a href=open.href("/findings")>{reader.number(row.open_findings)}</a>{verdict::severe(reader, row.open_severe)}</td>
            <td class="number">{verdict::tasks(reader, &row.tasks)}</td>
            <td class="number">{vcpus(reader, &row.tasks)}</td>
        </tr>
    }
    .into_any()
}

fn vcpus(reader: &Reader, tasks: &TaskCounts) -> AnyView {
    if tasks.running == 0 || tasks.unknown == tasks.running {
        return view! { <span class="is-unknown">{reader.text.unknown}</span> }.into_any();
    }
    let (covered, all) = (verdict::vcpus(tasks.covered_cpu_units), verdict::vcpus(tasks.cpu_units));
    let words = fill(reader.text.coverage.tasks_of, &[("covered", &covered), ("running", &all)]);
    view! { <span class="nowrap">{words}</span> }.into_any()
}

fn clusters(reader: &Reader, filter: &Filter, rows: &[ClusterCoverage]) -> AnyView {
    let text = &reader.text.coverage;
    let head = table_head::of(&[
        (reader.text.field_cluster, ""),
        (text.column_aws, ""),
        (text.column_ours, ""),
        (text.column_why, ""),
        (text.column_exposure, ""),
        (text.column_open, NUMBER),
        (text.column_tasks, NUMBER),
    ]);
    let row = |row: &ClusterCoverage| {
        let href = place_link::href(filter, Field::Cluster, &row.key, &row.label);
        let issue = row.issue.clone().map(|issue| view! { <span class="sub" lang="en">{issue}</span> });
        let ours = match row.verdict {
            Some(ours) => verdict::mark(reader, ours),
            None => view! { <span class="sub">{text.idle}</span> }.into_any(),
        };
        view! {
            <tr data-cluster=row.key.clone()>
                <th scope="row">
                    <a href=href>{row.label.clone()}</a>
                    {badge::whereabouts(Some(&row.account), Some(&row.region))}
                </th>
                <td class="wrap">{verdict::aws_mark(reader, row.aws)}{issue}</td>
                <td>{ours}</td>
                <td class="wrap">{verdict::why(reader, &row.reasons)}</td>
                <td>{verdict::exposure(reader, row.exposure)}</td>
                <td class="number">{reader.number(row.open_findings)}</td>
                <td class="number">{verdict::tasks_of(reader, &row.tasks, row.verdict)}</td>
            </tr>
        }
        .into_any()
    };
    let csv = filter.first_page().href("/api/v1/export/coverage.csv");
    view! {
        <section class="panel" aria-labelledby="clusters">
            <header class="panel-head">
                <h2 id="clusters">{text.clusters_heading}</h2>
                <p class="panel-note">{text.clusters_note}</p>
                <span class="panel-actions">
                    <a class="quiet" href=csv.clone()>"CSV"</a>
                    {other_forms::links(reader, &csv, text.clusters_heading)}
                </span>
            </header>
            {scroll_table::of(text.clusters_heading, head, rows.iter().map(row).collect())}
        </section>
    }
    .into_any()
}

fn regions(reader: &Reader, rows: &[RegionCoverage]) -> AnyView {
    let text = &reader.text.coverage;
    let head = table_head::of(&[
        (reader.text.field_region, ""),
        (text.column_percent, NUMBER),
        (text.column_tasks, NUMBER),
        (text.column_vcpus, NUMBER),
        (text.column_managed, ""),
        (text.column_look, ""),
    ]);
    let row = |row: &RegionCoverage| {
        let (healthy, judged) = (reader.number(row.healthy), reader.number(row.healthy + row.unhealthy));
        let of = fill(text.card_of, &[("part", &healthy), ("whole", &judged)]);
        let managed = match (row.managed_since, row.management.as_deref()) {
            (Some(since), _) => reader.date(since),
            (None, Some("DISABLED")) => text.managed_off.to_owned(),
            (None, Some(_)) => reader.text.yes.to_owned(),
            (None, None) => reader.text.unknown.to_owned(),
        };
        view! {
            <tr>
                <th scope="row">{badge::whereabouts(Some(&row.account), Some(&row.region))}</th>
                <td class="number">{verdict::percent(reader, row.aws_percent)}<span class="sub">{of}</span></td>
                <td class="number">{verdict::tasks(reader, &row.tasks)}</td>
                <td class="number">{vcpus(reader, &row.tasks)}</td>
                <td>{managed}</td>
                <td class="wrap">{look_rows::outcome(reader, row)}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="regions">
            <header class="panel-head">
                <h2 id="regions">{text.regions_heading}</h2>
                <p class="panel-note">{text.regions_note}</p>
            </header>
            {scroll_table::of(text.regions_heading, head, rows.iter().map(row).collect())}
        </section>
    }
    .into_any()
}
