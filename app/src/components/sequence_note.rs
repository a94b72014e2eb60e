//! How many findings belong to an attack sequence: each is counted, and so is the sequence.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::{Filter, SequenceRole};

/// A sentence that leads to the members. Nothing where there are none, or where only members are listed anyway.
pub fn note(reader: &Reader, filter: &Filter, template: &'static str, members: Option<i64>) -> AnyView {
    let Some(members) = members.filter(|members| *members > 0 && filter.sequence.is_none()) else {
        return ().into_any();
    };
    let href = Filter { sequence: Some(SequenceRole::Member), ..filter.first_page() }.href("/findings");
    view! {
        <p class="headline-note" data-sequence-members=members.to_string()>
            <a href=href>{reader.count(template, members)}</a>
        </p>
    }
    .into_any()
}
