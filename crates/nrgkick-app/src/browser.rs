//! The few things that the page needs of the browser besides fetch.

use js_sys::{Date, Function, Object, Promise, Reflect};
use nrgkick_model::time::Moment;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Element, HtmlElement, HtmlInputElement, UrlSearchParams, VisibilityState, Window,
};

/// The element that holds the screen and takes the focus when it changes.
pub const SCREEN: &str = "screen";

/// The window; nothing outside a browser.
pub fn window() -> Option<Window> {
    cfg!(target_arch = "wasm32").then(web_sys::window).flatten()
}

/// `true` where the browser offers what it offers to encrypted pages only, and to those of this device.
pub fn is_secure() -> bool {
    window().is_some_and(|window| window.is_secure_context())
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

/// Whether the server of the page said that its charger is a simulated one. `boot.js` wrote that down.
pub fn is_told_simulated() -> bool {
    let root = document().and_then(|document| document.document_element());
    root.is_some_and(|root| root.has_attribute("data-simulated"))
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

/// The field with `id`.
pub fn input(id: &str) -> Option<HtmlInputElement> {
    element(id)?.dyn_into().ok()
}

/// What stands in the field with `id`; empty without one.
pub fn typed(id: &str) -> String {
    input(id).map(|input| input.value()).unwrap_or_default()
}

/// The address of a file that holds `text`, of the type `kind`: for a link that saves it.
pub fn file_address(kind: &str, text: &str) -> String {
    format!("data:{kind};charset=utf-8,{}", String::from(js_sys::encode_uri_component(text)))
}

/// The time of day at `moment`, as far as the device's own clock is right.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of a page's life")]
pub fn wall_clock(moment: Moment) -> Date {
    let ago = now().as_millis() as f64 - moment.as_millis() as f64;
    Date::new(&JsValue::from_f64(Date::now() - ago))
}

/// The time of day now, in seconds since 1970, as far as the device's own clock is right.
#[expect(clippy::cast_possible_truncation, reason = "seconds")]
pub fn unix_time() -> i64 {
    (Date::now() / 1000.0) as i64
}

/// What a browser says of itself, and the size of its window.
pub fn about() -> Value {
    let Some(window) = window() else { return Value::Null };
    let size = |length: Result<JsValue, JsValue>| length.ok().and_then(|length| length.as_f64());
    json!({
        "name": window.navigator().user_agent().ok(),
        "languages": languages(),
        "width": size(window.inner_width()),
        "height": size(window.inner_height()),
        "online": is_online(),
        "https": is_https(),
    })
}

/// The address of the page without its query and what is behind `#`.
pub fn address() -> Option<String> {
    Some(origin()? + &window()?.location().pathname().ok()?)
}

/// The origin of the page: scheme, host and port.
pub fn origin() -> Option<String> {
    window()?.location().origin().ok()
}

/// The languages that the browser asks for, the first one first.
pub fn languages() -> Vec<String> {
    let tags = window().map(|window| window.navigator().languages());
    tags.iter().flat_map(js_sys::Array::iter).filter_map(|tag| tag.as_string()).collect()
}

/// The name of the build that this page is of, which its document says.
pub fn build() -> Option<String> {
    document()?.document_element()?.get_attribute("data-build")
}

/// Loads the page again, in its newest build.
pub fn reload() {
    if let Some(window) = window() {
        // A page that cannot be loaded again stays, and nothing is lost.
        let _ = window.location().reload();
    }
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
    query()?.get(name)
}

fn query() -> Option<UrlSearchParams> {
    UrlSearchParams::new_with_str(&window()?.location().search().ok()?).ok()
}

/// A parameter of the query that nobody should see in the address bar; it is removed there.
pub fn take_parameter(name: &str) -> Option<String> {
    let value = parameter(name)?;
    set_query(&query_with(name, None)?);
    Some(value)
}

/// The query of the address bar with `value` as the parameter `name`, or without it; other parameters
/// stay.
pub fn query_with(name: &str, value: Option<&str>) -> Option<String> {
    let query = query()?;
    match value {
        Some(value) => query.set(name, value),
        None => query.delete(name),
    }
    Some(format!("?{}", String::from(query.to_string())))
}

/// The token that was in the link to this page, once. The first script has taken it out of the address
/// bar and the history.
pub fn take_token() -> Option<String> {
    let (window, name) = (window()?, JsValue::from_str("token"));
    let token = Reflect::get(&window, &name).ok()?.as_string()?;
    Reflect::delete_property(&window, &name).ok()?;
    Some(token)
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

/// Whether the device says that it is in a network. Where it does not know, it says so too.
pub fn is_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// Whether the page may ask addresses of the local network (Local Network Access); `None` while the
/// user has not been asked, and in browsers that know no such permission.
pub async fn is_local_allowed() -> Option<bool> {
    let navigator: JsValue = window()?.navigator().into();
    let permissions = Reflect::get(&navigator, &"permissions".into()).ok()?;
    let query: Function = Reflect::get(&permissions, &"query".into()).ok()?.dyn_into().ok()?;
    // The second was the first's name.
    for name in ["local-network", "local-network-access"] {
        let wanted = Object::new();
        Reflect::set(&wanted, &"name".into(), &name.into()).ok()?;
        let Ok(asked) = query.call1(&permissions, &wanted) else { continue };
        // An unknown name is an error.
        let Ok(status) = JsFuture::from(Promise::resolve(&asked)).await else { continue };
        let state = Reflect::get(&status, &"state".into()).ok()?.as_string()?;
        return match &*state {
            "granted" => Some(true),
            "denied" => Some(false),
            _ => None,
        };
    }
    None
}

/// A random identifier of 32 hexadecimal digits.
pub fn random_id() -> Option<String> {
    let mut bytes = [0_u8; 16];
    window()?.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
