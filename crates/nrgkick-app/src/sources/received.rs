//! The last answer of the server, and texts computed from it.

use std::time::Duration;

use gateway_api::custom_api::Status;
use gateway_api::link::Aged;
use leptos::prelude::*;
use nrgkick_model::time::Moment;

use crate::memo;
use crate::shared::Shared;

/// An answer of the server.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The body.
    pub status: Status,
    /// The time of the request; the answer is not older.
    pub at: Moment,
    /// The duration of the request, with the pause after it.
    pub cycle: Duration,
}

impl Aged for Received {
    fn age(&self, now: Moment) -> Option<Duration> {
        Some(now.since(self.at))
    }

    fn cycle(&self) -> Duration {
        self.cycle
    }
}

/// A handle to the signals of this page, which are those that all pages share.
pub type Page = Shared<Received>;

impl Page {
    /// Returns a text computed from the last answer. Empty before the first answer.
    pub fn text(self, words: impl Fn(&Status) -> String + Send + Sync + 'static) -> Memo<String> {
        memo::text(move || {
            let text = |received: &Received| words(&received.status);
            self.link.with(|link| link.snapshot().map(text).unwrap_or_default())
        })
    }

    /// Returns a text computed from the last answer and the time since, which is added to every age
    /// in it. Empty before the first answer.
    pub fn text_with_age(
        self,
        words: impl Fn(&Status, Duration) -> String + Send + Sync + 'static,
    ) -> Memo<String> {
        memo::text(move || {
            let now = self.ui.get().now;
            let text = |received: &Received| words(&received.status, now.since(received.at));
            self.link.with(|link| link.snapshot().map(text).unwrap_or_default())
        })
    }
}
