//! The last answers of a charger, by request.

use std::sync::Arc;
use std::time::Duration;

use gateway_api::ApiStatus;
use nrgkick_model::request::Read;
use tokio::sync::Notify;

use crate::charger::{Answer, RegisterAnswer};
use crate::single_flight::SingleFlight;

/// The cache of a charger, filled by its owner and read by the routes.
pub(crate) struct ReadCache {
    pub(crate) documents: SingleFlight<Read, Arc<Answer>>,
    pub(crate) api: SingleFlight<(), ApiStatus>,
    /// By first register and quantity.
    pub(crate) registers: SingleFlight<(u16, u16), RegisterAnswer>,
    /// Notified when a write has its outcome, so that the event feed polls at once.
    pub(crate) written: Notify,
}

impl ReadCache {
    /// Creates an empty cache. `max_age`: time during which an answer serves other requests.
    pub(crate) fn new(max_age: Duration) -> Self {
        Self {
            documents: SingleFlight::new(max_age),
            api: SingleFlight::new(max_age),
            registers: SingleFlight::new(max_age),
            written: Notify::new(),
        }
    }

    /// Discards all reads: before a write is sent, and when its outcome is known, so that nobody
    /// reads a value older than a verified write.
    pub(crate) fn clear(&self) {
        self.documents.clear();
        self.registers.clear();
    }
}
