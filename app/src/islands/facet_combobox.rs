//! A combobox over the values of one facet: typing narrows them, several can be chosen, none of it takes a mouse. Without
//! JavaScript there is none: the list can be scrolled, and what is not in it can be typed as it is called.
//!
//! After "editable combobox with list autocomplete" of the ARIA Authoring Practices
//! (<https://www.w3.org/WAI/ARIA/apg/patterns/combobox/>). It holds no choice of its own: the boxes of the facet do, and
//! whoever watches the form learns of a choice from them. Values that the page does not list are asked for where the
//! facet's `data-ask` says, so that no page carries thousands.

use leptos::prelude::*;

/// What the combobox says. `found` has a place for the number of values.
#[island]
pub fn FacetCombobox(
    field: String,
    name: String,
    label: String,
    found: String,
    none: String,
    failed: String,
) -> impl IntoView {
    let ready = RwSignal::new(false);
    let said = RwSignal::new(String::new());
    let input = NodeRef::<leptos::html::Input>::new();
    let list = format!("{field}-values");
    Effect::new(move || ready.set(true));
    #[cfg(feature = "hydrate")]
    choosing::start(input, said, choosing::Words { found, none, failed });
    #[cfg(not(feature = "hydrate"))]
    drop((found, none, failed));
    view! {
        <div class="facet-search" hidden=move || !ready.get()>
            <input node_ref=input type="text" role="combobox" aria-label=label.clone() placeholder=label aria-autocomplete="list"
                aria-expanded="false" aria-controls=list.clone() autocomplete="off" autocapitalize="off" spellcheck="false"/>
            <div class="facet-popup">
                <ul id=list role="listbox" aria-label=name aria-multiselectable="true" hidden></ul>
                <p role="status">{move || said.get()}</p>
            </div>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod choosing {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::time::Duration;

    use js_sys::{Array, JsString, Number, Reflect, encode_uri_component};
    use leptos::html::Input;
    use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Document, Element, Event, HtmlInputElement, KeyboardEvent, Response};
    use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

    use crate::islands::dom::{all, listen};

    /// How long a pause in typing ends a word that the server is asked for.
    const PAUSE: Duration = Duration::from_millis(200);
    /// Most values shown at once: more are not read, but typed at.
    const MOST: usize = 100;

    pub struct Words {
        pub found: String,
        pub none: String,
        pub failed: String,
    }

    struct Choice {
        value: String,
        name: String,
        count: String,
    }

    struct Combobox {
        document: Document,
        facet: Element,
        input: HtmlInputElement,
        list: Element,
        said: RwSignal<String>,
        words: Words,
        shown: RefCell<Vec<Choice>>,
        /// Place of the value that Enter chooses.
        active: Cell<Option<usize>>,
        /// Numbers the questions: only the answer to the last one counts.
        asked: Cell<u32>,
        waiting: Cell<Option<TimeoutHandle>>,
    }

    pub fn start(input: NodeRef<Input>, said: RwSignal<String>, words: Words) {
        let words = Cell::new(Some(words));
        Effect::new(move || {
            let found = input.get().and_then(|input| {
                let facet = input.closest(".facet").ok().flatten()?;
                let list = input.next_element_sibling()?.first_element_child()?;
                Some((input.owner_document()?, facet, input, list, words.take()?))
            });
            let Some((document, facet, input, list, words)) = found else { return };
            let (shown, active, asked, waiting) = (RefCell::default(), Cell::new(None), Cell::new(0), Cell::new(None));
            watch(&Rc::new(Combobox { document, facet, input, list, said, words, shown, active, asked, waiting }));
        });
    }

    fn watch(combobox: &Rc<Combobox>) {
        let on = |target: &Element, event: &str, act: fn(&Rc<Combobox>, &Event)| {
            let combobox = Rc::clone(combobox);
            listen(target, event, move |event| act(&combobox, &event));
        };
        on(&combobox.input, "input", |combobox, _| combobox.open());
        on(&combobox.input, "click", |combobox, _| combobox.open());
        on(&combobox.input, "blur", |combobox, _| combobox.close());
        on(&combobox.input, "keydown", |combobox, event| {
            if let Some(key) = event.dyn_ref::<KeyboardEvent>()
                && combobox.press(key)
            {
                event.prevent_default();
            }
        });
        // The focus stays in the field.
        on(&combobox.list, "mousedown", |_, event| event.prevent_default());
        on(&combobox.list, "click", |combobox, event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let row = target.and_then(|target| target.closest("[role=option]").ok().flatten());
            let place = row.and_then(|row| all(&combobox.list, "li").iter().position(|other| *other == row));
            if place.is_some() {
                combobox.active.set(place);
                combobox.choose();
            }
        });
        // The numbers beside the values are others now.
        on(&combobox.facet, "recounted", |combobox, _| {
            if combobox.is_open() {
                let went_to = combobox.went_to();
                if combobox.facet.has_attribute("data-ask") {
                    combobox.ask();
                } else {
                    combobox.look(went_to.as_deref());
                }
            }
        });
    }

    impl Combobox {
        fn is_open(&self) -> bool {
            !self.list.has_attribute("hidden")
        }

        fn typed(&self) -> String {
            lower(self.input.value().trim())
        }

        /// The value that Enter chooses.
        fn went_to(&self) -> Option<String> {
            Some(self.shown.borrow().get(self.active.get()?)?.value.clone())
        }

        fn open(self: &Rc<Self>) {
            self.look(None);
            if self.facet.has_attribute("data-ask") {
                let combobox = Rc::clone(self);
                self.wait(set_timeout_with_handle(move || combobox.ask(), PAUSE).ok());
            }
        }

        fn close(&self) {
            self.wait(None);
            self.asked.set(self.asked.get() + 1);
            self.show(Vec::new());
            self.said.set(String::new());
        }

        fn wait(&self, next: Option<TimeoutHandle>) {
            if let Some(waiting) = self.waiting.replace(next) {
                waiting.clear();
            }
        }

        /// Shows what matches of the values on the page.
        fn look(&self, went_to: Option<&str>) {
            let typed = self.typed();
            let rows = all(&self.facet, "[role=group] li").into_iter().filter_map(|row| {
                let text = |part| Some(row.query_selector(part).ok()??.text_content()?.trim().to_owned());
                let value = control(&row)?.value();
                Some(Choice { value, name: text(".facet-name")?, count: text(".facet-count").unwrap_or_default() })
            });
            let matching = |row: &Choice| lower(&row.name).contains(&typed) || lower(&row.value).contains(&typed);
            let rows: Vec<Choice> = rows.filter(matching).collect();
            let all = rows.len();
            self.found(rows, all, went_to);
        }

        /// Asks the server for what matches.
        fn ask(self: &Rc<Self>) {
            let Some(ask) = self.facet.get_attribute("data-ask") else { return };
            let joint = if ask.contains('?') { '&' } else { '?' };
            let typed = String::from(encode_uri_component(self.input.value().trim()));
            let number = self.asked.get() + 1;
            self.asked.set(number);
            let combobox = Rc::clone(self);
            spawn_local(async move {
                let answer = answer(&format!("{ask}{joint}search={typed}")).await;
                if combobox.asked.get() != number {
                    return;
                }
                match answer {
                    Some((rows, all)) => combobox.found(rows, all, combobox.went_to().as_deref()),
                    None => combobox.said.set(combobox.words.failed.clone()),
                }
            });
        }

        /// Shows values, of which there are so many in all.
        fn found(&self, rows: Vec<Choice>, all: usize, went_to: Option<&str>) {
            let again = rows.iter().position(|row| Some(&*row.value) == went_to);
            // Nothing is chosen by Enter that nobody typed or went to.
            let first = (all > 0 && !self.typed().is_empty()).then_some(0);
            self.show(rows);
            self.go_to(again.or(first));
            let words = if all == 0 { &self.words.none } else { &self.words.found };
            self.said.set(words.replace("{n}", &all.to_string()));
        }

        fn show(&self, rows: Vec<Choice>) {
            self.list.set_inner_html("");
            let chosen: Vec<String> = all(&self.facet, "[role=group] input:checked")
                .into_iter()
                .filter_map(|control| control.get_attribute("value"))
                .collect();
            for (place, row) in rows.iter().take(MOST).enumerate() {
                let Ok(option) = self.document.create_element("li") else { return };
                option.set_id(&format!("{}-{place}", self.list.id()));
                let selected = if chosen.contains(&row.value) { "true" } else { "false" };
                for (name, value) in [("role", "option"), ("aria-selected", selected), ("title", &row.value)] {
                    let _ = option.set_attribute(name, value);
                }
                self.add(&option, "facet-name", &row.name);
                self.add(&option, "facet-count", &row.count);
                let _ = self.list.append_child(&option);
            }
            let open = !rows.is_empty();
            let _ = self.list.toggle_attribute_with_force("hidden", !open);
            let _ = self.input.set_attribute("aria-expanded", if open { "true" } else { "false" });
            *self.shown.borrow_mut() = rows;
            self.go_to(None);
        }

        fn add(&self, parent: &Element, class: &str, text: &str) {
            if let Ok(part) = self.document.create_element("span") {
                part.set_class_name(class);
                part.set_text_content(Some(text));
                let _ = parent.append_child(&part);
            }
        }

        /// Makes a value the one that Enter chooses, and shows where it stands.
        fn go_to(&self, place: Option<usize>) {
            self.active.set(place);
            for (at, row) in all(&self.list, "li").into_iter().enumerate() {
                let active = place == Some(at);
                let _ = row.toggle_attribute_with_force("data-active", active);
                if active {
                    let _ = self.input.set_attribute("aria-activedescendant", &row.id());
                    row.scroll_into_view_with_scroll_into_view_options(&nearest());
                }
            }
            if place.is_none() {
                let _ = self.input.remove_attribute("aria-activedescendant");
            }
        }

        /// Whether the key is done with.
        fn press(self: &Rc<Self>, key: &KeyboardEvent) -> bool {
            if key.is_composing() {
                return false;
            }
            let count = self.shown.borrow().len().min(MOST);
            match (key.key().as_str(), self.is_open()) {
                ("ArrowUp", true) if key.alt_key() => self.close(),
                ("ArrowDown" | "ArrowUp", false) => {
                    self.open();
                    if !key.alt_key() {
                        let count = self.shown.borrow().len().min(MOST);
                        let last = if key.key() == "ArrowUp" { count.checked_sub(1) } else { Some(0) };
                        self.go_to(last.filter(|_| count > 0));
                    }
                }
                ("ArrowDown", true) => self.go_to(Some(self.active.get().map_or(0, |at| (at + 1) % count))),
                ("ArrowUp", true) => {
                    self.go_to(Some(self.active.get().map_or(count - 1, |at| (at + count - 1) % count)))
                }
                // The form is not sent by it.
                ("Enter", _) => self.choose(),
                ("Escape", true) => self.close(),
                ("Escape", false) if !self.input.value().is_empty() => {
                    self.input.set_value("");
                    self.said.set(String::new());
                }
                _ => return false,
            }
            true
        }

        /// Chooses the value under the cursor, or lets it go.
        fn choose(&self) {
            let Some(place) = self.active.get() else { return };
            let Some(value) = self.box_of(place) else { return };
            value.click();
            let selected = if value.checked() { "true" } else { "false" };
            if let Some(row) = all(&self.list, "li").get(place) {
                let _ = row.set_attribute("aria-selected", selected);
            }
        }

        /// The box of a value; a new one for a value that the page did not list.
        fn box_of(&self, place: usize) -> Option<HtmlInputElement> {
            let shown = self.shown.borrow();
            let choice = shown.get(place)?;
            let rows = all(&self.facet, "[role=group] li");
            let known = rows.iter().filter_map(control).find(|control| control.value() == choice.value);
            if known.is_some() {
                return known;
            }
            let [row, label, control] = ["li", "label", "input"].map(|name| self.document.create_element(name).ok());
            let (row, label, control) = (row?, label?, control?);
            let field = self.facet.get_attribute("data-field")?;
            for (name, value) in [("type", "checkbox"), ("name", &field), ("value", &choice.value)] {
                control.set_attribute(name, value).ok()?;
            }
            label.append_child(&control).ok()?;
            self.add(&label, "facet-name", &choice.name);
            self.add(&label, "facet-count", &choice.count);
            label.set_attribute("title", &choice.value).ok()?;
            row.append_child(&label).ok()?;
            self.facet.query_selector("[role=group] ul").ok()??.append_child(&row).ok()?;
            control.dyn_into().ok()
        }
    }

    /// The values that the API answers with, and how many there are in all; several of one name are told apart by their keys.
    async fn answer(address: &str) -> Option<(Vec<Choice>, usize)> {
        let window = web_sys::window()?;
        let response: Response = JsFuture::from(window.fetch_with_str(address)).await.ok()?.dyn_into().ok()?;
        let answer = JsFuture::from(response.json().ok().filter(|_| response.ok())?).await.ok()?;
        let rows: Array = Reflect::get(&answer, &"rows".into()).ok()?.dyn_into().ok()?;
        let language = window.document()?.document_element()?.get_attribute("lang").unwrap_or_default();
        let read = |row| {
            let member = |name: &str| Reflect::get(&row, &name.into()).ok();
            let count = Number::from(member("findings")?.as_f64()?).to_locale_string(&language);
            let (value, name) = (member("key")?.as_string()?, member("label")?.as_string()?);
            Some(Choice { value, name, count: count.into() })
        };
        let mut rows = rows.iter().map(read).collect::<Option<Vec<_>>>()?;
        let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
        for row in &mut rows {
            if names.iter().filter(|name| **name == row.name).count() > 1 {
                row.name.clone_from(&row.value);
            }
        }
        let all = Reflect::get(&answer, &"rows_total".into()).ok()?.as_f64()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of values")]
        Some((rows, all as usize))
    }

    fn nearest() -> ScrollIntoViewOptions {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options
    }

    fn control(row: &Element) -> Option<HtmlInputElement> {
        row.query_selector("input").ok().flatten()?.dyn_into().ok()
    }

    /// By the browser, which has the tables for it.
    fn lower(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }
}
