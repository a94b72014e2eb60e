//! Findings as rows of a table that becomes a list of cards on a phone.

use leptos::prelude::*;

use super::badge;
use crate::format::Reader;
use crate::model::{Field, Filter, Finding, Kind, Named, Sort, SortDirection};

/// A table of findings. With `order`, its heads are links that sort the list.
pub fn table(reader: &Reader, findings: &[Finding], order: Option<&Filter>) -> AnyView {
    let text = reader.text;
    let head = |name: &'static str, sort: Sort, class: &'static str| match order {
        None => view! { <th scope="col" class=class>{name}</th> }.into_any(),
        Some(filter) => sortable(filter, name, sort, class),
    };
    let rows: Vec<_> = findings.iter().map(|finding| row(reader, finding)).collect();
    view! {
        <table class="data findings">
            <thead>
                <tr>
                    {head(text.column_severity, Sort::Severity, "")}
                    {head(text.column_finding, Sort::Title, "")}
                    <th scope="col">{text.column_where}</th>
                    {head(text.column_count, Sort::Count, "number")}
                    {head(text.column_created, Sort::Created, "")}
                    <th scope="col">{text.column_state}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn sortable(filter: &Filter, name: &'static str, sort: Sort, class: &'static str) -> AnyView {
    let usual =
        if matches!(sort, Sort::Title | Sort::Type) { SortDirection::Ascending } else { SortDirection::Descending };
    let chosen = filter.sort.unwrap_or_default() == sort;
    let direction = filter.direction.unwrap_or(usual);
    let other = match (chosen, direction) {
        (true, SortDirection::Ascending) => SortDirection::Descending,
        (true, SortDirection::Descending) => SortDirection::Ascending,
        (false, _) => usual,
    };
    let there = Filter {
        sort: (sort != Sort::default()).then_some(sort),
        direction: (other != usual).then_some(other),
        ..filter.first_page()
    };
    let sorted = chosen.then_some(match direction {
        SortDirection::Ascending => "ascending",
        SortDirection::Descending => "descending",
    });
    view! { <th scope="col" class=class aria-sort=sorted><a class="sorter" href=there.href("/findings")>{name}</a></th> }
        .into_any()
}

fn row(reader: &Reader, finding: &Finding) -> AnyView {
    let text = reader.text;
    let href = format!("/findings/{}", finding.id);
    let category = finding.category.map(|category| {
        let class = format!("swatch swatch-{category}");
        view! { <span class="tag"><span class=class aria-hidden="true"></span>{text.category(category)}</span> }
    });
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
