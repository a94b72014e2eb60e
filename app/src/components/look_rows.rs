//! How the last look at what runs in an account and Region went.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::coverage::RegionCoverage;

/// When it was looked, and what was refused or failed.
pub fn outcome(reader: &Reader, look: &RegionCoverage) -> AnyView {
    if look.parts.is_empty() {
        return view! { <span class="is-unknown">{reader.text.coverage.ecs_not_asked}</span> }.into_any();
    }
    let at = look.parts.iter().map(|part| part.last_attempt_at).max().map(|at| reader.ago(at));
    let mut errors: Vec<String> = look.parts.iter().filter_map(|part| part.error.clone()).collect();
    errors.dedup();
    let errors: Vec<_> = errors.into_iter().map(|error| view! { <p class="trouble">{error}</p> }).collect();
    view! { <span>{at}</span>{errors} }.into_any()
}
