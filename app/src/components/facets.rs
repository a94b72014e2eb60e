//! The filter as a GET form: it works without JavaScript, and the address is the whole state.

use leptos::prelude::*;

use crate::components::facet;
use crate::format::Reader;
use crate::islands::InstantApply;
use crate::model::terms::NONE_KEY;
use crate::model::{
    Category, Dimension, Field, Filter, FilterValues, Kind, SampleChoice, Selection, Severity, Source, StatusChoice,
    TimeRange, resource_label,
};
use crate::text::fill;

/// Fields of the form, in the order of the page, with what their values are counted by: nothing counts resources, which
/// are asked for one search at a time.
const FIELDS: [(Field, Option<Dimension>); 13] = [
    (Field::Severity, Some(Dimension::Severity)),
    (Field::Category, Some(Dimension::Category)),
    (Field::Cluster, Some(Dimension::Cluster)),
    (Field::Family, Some(Dimension::Family)),
    (Field::Service, Some(Dimension::Service)),
    (Field::Account, Some(Dimension::Account)),
    (Field::Region, Some(Dimension::Region)),
    (Field::Type, Some(Dimension::Type)),
    (Field::Source, Some(Dimension::Source)),
    (Field::Workflow, Some(Dimension::Workflow)),
    (Field::Resource, None),
    (Field::Image, Some(Dimension::Image)),
    (Field::Revision, Some(Dimension::Revision)),
];

/// When a choice takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// When the form is sent: several choices make one new page.
    OnSend,
    /// At once, where there is JavaScript.
    AtOnce,
}

impl Applied {
    /// Values that a page carries of one field. A list that stays on the page while others are chosen holds what may come
    /// to have the most findings: a tenth of a megabyte of boxes. One that is asked for anew each time need not.
    const fn most_listed(self) -> usize {
        match self {
            Self::OnSend => 50,
            Self::AtOnce => 250,
        }
    }
}

/// The whole form. `path` is the page it narrows, with what else its address holds.
pub fn form(reader: &Reader, filter: &Filter, values: &FilterValues, path: &str, applied: Applied) -> AnyView {
    let text = reader.text;
    let (action, view) = path.split_once('?').unwrap_or((path, ""));
    let groups: Vec<_> = FIELDS
        .iter()
        .map(|&(field, dimension)| {
            let listed = values.dimensions.iter().find(|breakdown| Some(breakdown.by) == dimension);
            facet::details(reader, filter, field, listed, applied.most_listed())
        })
        .collect();
    view! {
        <form class="facets" method="get" action=action.to_owned() role="search" aria-label=text.filter_label>
            {hidden(view)}
            {hidden(&carried(filter))}
            <div class="facet-basics">
            <div class="facet-text">
                <label for="q">{text.filter_text}</label>
                <input id="q" name="q" type="search" value=filter.text.clone().unwrap_or_default() placeholder=text.filter_text_hint maxlength="200"/>
            </div>
            {statuses(reader, filter)}
            {samples(reader, filter)}
            {kinds(reader, filter)}
            </div>
            {groups}
            {(applied == Applied::AtOnce).then(|| view! { <InstantApply/> })}
            <div class="facet-actions">
                <button type="submit" class="button apply">{text.filter_apply}</button>
                <a class="quiet" href=path.to_owned()>{text.filter_reset}</a>
            </div>
        </form>
    }
    .into_any()
}

/// What the form has no control for and must not lose.
fn carried(filter: &Filter) -> String {
    let mut kept = Filter { range: filter.range, time_zone: filter.time_zone.clone(), ..Filter::default() };
    kept.sequence = filter.sequence;
    kept.sort = filter.sort;
    kept.direction = filter.direction;
    kept.limit = filter.limit;
    for (field, selection) in &filter.fields {
        let shown = FIELDS.iter().any(|(known, _)| known == field);
        let include = if shown { Vec::new() } else { selection.include.clone() };
        kept.fields.insert(*field, Selection { include, exclude: selection.exclude.clone() });
    }
    kept.to_query()
}

/// A query string as controls nobody sees.
pub fn hidden(query: &str) -> Vec<AnyView> {
    form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| {
            view! { <input type="hidden" name=name.into_owned() value=value.into_owned()/> }.into_any()
        })
        .collect()
}

/// What people call a value of a field, in their language.
pub fn value_name(reader: &Reader, field: Field, key: &str, label: &str) -> String {
    let text = reader.text;
    if key == NONE_KEY {
        return text.none_of_field.to_owned();
    }
    let name = match field {
        Field::Category => key.parse::<Category>().ok().map(|category| text.category(category)),
        Field::Severity => key.parse::<Severity>().ok().map(|severity| text.severity(severity)),
        Field::Source => key.parse::<Source>().ok().map(|source| text.source(source)),
        _ => None,
    };
    name.map_or_else(|| label.to_owned(), str::to_owned)
}

/// An account number or a Region within a key.
pub fn is_place(part: &str) -> bool {
    let account = part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit());
    // How shares call an account that they hide.
    let hidden = part.strip_prefix("account-").is_some_and(|name| name.len() == 6);
    let region = part.len() <= 16
        && part.matches('-').count() >= 2
        && part.ends_with(|end: char| end.is_ascii_digit())
        && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    account || hidden || region
}

fn statuses(reader: &Reader, filter: &Filter) -> AnyView {
    let text = reader.text;
    let chosen = filter.status.unwrap_or(StatusChoice::All);
    let order = [
        StatusChoice::All,
        StatusChoice::Active,
        StatusChoice::Archived,
        StatusChoice::Resolved,
        StatusChoice::Suppressed,
    ];
    let options: Vec<_> = order
        .into_iter()
        .map(|status| {
            // The default is left out of the address.
            let value = if status == StatusChoice::All { "" } else { status.as_str() };
            view! { <option value=value selected=status == chosen>{text.status(status)}</option> }
        })
        .collect();
    view! {
        <div class="facet-choice">
            <label for="status">{text.filter_status}</label>
            <select id="status" name="status">{options}</select>
        </div>
    }
    .into_any()
}

fn kinds(reader: &Reader, filter: &Filter) -> AnyView {
    let text = reader.text;
    let chosen: &[Kind] = if filter.kinds.is_empty() { &[Kind::Threat] } else { &filter.kinds };
    let boxes: Vec<_> = Kind::ALL
        .iter()
        .map(|kind| {
            view! {
                <label>
                    <input type="checkbox" name="kind" value=kind.as_str() checked=chosen.contains(kind)/>
                    <span>{text.kind(*kind)}</span>
                </label>
            }
        })
        .collect();
    view! { <fieldset class="facet-kinds"><legend>{text.filter_kind}</legend>{boxes}</fieldset> }.into_any()
}

fn samples(reader: &Reader, filter: &Filter) -> AnyView {
    let text = reader.text;
    let chosen = filter.sample.unwrap_or(SampleChoice::Exclude);
    let options: Vec<_> = SampleChoice::ALL
        .iter()
        .map(|&choice| {
            let value = if choice == SampleChoice::Exclude { "" } else { choice.as_str() };
            view! { <option value=value selected=choice == chosen>{text.sample(choice)}</option> }
        })
        .collect();
    view! {
        <div class="facet-choice">
            <label for="sample">{text.filter_sample}</label>
            <select id="sample" name="sample">{options}</select>
        </div>
    }
    .into_any()
}

/// What narrows the findings, in words, and the filter without each.
pub fn conditions(reader: &Reader, filter: &Filter, values: Option<&FilterValues>) -> Vec<(String, Filter)> {
    let text = reader.text;
    let mut chips: Vec<(String, Filter)> = Vec::new();
    let label_of = |field: Field, value: &str| {
        let dimension = FIELDS.iter().find(|(known, _)| *known == field).and_then(|(_, dimension)| *dimension);
        let rows = values.into_iter().flat_map(|values| &values.dimensions).find(|found| Some(found.by) == dimension);
        let label = rows.and_then(|found| found.rows.iter().find(|row| row.key == value)).map(|row| row.label.clone());
        label.unwrap_or_else(|| match field {
            Field::Resource => resource_label(value).to_owned(),
            _ => value.rsplit('/').next().unwrap_or(value).to_owned(),
        })
    };
    for (field, selection) in &filter.fields {
        let name = text.field(*field);
        for (value, excluded) in
            selection.include.iter().map(|v| (v, false)).chain(selection.exclude.iter().map(|v| (v, true)))
        {
            let mut there = filter.first_page();
            if let Some(selection) = there.fields.get_mut(field) {
                let list = if excluded { &mut selection.exclude } else { &mut selection.include };
                list.retain(|known| known != value);
                if selection.is_empty() {
                    there.fields.remove(field);
                }
            }
            let word = value_name(reader, *field, value, &label_of(*field, value));
            let not = if excluded { text.chip_not } else { "" };
            chips.push((format!("{name}: {not}{word}"), there));
        }
    }
    let single = [
        filter.status.map(|status| (text.status(status).to_owned(), Filter { status: None, ..filter.first_page() })),
        filter.text.clone().map(|words| (format!("“{words}”"), Filter { text: None, ..filter.first_page() })),
        filter.sample.map(|choice| (text.sample(choice).to_owned(), Filter { sample: None, ..filter.first_page() })),
        filter.sequence.map(|role| {
            (format!("{}: {role}", text.filter_sequence), Filter { sequence: None, ..filter.first_page() })
        }),
        (!filter.kinds.is_empty()).then(|| {
            let kinds = filter.kinds.iter().map(|kind| text.kind(*kind)).collect::<Vec<_>>().join(" + ");
            (kinds, Filter { kinds: Vec::new(), ..filter.first_page() })
        }),
        matches!(filter.range, TimeRange::Between { .. }).then(|| {
            let TimeRange::Between { from, to } = filter.range else { return (String::new(), Filter::default()) };
            let word =
                |moment: Option<crate::model::filter::Moment>| moment.map_or_else(String::new, |at| at.to_string());
            (format!("{} – {}", word(from), word(to)), Filter { range: TimeRange::default(), ..filter.first_page() })
        }),
    ];
    chips.extend(single.into_iter().flatten());
    chips
}

/// What narrows the findings, each with a link that takes it away.
pub fn chips(reader: &Reader, filter: &Filter, values: Option<&FilterValues>, path: &str) -> AnyView {
    let text = reader.text;
    let chips = conditions(reader, filter, values);
    if chips.is_empty() {
        return ().into_any();
    }
    let chips: Vec<_> = chips
        .into_iter()
        .map(|(words, there)| {
            let remove = fill(text.chip_remove, &[("what", &words)]);
            view! {
                <li class="chip">
                    <span>{words}</span>
                    <a href=there.href(path) aria-label=remove>"×"</a>
                </li>
            }
        })
        .collect();
    view! { <ul class="chips" aria-label=text.chips_label>{chips}</ul> }.into_any()
}
