//! The listener to a gateway's events, whose code comes after the first poll, in a chunk.

#![cfg_attr(feature = "split", allow(unsafe_code, reason = "what the macro writes for a chunk"))]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::task::spawn_local;

use super::events::Events;
use super::target::Target;
use crate::chunk::chunk;
use crate::{notify, poll_clock};

/// The pause before code that did not come is asked for again.
const RETRY: Duration = Duration::from_secs(60);

/// What the code in the chunk does, called through pointers, so that none of it is in the first load.
trait Listen {
    /// As [`Events::tend`].
    fn tend(&mut self, target: Target<'_>) -> bool;
    /// As [`Events::close`].
    fn close(&mut self);
    /// As [`Events::rest`].
    fn rest(&self) -> Option<Duration>;
}

impl Listen for Events {
    fn tend(&mut self, target: Target<'_>) -> bool {
        self.tend(target)
    }

    fn close(&mut self) {
        self.close();
    }

    fn rest(&self) -> Option<Duration> {
        self.rest()
    }
}

type Slot = Rc<RefCell<Option<Box<dyn Listen>>>>;

chunk!(
    events,
    fn fill(slot: Slot) {
        *slot.borrow_mut() = Some(Box::new(Events::default()));
    }
);

/// The listener, which does nothing before its code has come.
#[derive(Default)]
pub(super) struct Listener {
    slot: Slot,
    is_loading: Cell<bool>,
}

impl Listener {
    /// Fetches the code, once for as long as the page lives.
    pub(super) fn load(&self) {
        if !self.is_loading.replace(true) {
            let slot = Rc::clone(&self.slot);
            spawn_local(async move {
                while fill(Rc::clone(&slot)).await.is_err() {
                    notify::sleep(RETRY).await;
                }
                poll_clock::poll_now();
            });
        }
    }

    /// As [`Events::tend`].
    pub(super) fn tend(&self, target: Target<'_>) -> bool {
        self.slot.borrow_mut().as_mut().is_some_and(|listener| listener.tend(target))
    }

    /// As [`Events::close`].
    pub(super) fn close(&self) {
        if let Some(listener) = &mut *self.slot.borrow_mut() {
            listener.close();
        }
    }

    /// As [`Events::rest`].
    pub(super) fn rest(&self) -> Option<Duration> {
        self.slot.borrow().as_ref()?.rest()
    }
}
