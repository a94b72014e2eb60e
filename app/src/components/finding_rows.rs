//! Findings as rows of a table that becomes a list of cards on a phone.

use leptos::prelude::*;

use super::table_head::{plain, sortable};
use super::{badge, category_tag};
use crate::format::Reader;
use crate::model::{Field, Filter, Finding, Kind, Named, Sort};

/// A table of findings. With `order`, the filter and the page's address without it, its heads sort the list.
pub fn table(reader: &Reader, findings: &[Finding], order: Option<(&Filter, &str)>) -> AnyView {
    let text = reader.text;
    let head = |name: &'static str, sort: Sort, class: &'static str| match order {
        None => plain(name, class),
        Some((filter, path)) => sortable(filter, path, name, sort, class),
    };
    let rows: Vec<_> = findings.iter().map(|finding| row(reader, finding)).collect();
    view! {
        <table class="data findings">
            <thead>
                <tr>
                    {head(text.column_severity, Sort::Severity, "")}
                    {head(text.column_finding, Sort::Title, "")}
                    {plain(text.column_where, "")}
                    {head(text.column_count, Sort::Count, "number")}
                    {head(text.column_created, Sort::Created, "")}
                    {plain(text.column_state, "")}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(reader: &Reader, finding: &Finding) -> AnyView {
    let text = reader.text;
    let href = format!("/findings/{}", finding.id);
    let category = finding.category.map(|category| category_tag::tag(reader, category));
    let other_kind =
        (finding.kind != Kind::Threat).then(|| view! { <span class="tag">{text.kind(finding.kind)}</span> });
    let created = finding.created_at;
    view! {
        <tr>
            <td>{badge::severity(reader, finding.severity)}</td>
            <td class="finding-what">
                <a href=href>{finding.title.clone()}</a>
                <span class="sub">
                    {category}
                    {other_kind}
                    <code>{finding.finding_type.clone()}</code>
                    {badge::marks(reader, finding)}
                </span>
            </td>
            <td class="finding-where">{place(reader, finding)}</td>
            <td class="number" data-label=text.column_count>{reader.number(finding.occurrences)}</td>
            <td class="nowrap" data-label=text.column_created>
                <time datetime=created.to_string() title=reader.exact_time(created)>{reader.time(created)}</time>
                <span class="sub">{reader.ago(created)}</span>
            </td>
            <td>{badge::work_state(reader, finding)}</td>
        </tr>
    }
    .into_any()
}

/// The family, the cluster, else the resource; and whose account it is.
fn place(reader: &Reader, finding: &Finding) -> AnyView {
    let names = |list: &[Named]| -> Option<String> {
        let first = list.first()?;
        Some(match list.len() {
            1 => first.label.clone(),
            many => format!("{} +{}", first.label, many - 1),
        })
    };
    let family = names(&finding.families).map(|name| view! { <span class="where-family">{name}</span> });
    let cluster = names(&finding.clusters).map(|name| view! { <span class="where-cluster">{name}</span> });
    let resource = (finding.families.is_empty() && finding.clusters.is_empty()).then(|| {
        let kind = finding.resource_type.clone().unwrap_or_else(|| reader.text.unknown.to_owned());
        view! { <span class="where-family">{kind}</span> }
    });
    let account = badge::whereabouts(finding.account.as_deref(), finding.region.as_deref());
    view! { {family} {cluster} {resource} {account} }.into_any()
}

/// A value that narrows the list, as a link.
pub fn narrowing(field: Field, value: &Named) -> AnyView {
    // Whoever follows a value of one finding wants its whole history.
    let filter = Filter { range: crate::model::TimeRange::Last(crate::model::Span::All), ..Filter::default() };
    view! { <a href=filter.with(field, &value.key).href("/findings") title=value.key.clone()>{value.label.clone()}</a> }
        .into_any()
}
