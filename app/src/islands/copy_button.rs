//! A button that copies a text. Without JavaScript there is none: the text can be selected.

use leptos::prelude::*;

/// Copies `value`; `label` and `done` are what the button says before and after.
#[island]
pub fn CopyButton(value: String, label: String, done: String) -> impl IntoView {
    // Shown by the script that can serve it.
    let ready = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move || ready.set(true));
    let words = move || if copied.get() { done.clone() } else { label.clone() };
    let copy = move |_| {
        copy_text(&value);
        copied.set(true);
    };
    view! { <button type="button" class="copy" hidden=move || !ready.get() on:click=copy aria-live="polite">{words}</button> }
}

#[cfg(feature = "hydrate")]
fn copy_text(value: &str) {
    if let Some(window) = web_sys::window() {
        // A refusal shows nothing worse than a text that is still there to select.
        drop(window.navigator().clipboard().write_text(value));
    }
}

#[cfg(not(feature = "hydrate"))]
fn copy_text(_value: &str) {}
