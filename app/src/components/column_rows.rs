//! Findings as a table with columns of the reader's choice.

use jiff::Timestamp;
use leptos::prelude::*;

use super::table_head::{plain, sortable};
use super::{badge, category_tag};
use crate::format::Reader;
use crate::model::{Column, Filter, Finding, Named};

/// A table whose heads sort the list where it can be sorted. `order` is the filter and the page's address without it.
pub fn table(reader: &Reader, findings: &[Finding], columns: &[Column], order: (&Filter, &str)) -> AnyView {
    let text = &reader.text.explorer;
    let (filter, path) = order;
    let heads: Vec<_> = columns
        .iter()
        .map(|column| {
            let (name, class) = (text.column(*column), if column.is_number() { "number" } else { "" });
            match column.sort() {
                Some(sort) => sortable(filter, path, name, sort, class),
                None => plain(name, class),
            }
        })
        .collect();
    let link = link_column(columns);
    let rows: Vec<_> = findings
        .iter()
        .map(|finding| {
            let cells: Vec<_> = columns.iter().map(|column| cell(reader, finding, *column, link)).collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    view! {
        <div class="scroller" tabindex="0" role="group" aria-label=text.columns_table>
            <table class="data findings columns-chosen">
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The column whose cells lead to their finding.
fn link_column(columns: &[Column]) -> Option<Column> {
    let named = [Column::Title, Column::Id, Column::Arn].into_iter().find(|column| columns.contains(column));
    named.or_else(|| columns.iter().copied().find(|column| *column != Column::Url))
}

fn cell(reader: &Reader, finding: &Finding, column: Column, link: Option<Column>) -> AnyView {
    let content = content(reader, finding, column);
    let content = if link == Some(column) {
        view! { <a href=format!("/findings/{}", finding.id)>{content}</a> }.into_any()
    } else {
        content
    };
    let class = if column.is_number() { "number" } else { "" };
    view! { <td class=class data-label=reader.text.explorer.column(column)>{content}</td> }.into_any()
}

fn content(reader: &Reader, finding: &Finding, column: Column) -> AnyView {
    let text = reader.text;
    match column {
        Column::Id => code(&finding.id),
        Column::Arn => code(&finding.arn),
        Column::Source => text.source(finding.source).into_any(),
        Column::InGuardDuty => truth(reader, finding.in_guardduty),
        Column::InSecurityHub => truth(reader, finding.in_securityhub),
        Column::Kind => text.kind(finding.kind).into_any(),
        Column::Category => finding.category.map_or_else(nothing, |category| category_tag::tag(reader, category)),
        Column::CategoryRule => finding.category_rule.clone().into_any(),
        Column::Type => code(&finding.finding_type),
        Column::Severity => badge::severity(reader, finding.severity),
        Column::SeverityScore => finding.severity_score.map_or_else(nothing, |score| score.to_string().into_any()),
        Column::Title => finding.title.clone().into_any(),
        Column::Account => optional(finding.account.as_ref()),
        Column::Region => optional(finding.region.as_ref()),
        Column::Cluster => labels(&finding.clusters),
        Column::Family => labels(&finding.families),
        Column::Revision => labels(&finding.revisions),
        Column::Service => labels(&finding.services),
        Column::TaskArn => codes(&finding.task_arns),
        Column::LaunchType => codes(&finding.launch_types),
        Column::Container => codes(&finding.containers),
        Column::Image => codes(&finding.images),
        Column::ImageDigest => codes(&finding.image_digests),
        Column::ResourceType => optional(finding.resource_type.as_ref()),
        Column::ResourceId => finding.resource_id.as_deref().map_or_else(nothing, code),
        Column::Count => finding.count.map_or_else(nothing, |count| reader.number(count).into_any()),
        Column::Occurrences => reader.number(finding.occurrences).into_any(),
        Column::FirstSeen => time(reader, finding.first_seen),
        Column::LastSeen => time(reader, finding.last_seen),
        Column::CreatedAt => time(reader, Some(finding.created_at)),
        Column::UpdatedAt => time(reader, Some(finding.updated_at)),
        Column::FirstObservedAt => time(reader, Some(finding.first_observed_at)),
        Column::Archived => truth(reader, finding.archived),
        Column::RecordState => optional(finding.record_state.as_ref()),
        Column::Workflow => optional(finding.workflow.as_ref()),
        Column::Compliance => optional(finding.compliance.as_ref()),
        Column::Control => optional(finding.control.as_ref()),
        Column::VulnerabilityIds => codes(&finding.vulnerability_ids),
        Column::Sample => truth(reader, finding.sample),
        Column::AttackSequence => finding.attack_sequence.as_deref().map_or_else(nothing, code),
        Column::Url => finding
            .url
            .clone()
            .map_or_else(nothing, |url| view! { <a href=url rel="noreferrer">{text.open_console}</a> }.into_any()),
    }
}

/// The service says nothing here.
fn nothing() -> AnyView {
    view! { <span class="is-unknown">"–"</span> }.into_any()
}

fn optional(value: Option<&String>) -> AnyView {
    value.map_or_else(nothing, |value| value.clone().into_any())
}

fn code(value: &str) -> AnyView {
    view! { <code>{value.to_owned()}</code> }.into_any()
}

fn codes(values: &[String]) -> AnyView {
    if values.is_empty() { nothing() } else { code(&values.join(", ")) }
}

fn labels(named: &[Named]) -> AnyView {
    if named.is_empty() {
        return nothing();
    }
    let parts: Vec<_> = named
        .iter()
        .enumerate()
        .map(|(index, one)| {
            let separator = (index > 0).then_some(", ");
            view! { {separator}<span title=one.key.clone()>{one.label.clone()}</span> }
        })
        .collect();
    parts.into_any()
}

fn truth(reader: &Reader, value: bool) -> AnyView {
    if value { reader.text.yes.into_any() } else { reader.text.no.into_any() }
}

fn time(reader: &Reader, at: Option<Timestamp>) -> AnyView {
    at.map_or_else(nothing, |at| {
        view! { <time class="nowrap" datetime=at.to_string() title=reader.exact_time(at)>{reader.time(at)}</time> }
            .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_leads_to_the_findings() {
        assert_eq!(link_column(&[Column::Url, Column::Id, Column::Title]), Some(Column::Title));
        assert_eq!(link_column(&[Column::Url, Column::Account]), Some(Column::Account));
        assert_eq!(link_column(&[Column::Url]), None);
    }
}
