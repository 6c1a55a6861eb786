//! The panel's markup, which stands in `index.html`, and the slots in it.
//!
//! A slot is an element with `data-slot`; where several have one name, each knows its place among
//! them. A part of the page is a table of [`Slot`]s: an element, and the function that says what it
//! shows. [`Markup::show`] calls them all and touches only what has changed. So the overview is there
//! before the program is, and needs no code that builds it.
//!
//! Words that never change are in the markup with their number in `data-word`, written there from
//! `i18n` by `cargo xtask trunk-hook`; [`speak`] puts them into the language in use.
//!
//! Not here: what the slots show ([`part`](crate::part)), and the screens that come later, which are
//! views.

use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

use crate::format::Quantity;
use crate::{browser, words};

/// What is shown by the elements that are called `at`.
pub struct Slot<S: 'static> {
    /// The name in `data-slot`.
    pub at: &'static str,
    /// What they show of `S`.
    pub fill: Fill<S>,
}

/// One property of an element, and the function that says what it is. The number is the place of the
/// element among those of the same name.
pub enum Fill<S: 'static> {
    /// Its text.
    Text(fn(&S, usize) -> String),
    /// Its first text, and the unit in its last element.
    Quantity(fn(&S, usize) -> Quantity),
    /// An attribute.
    Attribute(&'static str, fn(&S, usize) -> String),
    /// An attribute that is there or not.
    Flag(&'static str, fn(&S, usize) -> bool),
    /// The value of an input.
    Value(fn(&S, usize) -> String),
    /// A property of its style.
    Style(&'static str, fn(&S, usize) -> String),
}

/// The attribute without which an element is seen.
const HIDDEN: &str = "hidden";

impl<S> Slot<S> {
    /// The text of `at`.
    pub const fn text(at: &'static str, text: fn(&S, usize) -> String) -> Self {
        Self { at, fill: Fill::Text(text) }
    }

    /// A number and its unit at `at`.
    pub const fn quantity(at: &'static str, quantity: fn(&S, usize) -> Quantity) -> Self {
        Self { at, fill: Fill::Quantity(quantity) }
    }

    /// The attribute `name` of `at`.
    pub const fn attribute(
        at: &'static str,
        name: &'static str,
        value: fn(&S, usize) -> String,
    ) -> Self {
        Self { at, fill: Fill::Attribute(name, value) }
    }

    /// Whether `at` has the attribute `name`.
    pub const fn flag(at: &'static str, name: &'static str, is_set: fn(&S, usize) -> bool) -> Self {
        Self { at, fill: Fill::Flag(name, is_set) }
    }

    /// The value of the input `at`.
    pub const fn value(at: &'static str, value: fn(&S, usize) -> String) -> Self {
        Self { at, fill: Fill::Value(value) }
    }

    /// The property `name` of the style of `at`.
    pub const fn style(
        at: &'static str,
        name: &'static str,
        value: fn(&S, usize) -> String,
    ) -> Self {
        Self { at, fill: Fill::Style(name, value) }
    }

    /// Whether `at` is hidden. The focus does not stay behind in it.
    pub const fn hidden(at: &'static str, is_hidden: fn(&S, usize) -> bool) -> Self {
        Self::flag(at, HIDDEN, is_hidden)
    }
}

/// The slots of a document.
pub struct Markup<S: 'static>(Vec<Place<S>>);

struct Place<S: 'static> {
    element: Element,
    nth: usize,
    fill: &'static Fill<S>,
    shown: Option<String>,
}

impl<S> Markup<S> {
    /// The elements of the document that are called as in `tables`.
    pub fn find(tables: &[&'static [Slot<S>]]) -> Self {
        let mut places = Vec::new();
        for Slot { at, fill } in tables.iter().copied().flatten() {
            let found = elements(at).into_iter().enumerate();
            places.extend(found.map(|(nth, element)| Place { element, nth, fill, shown: None }));
        }
        Self(places)
    }

    /// Shows `seen`.
    pub fn show(&mut self, seen: &S) {
        for place in &mut self.0 {
            place.show(seen);
        }
    }
}

/// Between number and unit of what is remembered of a quantity.
const BREAK: char = '\n';

impl<S> Place<S> {
    fn show(&mut self, seen: &S) {
        let nth = self.nth;
        let wanted = match *self.fill {
            Fill::Text(says)
            | Fill::Attribute(_, says)
            | Fill::Value(says)
            | Fill::Style(_, says) => says(seen, nth),
            Fill::Flag(_, is_set) => if is_set(seen, nth) { "1" } else { "" }.to_owned(),
            Fill::Quantity(says) => {
                let Quantity { mut number, unit } = says(seen, nth);
                number.push(BREAK);
                number + unit
            }
        };
        // The markup says already that nothing is known; or else a first answer is in it, which came
        // before the program.
        let is_unknown = matches!(self.fill, Fill::Quantity(_)) && wanted.starts_with(words::NONE);
        if self.shown.is_none() && is_unknown {
            return;
        }
        if self.shown.as_ref() != Some(&wanted) {
            self.put(&wanted);
            self.shown = Some(wanted);
        }
    }

    fn put(&self, wanted: &str) {
        let element = &self.element;
        // None of these fails: the names are constants, and no element is read-only.
        let _ = match *self.fill {
            Fill::Text(_) => {
                element.set_text_content(Some(wanted));
                Ok(())
            }
            Fill::Attribute(name, _) => element.set_attribute(name, wanted),
            Fill::Flag(name, _) if wanted.is_empty() => element.remove_attribute(name),
            Fill::Flag(name, _) => {
                if name == HIDDEN {
                    browser::release_focus_of(element);
                }
                element.set_attribute(name, "")
            }
            Fill::Value(_) => {
                if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
                    input.set_value(wanted);
                }
                Ok(())
            }
            Fill::Style(name, _) => match element.dyn_ref::<HtmlElement>() {
                Some(element) => element.style().set_property(name, wanted),
                None => Ok(()),
            },
            Fill::Quantity(_) => {
                let (number, unit) = wanted.split_once(BREAK).unwrap_or((wanted, ""));
                let space = if unit.is_empty() { "" } else { "\u{202f}" };
                if let (Some(first), Some(last)) =
                    (element.first_child(), element.last_element_child())
                {
                    first.set_node_value(Some(number));
                    last.set_text_content(Some(&format!("{space}{unit}")));
                }
                Ok(())
            }
        };
    }
}

/// Puts the words of the markup into the language in use.
pub fn speak() {
    for element in all("[data-word]") {
        if let Some(word) = word(&element, "data-word") {
            element.set_text_content(Some(word));
        }
    }
    for element in all("[data-word-label]") {
        if let Some(word) = word(&element, "data-word-label") {
            // A constant name cannot fail.
            let _ = element.set_attribute("aria-label", word);
        }
    }
}

fn word(element: &Element, attribute: &str) -> Option<&'static str> {
    words::at(element.get_attribute(attribute)?.parse().ok()?)
}

/// Calls `action` with every `event` at the elements called `at`, and with their place.
pub fn on(at: &str, event: &str, action: impl Fn(&Event, usize) + 'static) {
    type Action = Rc<dyn Fn(&Event, usize)>;
    fn listen(at: &str, event: &str, action: &Action) {
        for (nth, element) in elements(at).into_iter().enumerate() {
            let action = Rc::clone(action);
            let listener = Closure::<dyn Fn(Event)>::new(move |event| action(&event, nth));
            // For as long as the page lives.
            let listener: JsValue = listener.into_js_value();
            let _ = element.add_event_listener_with_callback(event, listener.unchecked_ref());
        }
    }
    listen(at, event, &(Rc::new(action) as Action));
}

/// Calls `action` at a click, unless the element says that it is disabled.
pub fn on_click(at: &str, action: impl Fn(usize) + 'static) {
    on(at, "click", move |event, nth| {
        let target = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        let disabled = target.and_then(|target| target.get_attribute("aria-disabled"));
        if disabled.as_deref() != Some("true") {
            action(nth);
        }
    });
}

/// The first element called `at`.
pub fn element(at: &str) -> Option<HtmlElement> {
    elements(at).into_iter().next()?.dyn_into().ok()
}

fn elements(at: &str) -> Vec<Element> {
    all(&format!("[data-slot='{at}']"))
}

fn all(selector: &str) -> Vec<Element> {
    let found = browser::document().and_then(|document| document.query_selector_all(selector).ok());
    let Some(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::page::TABLES;
    use crate::route::{LIMIT_HASH, Route, TRIAL_HASH};

    const INDEX: &str = include_str!("../../../index.html");

    fn named(attribute: &str) -> BTreeSet<&'static str> {
        let start = format!(" {attribute}=\"");
        let parts = INDEX.split(&start).skip(1);
        parts.filter_map(|rest| Some(rest.split_once('"')?.0)).collect()
    }

    #[test]
    fn every_slot_of_the_tables_is_in_the_markup_and_the_other_way_round() {
        let filled: BTreeSet<_> =
            TABLES.iter().copied().flatten().copied().flatten().map(|slot| slot.at).collect();
        let there = named("data-slot");
        let missing: Vec<_> = filled.difference(&there).collect();
        assert!(missing.is_empty(), "not in index.html: {missing:?}");
        // What listens, is mounted or is counted only.
        let others = ["try-now", "confirm-charger", "later-control", "later-details", "later-form"];
        let later =
            ["later-kiosk", "later-settings", "later-version", "later-curious", "later-chargers"];
        let others = others.into_iter().chain(later).chain(["later-charges", "late"]);
        let wanted: BTreeSet<_> = filled.into_iter().chain(others).collect();
        let unused: Vec<_> = there.difference(&wanted).collect();
        assert!(unused.is_empty(), "nothing fills: {unused:?}");
    }

    #[test]
    fn the_links_of_the_markup_are_the_screens() {
        let links = named("href");
        // The settings lead to the screen for the curious, and the name to several chargers.
        let is_in_markup = |route: &Route| !matches!(route, Route::Curious | Route::Chargers);
        for route in Route::ALL.into_iter().filter(is_in_markup) {
            assert!(links.contains(route.hash()), "{route:?}");
        }
        assert!(links.contains(LIMIT_HASH) && links.contains(TRIAL_HASH));
    }
}
