//! Costs behind a link: the sentence's figures without a way to anything else.

use leptos::prelude::*;

use super::charts::{self, Easel};
use super::{estimates, forms};
use crate::backend::Charts;
use crate::components::empty;
use crate::format::Reader;
use crate::model::{CostSplit, SharedCost};

/// The view's content.
pub fn content(reader: &Reader, drawn: &dyn Charts, cost: &SharedCost) -> AnyView {
    let text = reader.text;
    if cost.projection.rows.is_empty() {
        return empty::unwatched(text.cost.sentence_unknown);
    }
    let easel = Easel { charts: drawn, view: None };
    view! {
        {cost.what_if.as_ref().map(|result| forms::outcome(reader, result))}
        {charts::days(reader, easel, &cost.days)}
        <div class="shared-columns">
            {charts::parts(reader, easel, &cost.parts, CostSplit::Feature)}
            {charts::parts(reader, easel, &cost.parts, CostSplit::Account)}
        </div>
        {charts::parts(reader, easel, &cost.parts, CostSplit::Family)}
        {estimates::projection(reader, &cost.projection)}
        {estimates::readings(reader, &cost.projection)}
    }
    .into_any()
}
