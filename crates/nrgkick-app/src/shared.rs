//! The signals that all parts of a page share, and what both pages say of their link.
//!
//! Here: the handle with the link and the [`Ui`], and the texts that follow from these two. Not
//! here: the signals of one page alone ([`app`](crate::app) for the panel,
//! [`sources`](crate::sources) for `custom-api`).

use std::ops::Deref;

use gateway_api::link::{Aged, Link, LinkState};
use leptos::prelude::*;
use nrgkick_model::time::Moment;

use crate::request_error::RequestError;
use crate::sentence::Tone;
use crate::ui::{self, Ui};
use crate::words::link;
use crate::{browser, format, memo, theme};

/// The signals of a page that polls data `D`; `S` are those that no other page has.
pub struct Signals<D: 'static, S> {
    /// The last data and its age. Written by the poller and by nobody else.
    pub link: RwSignal<Link<RequestError, D>>,
    /// The time, the screen, the colours.
    pub ui: RwSignal<Ui>,
    own: S,
}

impl<D, S> Deref for Signals<D, S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.own
    }
}

/// A handle to the page's signals. They live as long as the page, and every closure on it holds
/// one, so it is no more than a pointer.
pub struct Shared<D: 'static, S: 'static = ()>(&'static Signals<D, S>);

impl<D, S> Clone for Shared<D, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D, S> Copy for Shared<D, S> {}

impl<D, S> Deref for Shared<D, S> {
    type Target = Signals<D, S>;

    fn deref(&self) -> &Signals<D, S> {
        self.0
    }
}

impl<D: Aged + Send + Sync + 'static, S: Send + Sync + 'static> Shared<D, S> {
    /// The signals of a page that knows nothing yet.
    pub fn with(own: S) -> Self {
        let now = browser::now();
        Self(Box::leak(Box::new(Signals {
            link: RwSignal::new(Link::connecting(now)),
            ui: RwSignal::new(Ui::new(now)),
            own,
        })))
    }

    /// The signals of the page that the component is on.
    pub fn get() -> Self {
        expect_context()
    }

    /// Shows the page in the colours of the address bar or else the saved ones.
    pub fn restore_theme(self) {
        ui::set_theme(self.ui, theme::choice());
    }

    /// Moves the link out, through `change` and back.
    pub fn change(self, change: impl FnOnce(Link<RequestError, D>) -> Link<RequestError, D>) {
        self.link.update(|link| {
            let taken = std::mem::replace(link, Link::connecting(Moment::default()));
            *link = change(taken);
        });
    }

    /// The state of the link.
    pub fn link_state(self) -> LinkState {
        self.link.with(Link::state)
    }

    /// The state of the link as the style sheet names it.
    pub fn link_name(self) -> Memo<String> {
        memo::text(move || self.link_state().name().to_owned())
    }

    /// The age of the data in words; empty before the first.
    pub fn age_text(self) -> String {
        let now = self.ui.get().now;
        let age = self.link.with(|link| link.snapshot()?.age(now));
        age.map(|age| format::age(age.as_secs())).unwrap_or_default()
    }

    /// [`Self::age_text`] as a memo.
    pub fn age(self) -> Memo<String> {
        memo::text(move || self.age_text())
    }

    /// The `age` as it stands beside the name, or why there is none.
    pub fn badge_text(self, age: &str) -> String {
        if self.link_state() == LinkState::Lost {
            return link::lost().to_owned();
        }
        if age.is_empty() { link::connecting() } else { age }.to_owned()
    }

    /// [`Self::badge_text`] as a memo.
    pub fn badge(self, age: Memo<String>) -> Memo<String> {
        memo::text(move || age.with(|age| self.badge_text(age)))
    }

    /// Whether the last data is still shown.
    pub fn has_current(self) -> bool {
        self.link.with(|link| link.current().is_some())
    }

    /// [`Self::has_current`] as a memo.
    pub fn is_kept(self) -> Memo<bool> {
        memo::flag(move || self.has_current())
    }

    /// The hue of the alert about the link.
    pub fn tone_name(self) -> &'static str {
        let stale = self.link_state() == LinkState::Stale;
        if stale { Tone::Idle } else { Tone::Error }.name()
    }

    /// [`Self::tone_name`] as a memo.
    pub fn tone(self) -> Memo<String> {
        memo::text(move || self.tone_name().to_owned())
    }
}
