//! A moment between the last change and what follows from it.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::live;

/// How long after the last step or key a value is sent, so that ten steps are one write and what is
/// done next in the same card replaces what was typed.
const MOMENT: Duration = Duration::from_millis(700);

/// What happens a moment later, unless something else comes first.
#[derive(Clone, Copy)]
pub struct Settling(StoredValue<Option<TimeoutHandle>>);

impl Settling {
    /// Nothing yet.
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// Does `what` in a moment, in place of what was to happen.
    pub fn then(self, what: impl FnOnce() + 'static) {
        self.stop();
        self.0.set_value(live::later(what, MOMENT));
    }

    /// What was to happen does not.
    pub fn stop(self) {
        if let Some(timer) = self.0.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}

impl Default for Settling {
    fn default() -> Self {
        Self::new()
    }
}
