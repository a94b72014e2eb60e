//! One field of the filter: a list of boxes, and a combobox where there are too many of them to look through.
//!
//! A page lists so many values of a field at most, those with the most findings. The rest can be found with the combobox,
//! which asks the server, or typed as they are called where there is no JavaScript.

use leptos::prelude::*;

use super::facets::{is_place, value_name};
use crate::format::Reader;
use crate::islands::FacetCombobox;
use crate::model::{Breakdown, Field, Filter, Severity, resource_label};
use crate::text::fill;

/// A list of more values than this has a combobox.
const MOST_AT_A_GLANCE: usize = 11;

/// A value and how many findings have it, if that was counted.
struct Value {
    key: String,
    label: String,
    findings: Option<i64>,
    chosen: bool,
}

/// The field as a drawer. `listed` are its values; without, none are known before somebody asks for them.
/// No more than `most` of them are on the page, and what is chosen.
pub fn details(reader: &Reader, filter: &Filter, field: Field, listed: Option<&Breakdown>, most: usize) -> AnyView {
    let name = reader.text.field(field);
    let (values, left_out) = values(filter, field, listed, most);
    let asks = listed.is_none() || left_out > 0;
    if values.is_empty() && !asks {
        return ().into_any();
    }
    let chosen = values.iter().filter(|value| value.chosen).count();
    // Names that several places share say where they are.
    let ambiguous = |label: &str| values.iter().filter(|other| other.label == label).count() > 1;
    let boxes: Vec<_> = values.iter().map(|value| row(reader, field, value, ambiguous(&value.label))).collect();
    let open = chosen > 0 || matches!(field, Field::Severity | Field::Category);
    let badge = (chosen > 0).then(|| view! { <span class="facet-chosen">{chosen.to_string()}</span> });
    let ask = asks.then(|| filter.without(field).href(&format!("/api/v1/filters/{}", field.as_str())));
    view! {
        <details class="facet" data-field=field.as_str() data-ask=ask open=open>
            <summary>{name}{badge}</summary>
            {(asks || values.len() > MOST_AT_A_GLANCE).then(|| combobox(reader, field))}
            {asks.then(|| typed(reader, field))}
            <div role="group" aria-label=name><ul>{boxes}</ul></div>
            {(left_out > 0).then(|| {
                let count = i64::try_from(left_out).unwrap_or(i64::MAX);
                view! { <p class="facet-note">{reader.count(reader.text.explorer.facet_left_out, count)}</p> }
            })}
        </details>
    }
    .into_any()
}

/// The values to list, and how many are left out. What is chosen is always among them.
fn values(filter: &Filter, field: Field, listed: Option<&Breakdown>, most: usize) -> (Vec<Value>, usize) {
    let chosen = filter.fields.get(&field).map_or(&[][..], |selection| &selection.include);
    let mut values: Vec<Value> = listed
        .into_iter()
        .flat_map(|breakdown| &breakdown.rows)
        .map(|row| Value {
            key: row.key.clone(),
            label: row.label.clone(),
            findings: Some(row.findings),
            chosen: chosen.iter().any(|value| *value == row.key || *value == row.label),
        })
        .collect();
    let all = values.len();
    let mut place = 0;
    values.retain(|value| {
        place += 1;
        place <= most || value.chosen
    });
    let left_out = all - values.len();
    if field == Field::Severity {
        // Worst first, not most first.
        values.sort_by_key(|value| std::cmp::Reverse(value.key.parse::<Severity>().ok()));
    }
    // A chosen value stays in sight though nothing has it.
    for value in chosen {
        if !values.iter().any(|known| known.key == *value || known.label == *value) {
            let label = if field == Field::Resource { resource_label(value).to_owned() } else { value.clone() };
            let key = value.clone();
            values.push(Value { key, label, findings: listed.map(|_| 0), chosen: true });
        }
    }
    (values, left_out)
}

fn row(reader: &Reader, field: Field, value: &Value, ambiguous: bool) -> AnyView {
    let Value { key, label, findings, chosen } = value;
    // The name of a resource leaves out where it is.
    let whole = (field == Field::Resource && key != label).then(|| key.clone());
    let context = (ambiguous && key != label).then(|| {
        let context = key.split(['/', ':']).filter(|part| is_place(part)).collect::<Vec<_>>().join(" ");
        view! { " "<span class="sub">{context}</span> }
    });
    view! {
        <li>
            <label>
                <input type="checkbox" name=field.as_str() value=key.clone() checked=*chosen/>
                <span class="facet-name" title=whole>{value_name(reader, field, key, label)}{context}</span>
                <span class="facet-count">{findings.map(|count| reader.number(count))}</span>
            </label>
        </li>
    }
    .into_any()
}

fn combobox(reader: &Reader, field: Field) -> AnyView {
    let text = reader.text;
    let name = text.field(field);
    view! {
        <FacetCombobox
            field=field.as_str().to_owned()
            name=name.to_owned()
            label=fill(text.facet_search, &[("what", name)])
            found=text.explorer.facet_found.to_owned()
            none=text.facet_nothing.to_owned()
            failed=text.explorer.facet_failed.to_owned()
        />
    }
    .into_any()
}

/// For values that are not listed, where nothing can look for them.
fn typed(reader: &Reader, field: Field) -> AnyView {
    let id = format!("{}-typed", field.as_str());
    view! {
        <div class="facet-typed">
            <label for=id.clone()>{fill(reader.text.explorer.facet_typed, &[("what", reader.text.field(field))])}</label>
            <input id=id name=field.as_str() type="text" maxlength="500" autocomplete="off" spellcheck="false"/>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::components::facets::{self, Applied};
    use crate::model::{BreakdownRow, Counts, Dimension, FilterValues};
    use crate::text::Language;

    const MOST: usize = 50;

    fn families(count: i64) -> Breakdown {
        let row = |n: i64| BreakdownRow {
            key: format!("111122223333/us-east-1/family-{n:04}"),
            label: format!("family-{n:04}"),
            findings: count - n,
            occurrences: count - n,
        };
        let (rows, at) = ((0..count).map(row).collect(), Timestamp::UNIX_EPOCH);
        Breakdown { by: Dimension::Family, rows, total: Counts::default(), watched: true, as_of: at, data_version: 1 }
    }

    fn html(query: &str, listed: Option<&Breakdown>) -> String {
        let filter = Filter::parse(query, &[]).unwrap_or_default();
        let reader = Reader::new(Language::English, "UTC", Timestamp::UNIX_EPOCH);
        let owner = Owner::new();
        owner.with(|| details(&reader, &filter, Field::Family, listed, MOST).to_html())
    }

    #[test]
    fn a_page_lists_so_many_values_and_says_how_many_it_leaves_out() {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let whole = html("", Some(&families(most)));
        assert_eq!(whole.matches("type=\"checkbox\"").count(), MOST);
        assert!(!whole.contains("data-ask") && !whole.contains("typed in full"), "{whole}");

        let cut = html("range=7d&severity=high&family=family-0051&cursor=00", Some(&families(most + 3)));
        assert_eq!(cut.matches("type=\"checkbox\"").count(), MOST + 1);
        assert!(cut.contains("2 more values with fewer findings."), "{cut}");
        assert!(cut.contains("data-ask=\"/api/v1/filters/family?range=7d&amp;severity=high\""), "{cut}");
        assert!(cut.contains("name=\"family\" type=\"text\""), "{cut}");
    }

    /// Whoever has to send the form gets a new list with the answer.
    #[test]
    fn a_list_that_stays_on_the_page_is_longer() {
        let reader = Reader::new(Language::English, "UTC", Timestamp::UNIX_EPOCH);
        let values = FilterValues { dimensions: vec![families(300)], as_of: Timestamp::UNIX_EPOCH, data_version: 1 };
        let listed = [Applied::OnSend, Applied::AtOnce].map(|applied| {
            let form = || facets::form(&reader, &Filter::default(), &values, "/", applied).to_html();
            Owner::new().with(form).matches("name=\"family\" value=").count()
        });
        assert_eq!(listed, [50, 250]);
    }

    #[test]
    fn a_field_without_a_list_shows_what_is_chosen_and_claims_no_number() {
        let asked = html("family=web", None);
        assert_eq!(asked.matches("type=\"checkbox\"").count(), 1);
        assert!(asked.contains("<span class=\"facet-count\"><!></span>"), "{asked}");
        assert!(asked.contains("data-ask=\"/api/v1/filters/family\""), "{asked}");
        // Listed and without findings is a number that is known.
        let none = html("family=web", Some(&families(1)));
        assert!(none.contains("<span class=\"facet-count\">0<"), "{none}");
        assert!(!html("", Some(&families(0))).contains("details"), "a field without values is left out");
    }

    #[test]
    fn a_resource_is_called_by_its_name_and_tells_the_whole_of_it() {
        let filter =
            Filter::parse("resource=arn:aws:ec2:us-east-1:111122223333:security-group/sg-1", &[]).unwrap_or_default();
        let reader = Reader::new(Language::English, "UTC", Timestamp::UNIX_EPOCH);
        let html = Owner::new().with(|| details(&reader, &filter, Field::Resource, None, MOST).to_html());
        let whole = "arn:aws:ec2:us-east-1:111122223333:security-group/sg-1";
        assert!(html.contains(&format!("title=\"{whole}\" class=\"facet-name\">security-group/sg-1<")), "{html}");
        assert!(html.contains("data-ask=\"/api/v1/filters/resource\""), "{html}");
        assert!(html.contains("name=\"resource\" type=\"text\""), "{html}");
    }
}
