//! Every touch, click and key of a display, before anything else of the page sees it.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

use super::desk::Desk;
use crate::browser;

/// Follows them from now on, for as long as the page lives.
///
/// A touch that only wakes the display is kept from everything else, and so is the click that it
/// ends in.
pub(super) fn follow(desk: Desk) {
    let wakes = Rc::new(Cell::new(false));
    for name in ["pointerdown", "keydown"] {
        let wakes = Rc::clone(&wakes);
        listen(name, move |event| {
            wakes.set(!desk.touch());
            if wakes.get() {
                keep(event);
            }
        });
    }
    // A hand that drags a slider is there all the time.
    listen("input", move |_| {
        desk.touch();
    });
    // What reads a screen aloud clicks without a touch before.
    listen("click", move |event| {
        if wakes.take() | !desk.touch() {
            keep(event);
        }
    });
}

fn keep(event: &Event) {
    event.prevent_default();
    event.stop_immediate_propagation();
}

/// Calls `action` with each event of this name, before what it happens to.
fn listen(name: &str, action: impl Fn(&Event) + 'static) {
    let Some(window) = browser::window() else { return };
    let listener = Closure::<dyn Fn(Event)>::new(move |event| action(&event));
    let listener: JsValue = listener.into_js_value();
    // A constant name cannot fail.
    let _ = window.add_event_listener_with_callback_and_bool(name, listener.unchecked_ref(), true);
}
