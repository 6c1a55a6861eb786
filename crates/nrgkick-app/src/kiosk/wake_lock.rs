//! Asking the browser to keep the screen on. It is asked by name, because the bindings have no
//! stable words for it.

use std::time::Duration;

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::desk::Desk;
use super::wake::Wake;
use crate::browser;

/// How often it is looked whether the browser is to be asked again.
const PERIOD: Duration = Duration::from_secs(5);

/// Keeps the screen on from now on, as far as the browser lets it.
pub(super) fn follow(desk: Desk) {
    match wake_lock() {
        Some(_) => ask(desk),
        None if browser::is_secure() => desk.wake.set(Wake::NotOffered),
        None => desk.wake.set(Wake::NeedsHttps),
    }
    let look = move || {
        if browser::is_visible() && desk.wake.with_untracked(|wake| wake.is_due(browser::now())) {
            ask(desk);
        }
    };
    // For as long as the page lives.
    let _ = set_interval_with_handle(look, PERIOD);
    window_event_listener_untyped("visibilitychange", move |_| look());
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    let found = Reflect::get(object, &name.into()).ok()?;
    (!found.is_undefined() && !found.is_null()).then_some(found)
}

fn wake_lock() -> Option<JsValue> {
    get(&browser::window()?.navigator().into(), "wakeLock")
}

/// The promise of the browser to keep the screen on, as long as its answer lives.
fn request() -> Result<Promise, JsValue> {
    let lock = wake_lock().ok_or(JsValue::NULL)?;
    let request: Function = Reflect::get(&lock, &"request".into())?.dyn_into()?;
    request.call1(&lock, &"screen".into())?.dyn_into()
}

fn ask(desk: Desk) {
    desk.wake.set(Wake::Asked(browser::now()));
    spawn_local(async move {
        let granted = match request() {
            Ok(promise) => JsFuture::from(promise).await,
            Err(error) => Err(error),
        };
        match granted {
            Ok(sentinel) => {
                desk.wake.set(Wake::On);
                // Called once at most, and free then.
                let lost = Closure::once_into_js(move || desk.wake.set(Wake::Lost(browser::now())));
                // It takes any handler.
                let _ = Reflect::set(&sentinel, &"onrelease".into(), &lost);
            }
            Err(error) => {
                let name = get(&error, "name").and_then(|name| name.as_string());
                let reason = name.unwrap_or_else(|| "?".to_owned());
                desk.wake.set(Wake::Refused(browser::now(), reason));
            }
        }
    });
}
