//! State of a charger that its owner writes and the routes read.

use std::time::Duration;

use gateway_api::Upstream;
use tokio::time::Instant;

use crate::accounts::Accounts;
use crate::cache::ReadCache;
use crate::charger::Charger;
use crate::status::Status;

/// State shared by the owner of a charger and the routes.
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) upstream: Upstream,
    /// Set if this program has the charger's password.
    pub(crate) has_password: bool,
    pub(crate) status: Status,
    pub(crate) cache: ReadCache,
    pub(crate) accounts: Accounts,
}

impl Known {
    /// Creates the state of a charger that has not been asked yet. `max_age`: time during which an
    /// answer serves other requests.
    pub(crate) fn new(name: String, charger: &impl Charger, max_age: Duration) -> Self {
        Self {
            name,
            upstream: charger.upstream(),
            has_password: charger.has_password(),
            status: Status::new(charger.place()),
            cache: ReadCache::new(max_age),
            accounts: Accounts::default(),
        }
    }

    /// Lets no reader have what was read until now: before a write is sent, and when its outcome is
    /// known.
    pub(crate) fn outdate(&self) {
        self.cache.clear();
        self.status.wrote(Instant::now());
    }
}
