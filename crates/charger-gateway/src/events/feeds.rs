//! The feeds of all chargers, created for the first reader of each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Feed;
use crate::handle::Handle;

/// One feed for each charger, whoever asks for it.
pub(crate) struct Feeds {
    /// Time limit of a read.
    limit: Duration,
    /// By the charger's name.
    feeds: Mutex<HashMap<String, Arc<Feed>>>,
}

impl Feeds {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, feeds: Mutex::default() }
    }

    /// The feed of this charger.
    pub(crate) fn of(&self, handle: &Arc<Handle>) -> Arc<Feed> {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        let feed = feeds.entry(handle.known.name.clone());
        Arc::clone(feed.or_insert_with(|| Feed::new(Arc::clone(handle), self.limit)))
    }
}
