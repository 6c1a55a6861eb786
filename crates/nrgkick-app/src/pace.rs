//! When a poller looks: never while nobody does, and at once when somebody looks again.
//!
//! Here: the page's clock, the pause between two polls that can be ended, and the one way to move
//! a link on. Not here: what is polled ([`poll`](crate::poll), [`sources`](crate::sources)).

use std::time::Duration;

use gateway_api::link::{Aged, Link};
use leptos::prelude::*;
use nrgkick_model::time::Moment;

use crate::app::Ui;
use crate::browser::{self, Bell};

thread_local! {
    static BELL: Bell = Bell::default();
}

/// Polls now instead of after the pause.
pub fn now() {
    BELL.with(Bell::ring);
}

/// Waits until somebody wants a poll or, where there is a `limit`, until it is over.
pub async fn pause(limit: Option<Duration>) {
    BELL.with(Bell::clone).wait(limit).await;
}

/// Starts the clock of `ui`, and ends the pause whenever somebody looks again. A poll may hang:
/// meanwhile the data of `link` grows old by the clock.
pub fn start<E, D>(ui: RwSignal<Ui>, link: RwSignal<Link<E, D>>)
where
    E: Send + Sync + 'static,
    D: Aged + Send + Sync + 'static,
{
    let tick = move || {
        if browser::is_visible() {
            let now = browser::now();
            ui.update(|ui| ui.now = now);
            if link.with_untracked(|link| link.is_overdue(now)) {
                change(link, |link| link.aged(now));
            }
        }
    };
    let looked_at = move |_| {
        if browser::is_visible() {
            tick();
            now();
        }
    };
    let visibility = window_event_listener_untyped("visibilitychange", looked_at);
    let shown = window_event_listener_untyped("pageshow", move |_| now());
    let clock = set_interval_with_handle(tick, Duration::from_secs(1));
    on_cleanup(move || {
        visibility.remove();
        shown.remove();
        if let Ok(clock) = clock {
            clock.clear();
        }
    });
}

/// Moves the link out, through `change` and back.
pub fn change<E, D>(link: RwSignal<Link<E, D>>, change: impl FnOnce(Link<E, D>) -> Link<E, D>)
where
    E: Send + Sync + 'static,
    D: Aged + Send + Sync + 'static,
{
    link.update(|link| {
        let taken = std::mem::replace(link, Link::connecting(Moment::default()));
        *link = change(taken);
    });
}
