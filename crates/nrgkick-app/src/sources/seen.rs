//! What was received last, and what all sheets share.

use std::ops::Deref;
use std::time::Duration;

use gateway_api::custom_api::Status;
use gateway_api::link::{Aged, Link, LinkState};
use leptos::prelude::*;
use nrgkick_model::time::Moment;

use crate::app::Ui;
use crate::route::Route;
use crate::theme::{self, Theme};
use crate::trouble::Trouble;
use crate::{browser, live};

/// What the server said, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// What it said.
    pub status: Status,
    /// When it was asked: what it said is at least as new.
    pub at: Moment,
    /// How long asking took, with the pause after it.
    pub cycle: Duration,
}

impl Aged for Seen {
    fn age(&self, now: Moment) -> Option<Duration> {
        Some(now.since(self.at))
    }

    fn cycle(&self) -> Duration {
        self.cycle
    }
}

/// The signals of this page.
pub struct Signals {
    /// What the server says. Written by the poller and by nobody else.
    pub link: RwSignal<Link<Trouble, Seen>>,
    /// What the page itself is about.
    pub ui: RwSignal<Ui>,
}

/// A handle to the page's signals, which live as long as the page.
#[derive(Clone, Copy)]
pub struct Page(&'static Signals);

impl Deref for Page {
    type Target = Signals;

    fn deref(&self) -> &Signals {
        self.0
    }
}

impl Page {
    /// The signals of a page that knows nothing yet, in the saved colours.
    pub fn start() -> Self {
        let now = browser::now();
        let ui = Ui { now, route: Route::Overview, theme: Theme::Auto };
        let page = Self(Box::leak(Box::new(Signals {
            link: RwSignal::new(Link::connecting(now)),
            ui: RwSignal::new(ui),
        })));
        theme::choose(page.ui, theme::saved());
        page
    }

    /// The shared signals of the component that asks.
    pub fn get() -> Self {
        expect_context()
    }

    /// A text made of what the server said last. Empty before the first answer.
    pub fn text(self, words: impl Fn(&Status) -> String + Send + Sync + 'static) -> Memo<String> {
        live::text(move || {
            let text = |seen: &Seen| words(&seen.status);
            self.link.with(|link| link.snapshot().map(text).unwrap_or_default())
        })
    }

    /// A text with ages: made of what the server said last and of how long ago that is, by which
    /// every age has grown. Empty before the first answer.
    pub fn aging(
        self,
        words: impl Fn(&Status, Duration) -> String + Send + Sync + 'static,
    ) -> Memo<String> {
        live::text(move || {
            let now = self.ui.get().now;
            let text = |seen: &Seen| words(&seen.status, now.since(seen.at));
            self.link.with(|link| link.snapshot().map(text).unwrap_or_default())
        })
    }

    /// Whether the server answers.
    pub fn state(self) -> LinkState {
        self.link.with(Link::state)
    }
}
