//! The last answers of one charger, by what was asked.

use std::sync::Arc;
use std::time::Duration;

use gateway_api::ApiStatus;
use nrgkick_model::request::Read;
use tokio::sync::Notify;

use crate::charger::{Answer, RegisterAnswer};
use crate::single_flight::SingleFlight;

/// Filled by the owner, read by the routes.
pub(crate) struct ReadCache {
    pub(crate) documents: SingleFlight<Read, Arc<Answer>>,
    pub(crate) api: SingleFlight<(), ApiStatus>,
    /// By the first register and how many.
    pub(crate) registers: SingleFlight<(u16, u16), RegisterAnswer>,
    /// Rung when a write has its outcome: who polls looks at once.
    pub(crate) written: Notify,
}

impl ReadCache {
    /// `max_age`: for how long an answer serves others.
    pub(crate) fn new(max_age: Duration) -> Self {
        Self {
            documents: SingleFlight::new(max_age),
            api: SingleFlight::new(max_age),
            registers: SingleFlight::new(max_age),
            written: Notify::new(),
        }
    }

    /// Forgets what was read: before a write is sent, and when its outcome is known, so that nobody
    /// reads a value that is older than a verified write.
    pub(crate) fn clear(&self) {
        self.documents.clear();
        self.registers.clear();
    }
}
