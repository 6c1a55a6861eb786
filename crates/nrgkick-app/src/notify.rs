//! Waiting in asynchronous code: for a time, or for a notification.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::browser;

/// Waits for `duration`.
pub async fn sleep(duration: Duration) {
    Notify::default().notified(Some(duration)).await;
}

/// Wakes one waiting task. A notification is kept while none waits.
#[derive(Clone, Default)]
pub struct Notify {
    waiting: Rc<RefCell<Option<Function>>>,
    /// A notification came while no task waited.
    is_notified: Rc<Cell<bool>>,
}

impl Notify {
    /// Wakes the waiting task; without one, the next wait ends at once.
    pub fn notify(&self) {
        match self.waiting.borrow_mut().take() {
            // A resolve function throws nothing.
            Some(resolve) => drop(resolve.call0(&JsValue::NULL)),
            None => self.is_notified.set(true),
        }
    }

    /// Waits for a notification, at most for `limit` where there is one.
    pub async fn notified(&self, limit: Option<Duration>) {
        if self.is_notified.take() {
            return;
        }
        let promise = Promise::new(&mut |resolve, _| {
            if let (Some(limit), Some(window)) = (limit, browser::window()) {
                let milliseconds = i32::try_from(limit.as_millis()).unwrap_or(i32::MAX);
                let _ = window
                    .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
            }
            *self.waiting.borrow_mut() = Some(resolve);
        });
        let _ = JsFuture::from(promise).await;
        *self.waiting.borrow_mut() = None;
    }
}
