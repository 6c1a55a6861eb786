//! What is known of one charger: written by its owner, read by the routes.

use std::time::Duration;

use gateway_api::Upstream;

use crate::accounts::Accounts;
use crate::cache::ReadCache;
use crate::charger::Charger;
use crate::status::Status;

/// Shared by the owner of a charger and all who ask it.
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) upstream: Upstream,
    /// A password of the charger is held here.
    pub(crate) has_password: bool,
    pub(crate) status: Status,
    pub(crate) cache: ReadCache,
    pub(crate) accounts: Accounts,
}

impl Known {
    /// Nothing but the name of `charger` and how it is reached. `max_age`: for how long an answer
    /// serves others.
    pub(crate) fn new(name: String, charger: &impl Charger, max_age: Duration) -> Self {
        Self {
            name,
            upstream: charger.upstream(),
            has_password: charger.has_password(),
            status: Status::default(),
            cache: ReadCache::new(max_age),
            accounts: Accounts::default(),
        }
    }
}
