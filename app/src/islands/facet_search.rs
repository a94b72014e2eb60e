//! A search box over the values of one facet. Without JavaScript there is none: the list can be scrolled.
//!
//! It hides what does not match and changes no choice by itself; what is chosen stays in sight.

use leptos::prelude::*;

/// Searches the list of the facet it stands in. `none` is said when nothing matches.
#[island]
pub fn FacetSearch(label: String, none: String) -> impl IntoView {
    let ready = RwSignal::new(false);
    let empty = RwSignal::new(false);
    let input = NodeRef::<leptos::html::Input>::new();
    Effect::new(move || ready.set(true));
    #[cfg(feature = "hydrate")]
    searching::start(input, empty);
    let said = move || if empty.get() { none.clone() } else { String::new() };
    view! {
        <div class="facet-search" hidden=move || !ready.get()>
            <input node_ref=input type="search" aria-label=label.clone() placeholder=label autocomplete="off" spellcheck="false"/>
            <p role="status">{said}</p>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod searching {
    use js_sys::JsString;
    use leptos::html::Input;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlInputElement, KeyboardEvent};

    use crate::islands::dom::{all, listen};

    pub fn start(input: NodeRef<Input>, empty: RwSignal<bool>) {
        Effect::new(move || {
            let Some(own) = input.get() else { return };
            let Some(facet) = own.closest(".facet").ok().flatten() else { return };
            listen(&own, "input", {
                let (own, facet) = (own.clone(), facet.clone());
                move |_| empty.set(!narrow(&facet, &own.value()))
            });
            listen(&own.clone(), "keydown", move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                step(event, &facet, &own, empty);
            });
        });
    }

    /// Shows what matches or is chosen; false when nothing matches.
    fn narrow(facet: &Element, words: &str) -> bool {
        let words = lower(words.trim());
        let mut found = false;
        for row in all(facet, "li") {
            let text = lower(&row.text_content().unwrap_or_default());
            let value = control(&row);
            let chosen = value.as_ref().is_some_and(HtmlInputElement::checked);
            let key = value.map(|value| lower(&value.value())).unwrap_or_default();
            let matches = words.is_empty() || text.contains(&words) || key.contains(&words);
            let _ = row.toggle_attribute_with_force("hidden", !matches && !chosen);
            found |= matches;
        }
        found
    }

    /// By the browser, which has the tables for it.
    fn lower(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }

    /// Enter chooses the first match, the arrow goes to it, Escape shows everything again.
    fn step(event: &KeyboardEvent, facet: &Element, own: &HtmlInputElement, empty: RwSignal<bool>) {
        let searched = !own.value().trim().is_empty();
        let mut matches = all(facet, "li:not([hidden])").into_iter().filter_map(|row| control(&row));
        match event.key().as_str() {
            // The form is not sent by it.
            "Enter" => {
                event.prevent_default();
                let first = matches.find(|value| !value.checked()).filter(|_| searched);
                if let Some(first) = first {
                    first.click();
                }
            }
            "ArrowDown" => {
                event.prevent_default();
                if let Some(first) = matches.next() {
                    let _ = first.focus();
                }
            }
            "Escape" if searched => {
                event.prevent_default();
                own.set_value("");
                empty.set(!narrow(facet, ""));
            }
            _ => {}
        }
    }

    fn control(row: &Element) -> Option<HtmlInputElement> {
        row.query_selector("input").ok().flatten()?.dyn_into().ok()
    }
}
