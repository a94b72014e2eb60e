//! The head of a table: names of columns, some of which sort the list.

use leptos::prelude::*;

use crate::model::{Filter, Sort, SortDirection};

/// What a column's cells are, for their alignment and for narrow screens.
pub const NUMBER: &str = "number";
/// Left out where there is no room.
pub const SPARE: &str = "hide-narrow";
/// A number that is left out where there is no room.
pub const SPARE_NUMBER: &str = "hide-narrow number";

/// A head of columns by name and kind; kinds are the constants of this module, or empty for words.
pub fn of(columns: &[(&'static str, &'static str)]) -> AnyView {
    let heads: Vec<_> = columns.iter().map(|(name, class)| plain(name, class)).collect();
    view! { <thead><tr>{heads}</tr></thead> }.into_any()
}

/// A head that says how the list is sorted, and sorts it by its column, or the other way round. `path` is the page's
/// address without the filter.
pub fn sortable(filter: &Filter, path: &str, name: &'static str, sort: Sort, class: &'static str) -> AnyView {
    let usual = sort.usual_direction();
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
    view! { <th scope="col" class=class aria-sort=sorted><a class="sorter" href=there.href(path)>{name}</a></th> }
        .into_any()
}

/// A head that sorts nothing.
pub fn plain(name: &'static str, class: &'static str) -> AnyView {
    view! { <th scope="col" class=class>{name}</th> }.into_any()
}
