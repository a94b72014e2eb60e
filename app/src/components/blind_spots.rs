//! What the runtime agent cannot see, as cards.

use leptos::prelude::*;

use super::badge;
use crate::format::Reader;
use crate::model::layers::BlindSpotRow;
use crate::text::fill;

/// The panel.
pub fn panel(reader: &Reader, spots: &[BlindSpotRow]) -> AnyView {
    let text = &reader.text.layers;
    view! {
        <section class="panel" aria-labelledby="blind-spots">
            <header class="panel-head">
                <h2 id="blind-spots">{text.spots_heading}</h2>
                <p class="panel-note">{text.spots_note}</p>
            </header>
            {cards(reader, spots)}
        </section>
    }
    .into_any()
}

/// The cards alone.
pub fn cards(reader: &Reader, spots: &[BlindSpotRow]) -> AnyView {
    let cards: Vec<_> = spots.iter().map(|spot| card(reader, spot)).collect();
    view! { <ul class="kpis">{cards}</ul> }.into_any()
}

fn card(reader: &Reader, spot: &BlindSpotRow) -> AnyView {
    let text = &reader.text.layers;
    let (looked, places) = (reader.number(spot.looked), reader.number(spot.places));
    let (Some(open), Some(resources)) = (spot.open, spot.resources) else {
        let words = fill(text.spot_unknown, &[("all", &places)]);
        return view! {
            <li class="kpi" data-spot=spot.spot.as_str()>
                <span class="kpi-name">{text.spot(spot.spot)}</span>
                <span class="kpi-value is-unknown">{reader.text.unknown}</span>
                <span class="sub">{words}</span>
            </li>
        }
        .into_any();
    };
    let figure = view! {
        <span class="kpi-name">{text.spot(spot.spot)}</span>
        <span class="kpi-value" data-value=open.to_string()>{reader.number(open)}</span>
    };
    let words = fill(text.spot_looked, &[("n", &looked), ("all", &places)]);
    let tied = spot.tied.filter(|_| resources > 0).map(|tied| {
        let values = [("tied", reader.number(tied)), ("rest", reader.number(resources - tied))];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let words = if tied == resources { text.spot_all_tied } else { text.spot_tied };
        view! { <span class="sub">{fill(words, &values)}</span> }
    });
    let controls = (!spot.controls.is_empty()).then(|| view! { <span class="sub">{spot.controls.join(", ")}</span> });
    view! {
        <li class="kpi" data-spot=spot.spot.as_str()>
            {linked(spot, figure)}
            <span class="sub">
                {spot.worst.map(|worst| badge::severity(reader, worst))}" "
                {reader.count(text.spot_resources, resources)}
            </span>
            {tied}
            {controls}
            <span class="sub">{words}</span>
        </li>
    }
    .into_any()
}

/// With the list behind it, where there is one.
fn linked(spot: &BlindSpotRow, figure: impl IntoView + 'static) -> AnyView {
    match spot.query.as_str() {
        "" => figure.into_any(),
        query => view! { <a href=format!("/findings?{query}")>{figure}</a> }.into_any(),
    }
}
