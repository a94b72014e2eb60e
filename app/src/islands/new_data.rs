//! A hint that there is newer data than the page shows. It moves and replaces nothing: whoever reads decides.

use leptos::prelude::*;

/// Asks now and then for the version of the data, while somebody looks at the page.
#[island]
pub fn NewData(words: String, refresh: String, dismiss: String) -> impl IntoView {
    // The version the hint speaks of.
    let news = RwSignal::new(None::<u64>);
    let address = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    watching::start(news, address);
    let content = move || {
        news.get().map(|_| {
            let dismiss = dismiss.clone();
            view! {
                <p class="new-data">
                    <span>{words.clone()}</span>
                    <a href=address>{refresh.clone()}</a>
                    <button type="button" aria-label=dismiss on:click=move |_| news.set(None)>"×"</button>
                </p>
            }
        })
    };
    // There before there is anything to say, so that it is heard.
    view! { <div role="status">{content}</div> }
}

#[cfg(feature = "hydrate")]
mod watching {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::time::Duration;

    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Document, Window};

    use crate::islands::dom::listen;

    /// Between two questions.
    const EVERY: Duration = Duration::from_secs(30);
    const ADDRESS: &str = "/api/v1/version";

    pub fn start(news: RwSignal<Option<u64>>, address: RwSignal<String>) {
        Effect::new(move || {
            let Some(window) = web_sys::window() else { return };
            let Some(document) = window.document() else { return };
            // What was told once is not told again.
            let told = Rc::new(Cell::new(None::<u64>));
            let look = {
                let (document, told) = (document.clone(), Rc::clone(&told));
                move || {
                    if document.hidden() {
                        return;
                    }
                    let (window, document, told) = (window.clone(), document.clone(), Rc::clone(&told));
                    spawn_local(async move {
                        let Some(newest) = newest(&window).await else { return };
                        if !is_newer(&document, newest) {
                            // The page has been brought up to date meanwhile.
                            news.set(None);
                        } else if told.get() != Some(newest) {
                            let location = window.location();
                            let (path, query) = (location.pathname(), location.search());
                            address.set(path.unwrap_or_default() + &query.unwrap_or_default());
                            told.set(Some(newest));
                            news.set(Some(newest));
                        }
                    });
                }
            };
            listen(&document, "visibilitychange", {
                let look = look.clone();
                move |_| look()
            });
            set_interval(look, EVERY);
        });
    }

    /// Whether the page was made from older data.
    fn is_newer(document: &Document, newest: u64) -> bool {
        let shown =
            document.document_element().and_then(|root| root.get_attribute("data-version")?.parse::<u64>().ok());
        shown.is_some_and(|shown| shown < newest)
    }

    /// `None` when nobody answers: then nothing is said.
    async fn newest(window: &Window) -> Option<u64> {
        let response = JsFuture::from(window.fetch_with_str(ADDRESS)).await.ok()?;
        let response: web_sys::Response = response.dyn_into().ok().filter(web_sys::Response::ok)?;
        let answer = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
        // `{"data_version":12}`: nothing else has digits.
        let digits: String = answer.chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok()
    }
}
