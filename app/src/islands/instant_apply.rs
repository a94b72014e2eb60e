//! The filter of the explorer, applied as it changes: the list is asked for and put in place, the form stays as it is.
//!
//! Nothing moves the focus or loses a letter, because the controls are not replaced. The address follows, so that going
//! back, reloading and sharing work. When anything is unexpected the form is sent as it would be without JavaScript.

use leptos::prelude::*;

/// Watches the form it stands in. What was found is said to those who do not see it.
#[island]
pub fn InstantApply() -> impl IntoView {
    let said = RwSignal::new(String::new());
    let own = NodeRef::<leptos::html::P>::new();
    #[cfg(feature = "hydrate")]
    applying::start(own, said);
    view! { <p class="unseen" role="status" node_ref=own>{move || said.get()}</p> }
}

#[cfg(feature = "hydrate")]
mod applying {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::time::Duration;

    use leptos::html::P;
    use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Document, DomParser, Element, Event, FormData, HtmlElement, HtmlFormElement, SupportedType};
    use web_sys::{HtmlInputElement, UrlSearchParams, Window};

    use crate::islands::dom::{all, listen};

    /// How long a pause in typing ends a word.
    const PAUSE: Duration = Duration::from_millis(350);
    /// What shows the answer; everything else stays.
    const REPLACED: [&str; 3] = [".explorer-top", ".explorer-main", ".preferences"];

    struct Applier {
        window: Window,
        document: Document,
        form: HtmlFormElement,
        said: RwSignal<String>,
        /// Numbers the questions: only the answer to the last one counts.
        asked: Cell<u32>,
        /// The query of the list in sight.
        shown: RefCell<String>,
        waiting: Cell<Option<TimeoutHandle>>,
    }

    pub fn start(own: NodeRef<P>, said: RwSignal<String>) {
        Effect::new(move || {
            let form = own.get().and_then(|own| own.closest("form").ok().flatten()?.dyn_into().ok());
            let (Some(form), Some(window)) = (form, web_sys::window()) else { return };
            let Some(document) = window.document() else { return };
            let shown = RefCell::new(search_of(&window));
            let (asked, waiting) = (Cell::new(0), Cell::new(None));
            watch(&Rc::new(Applier { window, document, form, said, asked, shown, waiting }));
        });
    }

    fn watch(applier: &Rc<Applier>) {
        let form = &applier.form;
        listen(form, "change", {
            let applier = Rc::clone(applier);
            move |event| {
                if is_of_the_filter(&event) {
                    applier.apply();
                }
            }
        });
        listen(form, "input", {
            let applier = Rc::clone(applier);
            move |event| {
                let is_text = target(&event).is_some_and(|control| control.type_() == "search");
                if is_text && is_of_the_filter(&event) {
                    applier.apply_soon();
                }
            }
        });
        listen(form, "submit", {
            let applier = Rc::clone(applier);
            move |event| {
                event.prevent_default();
                applier.apply();
            }
        });
        listen(&applier.window, "popstate", {
            let applier = Rc::clone(applier);
            move |_| {
                // Jumping within the page comes here too, and shows the same list.
                if search_of(&applier.window) != *applier.shown.borrow() {
                    let _ = applier.window.location().reload();
                }
            }
        });
    }

    fn search_of(window: &Window) -> String {
        window.location().search().unwrap_or_default()
    }

    fn target(event: &Event) -> Option<HtmlInputElement> {
        event.target()?.dyn_into().ok()
    }

    /// The fields of the comboboxes have no name: they are not sent.
    fn is_of_the_filter(event: &Event) -> bool {
        target(event).is_none_or(|control| !control.name().is_empty())
    }

    impl Applier {
        fn apply_soon(self: &Rc<Self>) {
            if let Some(waiting) = self.waiting.take() {
                waiting.clear();
            }
            let applier = Rc::clone(self);
            self.waiting.set(set_timeout_with_handle(move || applier.apply(), PAUSE).ok());
        }

        fn apply(self: &Rc<Self>) {
            if let Some(waiting) = self.waiting.take() {
                waiting.clear();
            }
            let Some(search) = self.chosen() else { return };
            if search == *self.shown.borrow() {
                return;
            }
            let number = self.asked.get() + 1;
            self.asked.set(number);
            let applier = Rc::clone(self);
            spawn_local(async move {
                applier.set_busy(true);
                let answer = applier.ask(&search).await;
                if applier.asked.get() != number {
                    return;
                }
                applier.set_busy(false);
                if answer.and_then(|answer| applier.show(&answer, &search)).is_none() {
                    // The server's own page says what is wrong.
                    let _ = applier.form.submit();
                }
            });
        }

        /// The form as the query of an address, without its empty fields.
        fn chosen(&self) -> Option<String> {
            let fields = FormData::new_with_form(&self.form).ok()?;
            let query = String::from(entries(&fields)?.to_string());
            Some(if query.is_empty() { query } else { format!("?{query}") })
        }

        async fn ask(&self, search: &str) -> Option<Document> {
            let address = format!("{}{search}", self.form.get_attribute("action")?);
            let response = JsFuture::from(self.window.fetch_with_str(&address)).await.ok()?;
            let response: web_sys::Response = response.dyn_into().ok().filter(web_sys::Response::ok)?;
            let html = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
            DomParser::new().ok()?.parse_from_string(&html, SupportedType::TextHtml).ok()
        }

        /// Puts the answer in place. `None` when it is no page like this one.
        fn show(&self, answer: &Document, search: &str) -> Option<()> {
            let find = |document: &Document, what| document.query_selector(what).ok().flatten();
            let pairs = REPLACED.map(|what| Some((find(&self.document, what)?, find(answer, what)?)));
            for pair in pairs {
                let (old, new) = pair?;
                old.replace_with_with_node_1(&new).ok()?;
            }
            if let Some(form) = find(answer, "form.facets") {
                self.recount(&form);
            }
            let version = answer.document_element().and_then(|root| root.get_attribute("data-version"));
            if let (Some(root), Some(version)) = (self.document.document_element(), version) {
                let _ = root.set_attribute("data-version", &version);
            }
            let address = format!("{}{search}", self.form.get_attribute("action")?);
            self.window.history().ok()?.push_state_with_url(&JsValue::NULL, "", Some(&address)).ok()?;
            *self.shown.borrow_mut() = search_of(&self.window);
            self.said.set(find(&self.document, "h1").and_then(|head| head.text_content()).unwrap_or_default());
            Some(())
        }

        /// New numbers beside the values. A list that holds the focus keeps its values in their places.
        fn recount(&self, answered: &Element) {
            for facet in all(&self.form, ".facet") {
                let Some(field) = facet.get_attribute("data-field") else { continue };
                let new = answered.query_selector(&format!(".facet[data-field={field}]")).ok().flatten();
                let focused = self.document.active_element().is_some_and(|focused| facet.contains(Some(&focused)));
                if let (Some(new), false) = (&new, focused) {
                    replace_content(&facet, new, "[role=group]");
                } else {
                    recount_in_place(&facet, new.as_ref());
                }
                if let Some(new) = &new {
                    replace_content(&facet, new, "summary");
                    if let Some(ask) = new.get_attribute("data-ask") {
                        let _ = facet.set_attribute("data-ask", &ask);
                    }
                }
                // The combobox over the values looks again.
                if let Ok(event) = Event::new("recounted") {
                    let _ = facet.dispatch_event(&event);
                }
            }
        }

        fn set_busy(&self, busy: bool) {
            if let Ok(Some(main)) = self.document.query_selector(".explorer-main") {
                let _ = main.set_attribute("aria-busy", if busy { "true" } else { "false" });
            }
        }
    }

    /// What the form would send, without what is empty.
    fn entries(fields: &FormData) -> Option<UrlSearchParams> {
        let query = UrlSearchParams::new().ok()?;
        for entry in js_sys::try_iter(fields).ok()?? {
            let pair: js_sys::Array = entry.ok()?.dyn_into().ok()?;
            let value = pair.get(1).as_string().unwrap_or_default();
            if !value.is_empty() {
                query.append(&pair.get(0).as_string()?, &value);
            }
        }
        Some(query)
    }

    fn replace_content(old: &Element, new: &Element, what: &str) {
        if let (Ok(Some(old)), Ok(Some(new))) = (old.query_selector(what), new.query_selector(what)) {
            old.set_inner_html(&new.inner_html());
        }
    }

    /// What the answer does not name has nothing left, or is unknown where the answer does not name all.
    fn recount_in_place(facet: &Element, new: Option<&Element>) {
        let unnamed = if facet.has_attribute("data-ask") { "" } else { "0" };
        let rows = new.map(|new| all(new, "[role=group] li")).unwrap_or_default();
        for row in all(facet, "[role=group] li") {
            let value = value_of(&row);
            let same = rows.iter().find(|new| value_of(new) == value);
            let count = same.and_then(count_of).and_then(|count| count.text_content());
            if let Some(own) = count_of(&row) {
                own.set_text_content(Some(count.as_deref().unwrap_or(unnamed)));
            }
        }
    }

    fn value_of(row: &Element) -> Option<String> {
        row.query_selector("input").ok().flatten()?.get_attribute("value")
    }

    fn count_of(row: &Element) -> Option<HtmlElement> {
        row.query_selector(".facet-count").ok().flatten()?.dyn_into().ok()
    }
}
