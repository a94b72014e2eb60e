//! Costs behind a link: the sentence's figures without a way to anything else.

use leptos::prelude::*;

use super::{charts, forms, tables};
use crate::backend::Charts;
use crate::format::Reader;
use crate::model::{CostSplit, SharedCost};

/// The view's content.
pub fn content(reader: &Reader, drawn: &dyn Charts, cost: &SharedCost) -> AnyView {
    let text = reader.text;
    if cost.projection.rows.is_empty() {
        return view! { <p class="shared-unknown">{text.cost.sentence_unknown}</p> }.into_any();
    }
    view! {
        {cost.what_if.as_ref().map(|result| forms::outcome(reader, result))}
        {charts::days(reader, drawn, &cost.days)}
        {charts::parts(reader, drawn, &cost.parts, CostSplit::Feature)}
        {charts::parts(reader, drawn, &cost.parts, CostSplit::Account)}
        {charts::parts(reader, drawn, &cost.parts, CostSplit::Family)}
        {tables::projection(reader, &cost.projection)}
        {tables::readings(reader, &cost.projection)}
    }
    .into_any()
}
