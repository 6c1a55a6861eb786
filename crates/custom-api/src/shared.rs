//! The state shared by all routes.

use std::sync::Arc;

use bytes::Bytes;
use http_service::access::Attempts;

use crate::config::Config;
use crate::fetches::Fetches;
use crate::history::{LastDay, Pace};
use crate::store::Store;

/// The configuration, the values and the counters.
pub(crate) struct Shared {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Arc<Store>,
    pub(crate) fetches: Fetches,
    /// The last day of each value.
    pub(crate) day: LastDay,
    /// Counts wrong push tokens for each address.
    pub(crate) attempts: Attempts,
    /// The serialised body of `info.json`.
    pub(crate) info: Bytes,
}

impl Shared {
    pub(crate) fn new(config: Arc<Config>, store: Arc<Store>, pace: Pace) -> Self {
        // Strings and numbers always serialise.
        let info = serde_json::to_vec(&config.info).unwrap_or_default().into();
        Self {
            config,
            store,
            fetches: Fetches::default(),
            day: LastDay::new(pace.step),
            attempts: Attempts::default(),
            info,
        }
    }
}
