//! Handlers for keys, clicks and the focus.
//!
//! Handlers are boxed for the reason that [`memo`](mod@crate::memo) gives.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::browser;

/// Calls `cancel` at the key Escape, and `action` at any other.
pub fn on_key(
    action: impl Fn() + 'static,
    cancel: impl Fn() + 'static,
) -> Box<dyn FnMut(KeyboardEvent)> {
    Box::new(move |event| if event.key() == "Escape" { cancel() } else { action() })
}

/// Calls `action` at a click, unless `disabled`. A control that cannot be used says so and keeps
/// the focus: one that is switched off drops it, and whoever uses the keyboard starts from the top.
pub fn on_click(disabled: Memo<bool>, action: impl Fn() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| {
        if !disabled.get_untracked() {
            action();
        }
    })
}

/// Moves the focus from the element with `id` to the screen when it becomes `hidden`.
pub fn release_focus(id: &'static str, hidden: Memo<bool>) {
    Effect::new(move |_| {
        if hidden.get() {
            browser::release_focus(id);
        }
    });
}
