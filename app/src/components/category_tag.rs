//! A threat category with its colour; the word carries the meaning.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::Category;

/// The category's swatch and name.
pub fn tag(reader: &Reader, category: Category) -> AnyView {
    let class = format!("swatch swatch-{category}");
    view! { <span class="tag"><span class=class aria-hidden="true"></span>{reader.text.category(category)}</span> }
        .into_any()
}
