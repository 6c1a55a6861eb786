//! The clock of a page, and the timing of its poller: never while the page is hidden, at once when
//! it is shown again.
//!
//! Here: the page's clock, and the pause between two polls, which can be ended. Not here: the
//! polling itself ([`poll`](crate::poll), [`sources`](crate::sources)).

use std::time::Duration;

use gateway_api::link::Aged;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::PageTransitionEvent;

use crate::browser;
use crate::notify::Notify;
use crate::shared::Shared;

thread_local! {
    static POLL: Notify = Notify::default();
}

/// Ends the pause: the next poll begins now.
pub fn poll_now() {
    POLL.with(Notify::notify);
}

/// Waits for [`poll_now`] or, where there is a `limit`, until it is over.
pub async fn pause(limit: Option<Duration>) {
    POLL.with(Notify::clone).notified(limit).await;
}

/// Waits while the page is hidden.
pub async fn visible<D, S>(shared: Shared<D, S>)
where
    D: Aged + Send + Sync + 'static,
    S: Send + Sync + 'static,
{
    while !browser::is_visible() {
        pause(None).await;
        shared.change(|link| link.aged(browser::now()));
    }
}

/// Starts the clock of the page, and ends the pause whenever the page is hidden or shown again. A
/// poll may hang: meanwhile the data grows old by the clock.
pub fn start<D, S>(shared: Shared<D, S>)
where
    D: Aged + Send + Sync + 'static,
    S: Send + Sync + 'static,
{
    let tick = move || {
        if browser::is_visible() {
            let now = browser::now();
            shared.ui.update(|ui| ui.now = now);
            if shared.link.with_untracked(|link| link.is_overdue(now)) {
                shared.change(|link| link.aged(now));
            }
        }
    };
    let looked_at = move |_| {
        tick();
        poll_now();
    };
    let visibility = window_event_listener_untyped("visibilitychange", looked_at);
    // The first time too, when the first poll is under way.
    let shown = window_event_listener_untyped("pageshow", move |event| {
        if event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted) {
            poll_now();
        }
    });
    let clock = set_interval_with_handle(tick, Duration::from_secs(1));
    on_cleanup(move || {
        visibility.remove();
        shown.remove();
        if let Ok(clock) = clock {
            clock.clear();
        }
    });
}
