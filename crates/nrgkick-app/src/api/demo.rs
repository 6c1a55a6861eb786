//! The demo: a simulated charger in the page, asked in place of a real one.
//!
//! It is a module of its own beside the page (`nrgkick-demo`), and the code here that loads it and
//! asks it is a chunk; neither is fetched before the demo is asked for. `cargo xtask page` names
//! the module's script in the page's HTML; a page without that name was built without the demo.

#![cfg_attr(feature = "split", allow(unsafe_code, reason = "what the macro writes for a chunk"))]

use std::cell::{Cell, RefCell};
use std::time::Duration;

use js_sys::{Array, Function, Promise, Reflect};
use nrgkick_model::request::Reply;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::call::{Answer, Pending};
use super::log;
use crate::browser;
use crate::chunk::chunk;
use crate::request_error::RequestError;
use crate::words::{advice as words, overview};

/// The element of the page's HTML whose content is the address of the demo's script.
const ELEMENT: &str = "demo-script";
/// The promise of the demo's functions, which its script makes.
const GLOBAL: &str = "nrgkickDemo";
/// The time limit for the script, ms; its module has one of its own.
const LIMIT: i32 = 20_000;
/// The longest name of a scenario that is repeated to the user, in characters.
const SHOWN: usize = 60;

type Ask = fn(String, String) -> Pending<'static>;

thread_local! {
    /// What the chunk does, called through a pointer, so that none of it is in the first load.
    static ASK: Cell<Option<Ask>> = const { Cell::new(None) };
    /// The names of the scenarios.
    static SCENARIOS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

chunk!(
    demo,
    fn fill() {
        ASK.set(Some(|scenario, target| Box::pin(answer(scenario, target))));
    }
);

/// Asks the demo in `scenario` for `target`.
pub(super) fn ask(scenario: String, target: String) -> Pending<'static> {
    Box::pin(async move {
        let is_there = fill().await.is_ok();
        let at = browser::now();
        let answer = match ASK.get().filter(|_| is_there) {
            Some(ask) => ask(scenario, target.clone()).await,
            None => Err(RequestError::Demo(overview::part_missing().to_owned())),
        };
        log::keep(at, "GET", target, answer.as_ref());
        answer
    })
}

/// Whether the page was built with its demo.
pub fn has_demo() -> bool {
    address().is_some()
}

/// The names of the demo's scenarios; none before it has been asked.
pub fn scenarios() -> Vec<String> {
    SCENARIOS.with_borrow(Vec::clone)
}

fn address() -> Option<String> {
    let element: JsValue = browser::element(ELEMENT)?.into();
    Reflect::get(&element, &"content".into()).ok()?.as_string()
}

async fn answer(scenario: String, target: String) -> Result<Answer, RequestError> {
    // Made anew with each poll, so in the words that have come by then.
    let reply = replied(&scenario, &target).await.map_err(RequestError::Demo)?;
    Ok(Answer { reply, age: Duration::ZERO })
}

/// The reply of the demo; an error says in words why there is none.
async fn replied(scenario: &str, target: &str) -> Result<Reply, String> {
    let address = address().ok_or_else(|| words::no_demo().to_owned())?;
    let missing = |_| overview::part_missing().to_owned();
    let demo = load(&address).await.map_err(missing)?;
    let reply = asked(&demo, scenario, target).map_err(missing)?;
    reply.ok_or_else(|| {
        let name: String = scenario.chars().take(SHOWN).collect();
        words::no_scenario(&scenarios().join(", "), &name)
    })
}

/// Loads the demo unless it is there, and returns its functions.
async fn load(address: &str) -> Result<JsValue, JsValue> {
    let window = browser::window().ok_or(JsValue::NULL)?;
    let mut demo = Reflect::get(&window, &GLOBAL.into())?;
    if demo.is_undefined() {
        let script = browser::document().ok_or(JsValue::NULL)?.create_element("script")?;
        script.set_attribute("src", address)?;
        let loaded = Promise::new(&mut |resolve, reject| {
            // Without these it counts as late.
            let _ = script.add_event_listener_with_callback("load", &resolve);
            let _ = script.add_event_listener_with_callback("error", &reject);
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&reject, LIMIT);
        });
        let root = browser::document().and_then(|document| document.document_element());
        root.ok_or(JsValue::NULL)?.append_child(&script)?;
        JsFuture::from(loaded).await?;
        demo = Reflect::get(&window, &GLOBAL.into())?;
    }
    let demo = JsFuture::from(Promise::resolve(&demo)).await;
    if demo.is_err() {
        // The next attempt begins anew.
        Reflect::set(&window, &GLOBAL.into(), &JsValue::UNDEFINED)?;
    }
    let demo = demo?;
    let names: Array = function(&demo, "scenarios")?.call0(&JsValue::NULL)?.dyn_into()?;
    SCENARIOS.set(names.iter().filter_map(|name| name.as_string()).collect());
    Ok(demo)
}

fn function(demo: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(demo, &name.into())?.dyn_into()
}

/// Asks the demo, at the time of the page's clock. `None` where it has no such scenario.
fn asked(demo: &JsValue, scenario: &str, target: &str) -> Result<Option<Reply>, JsValue> {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a page's life")]
    let now = browser::now().as_millis() as f64;
    let ask = function(demo, "ask")?;
    let answer = ask.call3(&JsValue::NULL, &scenario.into(), &target.into(), &now.into())?;
    if answer.is_undefined() {
        return Ok(None);
    }
    let answer: Array = answer.dyn_into()?;
    let mut parts = answer.iter();
    let status = parts.next().and_then(|status| status.as_f64());
    let body = parts.next().and_then(|body| body.as_string());
    let (status, body) = status.zip(body).ok_or(JsValue::NULL)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let status = status as u16;
    Ok(Some(Reply { status, body: body.into_bytes() }))
}
