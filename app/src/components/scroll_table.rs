//! A table of data that scrolls sideways by itself where it is wider than its place, by keyboard too.

use leptos::prelude::*;

/// `label` names the place that scrolls.
pub fn of(label: &'static str, head: AnyView, rows: Vec<AnyView>) -> AnyView {
    view! {
        <div class="scroller" tabindex="0" role="group" aria-label=label>
            <table class="data">
                {head}
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
