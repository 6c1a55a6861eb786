//! A newer build of the page on its server.
//!
//! Each build has a name, which stands in the document and in a small file beside it; the browser
//! asks whether that file still holds. It does so seldom, and where a page is shown again or its
//! charger answers again: a server that was away may have come back with another page. What fails is
//! silent.
//!
//! The page never loads itself again. Who does so for it, such as a display on the wall, calls
//! [`reload_if_idle`].

use std::time::Duration;

use gateway_api::link::LinkState;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::App;
use crate::notify::Notify;
use crate::route::Route;
use crate::{api, browser};

/// The longest time without asking, while the page is visible.
const PACE: Duration = Duration::from_secs(30 * 60);

/// The shortest time between two questions.
const LEAST: Duration = Duration::from_secs(5 * 60);

/// A field in which somebody types, or a change that is not sent yet.
const IN_USE: &str = "input:not([type='range']):focus, select:focus, [data-write='draft']";

/// Asks from now on, and tells `app` where another build is there.
pub fn start(app: App) {
    let Some(own) = browser::build() else { return };
    let wake = Notify::default();
    listen(app, &wake);
    spawn_local(async move {
        let mut last = None;
        loop {
            wake.notified(Some(PACE)).await;
            let now = browser::now();
            if !browser::is_visible() || last.is_some_and(|last| now.since(last) < LEAST) {
                continue;
            }
            last = Some(now);
            let found = api::build().await;
            if found.is_some_and(|found| found != own) {
                app.is_outdated.set(true);
            }
        }
    });
}

/// Wakes when the page is shown again, and when the charger answers again.
fn listen(app: App, wake: &Notify) {
    let (shown, again) = (wake.clone(), wake.clone());
    // For as long as the page lives.
    let _ = window_event_listener_untyped("visibilitychange", move |_| shown.notify());
    Effect::new(move |before: Option<LinkState>| {
        let now = app.link_state();
        if now == LinkState::Live && before.is_some_and(|before| before != LinkState::Live) {
            again.notify();
        }
        now
    });
}

/// Loads the page again if another build is there and nothing is lost by it: no change under way, no
/// field in use, and not the settings, where a form may be filled. Returns whether it does.
pub fn reload_if_idle(app: App) -> bool {
    let is_free = untrack(|| {
        let in_settings = app.ui.with(|ui| ui.route == Route::Settings);
        app.is_outdated.get() && !in_settings && !app.is_writing()
    });
    let in_use = browser::document().and_then(|document| document.query_selector(IN_USE).ok());
    let reloads = is_free && in_use.flatten().is_none();
    if reloads {
        browser::reload();
    }
    reloads
}
