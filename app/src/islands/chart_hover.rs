//! Exact values under the pointer or the arrow keys.
//!
//! The chart is drawn by the server; this reads the values it carries as data attributes and shows them in a small
//! table beside the pointed bucket. It changes nothing in the drawing but one class, and takes away what buckets say where
//! no script does.

use leptos::prelude::*;

/// What one bucket says.
#[derive(Debug, Clone, PartialEq)]
struct Reading {
    label: String,
    /// `None`: nobody looked.
    total: Option<String>,
    /// Colour, name and value, largest first.
    rows: Vec<(String, String, i64)>,
    /// Place of the box: percent of the width, and whether it opens to the left.
    left: f64,
    to_left: bool,
}

/// Watches the chart in the element before it. `names`: name and colour of each layer, from the bottom up.
#[island]
pub fn ChartHover(names: Vec<(String, String)>, total: String, unknown: String) -> impl IntoView {
    let reading = RwSignal::new(None::<Reading>);
    let box_ref = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    watching::start(box_ref, names, reading);
    #[cfg(not(feature = "hydrate"))]
    drop(names);
    let content = move || {
        reading.get().map(|reading| {
            let rows: Vec<_> = reading
                .rows
                .into_iter()
                .map(|(ink, name, value)| {
                    let class = format!("swatch swatch-{ink}");
                    view! {
                        <tr>
                            <th scope="row"><span class=class></span>{name}</th>
                            <td>{value.to_string()}</td>
                        </tr>
                    }
                })
                .collect();
            let sum = reading.total.unwrap_or_else(|| unknown.clone());
            view! {
                <p class="hover-label">{reading.label}</p>
                <table>
                    <tbody>{rows}</tbody>
                    <tfoot><tr><th scope="row">{total.clone()}</th><td>{sum}</td></tr></tfoot>
                </table>
            }
        })
    };
    let hidden = move || reading.with(Option::is_none);
    let class = move || {
        let to_left = reading.with(|reading| reading.as_ref().is_some_and(|reading| reading.to_left));
        if to_left { "hover-box to-left" } else { "hover-box" }
    };
    let place = move || reading.with(|reading| reading.as_ref().map(|reading| format!("{}%", reading.left)));
    view! {
        <div class=class node_ref=box_ref hidden=hidden role="status" style:left=place>{content}</div>
    }
}

#[cfg(feature = "hydrate")]
mod watching {
    use leptos::html::Div;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, Event, KeyboardEvent};

    use super::Reading;
    use crate::islands::dom::listen;

    type Names = Vec<(String, String)>;

    pub fn start(box_ref: NodeRef<Div>, names: Names, reading: RwSignal<Option<Reading>>) {
        Effect::new(move || {
            let Some(frame) = box_ref.get().and_then(|own| own.closest(".chart-box").ok().flatten()) else { return };
            let Ok(Some(picture)) = frame.query_selector(".chart-frame") else { return };
            let _ = picture.set_attribute("tabindex", "0");
            all(&picture, "g.bucket > title").iter().for_each(Element::remove);
            listen(&picture, "pointermove", {
                let (frame, names) = (frame.clone(), names.clone());
                move |event| {
                    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                    let bucket = target.and_then(|target| target.closest("g.bucket").ok().flatten());
                    show(&frame, bucket.as_ref(), &names, reading);
                }
            });
            for event in ["pointerleave", "blur"] {
                let frame = frame.clone();
                listen(&picture, event, move |_| show(&frame, None, &Names::new(), reading));
            }
            listen(&picture, "keydown", {
                let (frame, names) = (frame.clone(), names.clone());
                move |event| step(&event, &frame, &names, reading)
            });
        });
    }

    /// The drawing that is shown at this width.
    fn visible(frame: &Element) -> Option<Element> {
        let mut drawings = all(frame, "svg.chart-trend").into_iter();
        drawings.find(|drawing| drawing.get_bounding_client_rect().width() > 0.0)
    }

    fn all(within: &Element, selector: &str) -> Vec<Element> {
        let Ok(found) = within.query_selector_all(selector) else { return Vec::new() };
        (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
    }

    fn step(event: &Event, frame: &Element, names: &Names, reading: RwSignal<Option<Reading>>) {
        let (Some(key), Some(drawing)) = (event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key), visible(frame))
        else {
            return;
        };
        let buckets = all(&drawing, "g.bucket");
        let last = i64::try_from(buckets.len()).unwrap_or(0) - 1;
        let current = drawing.query_selector("g.bucket.is-pointed").ok().flatten();
        let current = current.and_then(|bucket| bucket.get_attribute("data-bucket")?.parse::<i64>().ok());
        let next = match key.as_str() {
            "ArrowLeft" => current.map_or(last, |at| at - 1),
            "ArrowRight" => current.map_or(0, |at| at + 1),
            "Home" => 0,
            "End" => last,
            "Escape" => return show(frame, None, names, reading),
            _ => return,
        };
        event.prevent_default();
        let next = usize::try_from(next.clamp(0, last.max(0))).unwrap_or(0);
        show(frame, buckets.get(next), names, reading);
    }

    fn show(frame: &Element, bucket: Option<&Element>, names: &Names, reading: RwSignal<Option<Reading>>) {
        for pointed in all(frame, "g.bucket.is-pointed") {
            let _ = pointed.class_list().remove_1("is-pointed");
        }
        let Some(bucket) = bucket else { return reading.set(None) };
        let _ = bucket.class_list().add_1("is-pointed");
        let new = read(frame, bucket, names);
        if reading.with_untracked(|old| *old != new) {
            reading.set(new);
        }
    }

    fn read(frame: &Element, bucket: &Element, names: &Names) -> Option<Reading> {
        let values = bucket.get_attribute("data-values").unwrap_or_default();
        let mut rows: Vec<(String, String, i64)> = names
            .iter()
            .zip(values.split(','))
            .filter_map(|((name, ink), value)| Some((ink.clone(), name.clone(), value.parse().ok()?)))
            .collect();
        rows.sort_by_key(|(_, _, value)| std::cmp::Reverse(*value));
        let (outer, inner) = (frame.get_bounding_client_rect(), bucket.get_bounding_client_rect());
        let middle = (inner.left() + inner.width() / 2.0 - outer.left()) / outer.width().max(1.0) * 100.0;
        Some(Reading {
            label: bucket.get_attribute("data-label")?,
            total: bucket.get_attribute("data-total"),
            rows,
            left: middle.round(),
            to_left: middle > 50.0,
        })
    }
}
