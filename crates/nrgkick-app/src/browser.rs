//! The few things that the page needs of the browser besides fetch.

use nrgkick_model::time::Moment;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement, VisibilityState, Window};

/// The element that holds the screen and takes the focus when it changes.
pub const SCREEN: &str = "screen";

/// The window; nothing outside a browser.
pub fn window() -> Option<Window> {
    cfg!(target_arch = "wasm32").then(web_sys::window).flatten()
}

/// The document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// The element with `id`.
pub fn element(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Adds an element with a class and a text at the end of `parent`.
pub fn append(parent: &Element, name: &str, class: &str, text: &str) -> Option<Element> {
    let element = document()?.create_element(name).ok()?;
    element.set_class_name(class);
    element.set_text_content(Some(text));
    parent.append_child(&element).ok()?;
    Some(element)
}

/// Puts the focus on the element with `id`.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        // What is hidden takes no focus, and nothing else can go wrong.
        let _ = element.focus();
    }
}

/// Puts the focus on the screen where the element with `id`, or what is in it, has it.
pub fn release_focus(id: &str) {
    if let Some(element) = element(id) {
        release_focus_of(&element);
    }
}

/// Puts the focus on the screen where `element`, or what is in it, has it.
pub fn release_focus_of(element: &Element) {
    let focused = document().and_then(|document| document.active_element());
    if element.contains(focused.as_deref()) {
        focus(SCREEN);
    }
}

/// The time of the page's clock at its start, ms: what is older than the page has a time, too.
const START: u64 = 3_600_000;

/// The time on a clock that never runs backwards.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds, positive"
)]
pub fn now() -> Moment {
    let milliseconds = window().and_then(|window| window.performance()).map_or(0.0, |p| p.now());
    Moment::from_millis(START + milliseconds as u64)
}

/// The languages that the browser asks for, the first one first.
pub fn languages() -> Vec<String> {
    let tags = window().map(|window| window.navigator().languages());
    tags.iter().flat_map(js_sys::Array::iter).filter_map(|tag| tag.as_string()).collect()
}

/// Lets the words of the markup be seen.
pub fn show_words() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        // A constant name cannot fail.
        let _ = root.set_attribute("data-words", "");
    }
}

/// Names the language of the document, for hyphens and for what reads it aloud.
pub fn set_language(code: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        // A constant name cannot fail.
        let _ = root.set_attribute("lang", code);
    }
}

/// The id of the element that has the focus; empty ids are none.
pub fn focused() -> Option<String> {
    let id = document()?.active_element()?.id();
    Some(id).filter(|id| !id.is_empty())
}

/// Whether the page is visible.
pub fn is_visible() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// A parameter of the address bar's query.
pub fn parameter(name: &str) -> Option<String> {
    let search = window()?.location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// The query of the address bar with the parameter `name` set to `value`.
pub fn query_with(name: &str, value: &str) -> Option<String> {
    let query =
        web_sys::UrlSearchParams::new_with_str(&window()?.location().search().ok()?).ok()?;
    query.set(name, value);
    Some(format!("?{}", String::from(query.to_string())))
}

/// A parameter of the query that nobody should see in the address bar; it is removed there.
pub fn take_parameter(name: &str) -> Option<String> {
    let value = parameter(name)?;
    let rest = web_sys::UrlSearchParams::new_with_str(&window()?.location().search().ok()?).ok()?;
    rest.delete(name);
    set_query(&format!("?{}", String::from(rest.to_string())));
    Some(value)
}

/// Removes the query from the address bar, so that a reload follows the settings.
pub fn drop_query() {
    set_query("");
}

fn set_query(query: &str) {
    let Some(window) = window() else {
        return;
    };
    let (location, history) = (window.location(), window.history());
    if let (Ok(path), Ok(hash), Ok(history)) = (location.pathname(), location.hash(), history) {
        let address = format!("{path}{query}{hash}");
        // A page from a file has no history to change, and then none needs changing.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// Whether the page itself came over HTTPS, from where plain HTTP is mixed content.
pub fn is_https() -> bool {
    window().and_then(|window| window.location().protocol().ok()).is_some_and(|p| p == "https:")
}

/// A random identifier of 32 hexadecimal digits.
pub fn random_id() -> Option<String> {
    let mut bytes = [0_u8; 16];
    window()?.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
