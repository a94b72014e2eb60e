//! How much of the fleet is watched: in a sentence, and in figures.

use leptos::prelude::*;

use super::verdict;
use crate::format::Reader;
use crate::model::coverage::Coverage;
use crate::text::fill;

/// The families with an agent everywhere, of all that run.
pub fn sentence(reader: &Reader, coverage: &Coverage) -> String {
    let text = &reader.text.coverage;
    if coverage.looked_at.is_none() {
        return text.headline_unknown.to_owned();
    }
    let (covered, all) = (reader.number(coverage.families.covered), reader.number(coverage.families.total()));
    fill(text.headline, &[("covered", &covered), ("all", &all)])
}

/// Clusters as AWS judges them; families, tasks and vCPUs as we do. `linked`: to the tables of the page.
pub fn cards(reader: &Reader, coverage: &Coverage, linked: bool) -> AnyView {
    let text = &reader.text.coverage;
    let tasks = &coverage.tasks;
    let known = coverage.looked_at.is_some();
    let card = |name: &'static str, href: &'static str, (part, whole): (String, String), note: &'static str| {
        let value = if known {
            fill(text.card_of, &[("part", &part), ("whole", &whole)])
        } else {
            reader.text.unknown.to_owned()
        };
        let class = if known { "kpi-value" } else { "kpi-value is-unknown" };
        let figure = view! { <span class="kpi-name">{name}</span><span class=class>{value}</span> };
        let figure = if linked { view! { <a href=href>{figure}</a> }.into_any() } else { figure.into_any() };
        view! {
            <li class="kpi">
                {figure}
                <span class="change">{note}</span>
            </li>
        }
    };
    let pair = |part: i64, whole: i64| (reader.number(part), reader.number(whole));
    let vcpus = (verdict::vcpus(tasks.covered_cpu_units), verdict::vcpus(tasks.cpu_units));
    view! {
        <ul class="kpis">
            {card(text.card_clusters, "#clusters", pair(coverage.healthy, coverage.clusters), text.card_aws)}
            {card(text.card_families, "#families", pair(coverage.families.covered, coverage.families.total()), text.card_ours)}
            {card(text.card_tasks, "#regions", pair(tasks.covered, tasks.running), text.card_ours)}
            {card(text.card_vcpus, "#regions", vcpus, text.card_ours)}
        </ul>
    }
    .into_any()
}
