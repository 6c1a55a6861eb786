//! What a display does to the whole document: open or locked, dim at night, never quite in the same
//! place. The style sheet does the rest.

use js_sys::Date;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::desk::Desk;
use super::shift;
use crate::browser;

const OPEN: &str = "data-open";
const DIM: &str = "data-dim";

/// The length of a minute, ms.
const MINUTE: u64 = 60_000;

/// Follows the time and the hands from now on.
pub(super) fn follow(desk: Desk) {
    let night = Desk::night();
    Effect::new(move |_| {
        let (now, hands) = (desk.app.ui.get().now, desk.app.hands.get());
        let root = browser::document().and_then(|document| document.document_element());
        let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) else { return };
        flag(&root, OPEN, hands.locks_in(now).is_some());
        flag(&root, DIM, hands.rests(now) && night.is_at(minute_of_day()));
        let (x, y) = shift::offset(now.as_millis() / MINUTE);
        for (name, pixels) in [("--shift-x", x), ("--shift-y", y)] {
            // A constant name cannot fail.
            let _ = root.style().set_property(name, &format!("{pixels}px"));
        }
    });
}

fn flag(root: &HtmlElement, name: &str, is_set: bool) {
    if root.has_attribute(name) != is_set {
        // A constant name cannot fail.
        let _ = root.toggle_attribute(name);
    }
}

/// By the clock of the device, below 1,440.
fn minute_of_day() -> u16 {
    let now = Date::new_0();
    u16::try_from(now.get_hours() * 60 + now.get_minutes()).unwrap_or(0)
}
