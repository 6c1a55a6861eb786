//! Delays: one action after a time, and one after the last of many changes.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

/// The delay between the last step or key and sending, so that ten steps are one write and what is
/// done next in the same card replaces what was typed.
const DEBOUNCE: Duration = Duration::from_millis(700);

/// Calls `action` after `delay`, unless the handle is cleared before.
pub fn after(delay: Duration, action: impl FnOnce() + 'static) -> Option<TimeoutHandle> {
    fn set(delay: Duration, action: Box<dyn FnOnce()>) -> Option<TimeoutHandle> {
        set_timeout_with_handle(action, delay).ok()
    }
    set(delay, Box::new(action))
}

/// An action that is delayed, and replaced by the next one before it has begun.
#[derive(Clone, Copy)]
pub struct Debounce(StoredValue<Option<TimeoutHandle>>);

impl Debounce {
    /// Without an action.
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// Calls `action` after the delay, in place of the action before.
    pub fn schedule(self, action: impl FnOnce() + 'static) {
        self.cancel();
        self.0.set_value(after(DEBOUNCE, action));
    }

    /// Drops the action that has not begun.
    pub fn cancel(self) {
        if let Some(timer) = self.0.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}

impl Default for Debounce {
    fn default() -> Self {
        Self::new()
    }
}
