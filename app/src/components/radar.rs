//! What AWS is about to forget, in one sentence.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::Radar;
use crate::text::fill;

/// The sentence, with a link to the list that begins with what leaves first.
pub fn sentence(reader: &Reader, radar: &Radar) -> AnyView {
    let words = &reader.text.reports;
    let leaving = match radar.leaving {
        None => view! { <span class="is-unknown">{words.radar_unknown}</span> }.into_any(),
        Some(0) => view! { <span>{words.radar_none}</span> }.into_any(),
        Some(leaving) => {
            let href = format!("/findings?{}", radar.query);
            view! { <a href=href>{reader.count(words.radar_leaving, leaving)}</a> }.into_any()
        }
    };
    let next = radar.next_at.map(|at| fill(words.radar_next, &[("moment", &reader.moment(at))]));
    let gone = (radar.gone > 0).then(|| reader.count(words.radar_gone, radar.gone));
    view! {
        <section class="radar" aria-label=words.radar_label data-leaving=radar.leaving.map(|leaving| leaving.to_string())>
            <p>{leaving}" "{next}" "{gone}</p>
        </section>
    }
    .into_any()
}
