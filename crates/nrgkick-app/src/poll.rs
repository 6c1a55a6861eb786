//! The one poller: the only reader of the documents and the only writer of the link.
//!
//! It polls 2 s after the last answer, never while nobody looks, and at once when someone looks
//! again, when a write is done and when the place of the charger changes.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use nrgkick_model::Readings;
use nrgkick_model::field::DocumentName;
use nrgkick_model::link::{INFO_PERIOD, Link, POLL_PAUSE};
use nrgkick_model::register::{MAX_QUANTITY, RowsOf as _, blocks};
use nrgkick_model::time::Moment;

use crate::app::App;
use crate::browser::Bell;
use crate::place::{self, Place};
use crate::route::Route;
use crate::trouble::Trouble;
use crate::{api, browser};

thread_local! {
    static BELL: Bell = Bell::default();
}

/// Polls now instead of after the pause.
pub fn now() {
    BELL.with(Bell::ring);
}

/// Starts polling, for as long as the page lives.
pub fn start(app: App) {
    let looked_at = move |_| {
        if browser::is_visible() {
            app.ui.update(|ui| ui.now = browser::now());
            now();
        }
    };
    let visibility = window_event_listener_untyped("visibilitychange", looked_at);
    let shown = window_event_listener_untyped("pageshow", move |_| now());
    let clock = set_interval_with_handle(
        move || {
            if browser::is_visible() {
                app.ui.update(|ui| ui.now = browser::now());
            }
        },
        Duration::from_secs(1),
    );
    on_cleanup(move || {
        visibility.remove();
        shown.remove();
        if let Ok(clock) = clock {
            clock.clear();
        }
    });
    spawn_local(run(app));
}

async fn run(app: App) {
    let bell = BELL.with(Bell::clone);
    let mut at = app.place.get_untracked();
    loop {
        if !browser::is_visible() {
            bell.wait(None).await;
            change(app, |link| link.resumed(browser::now()));
            continue;
        }
        if *app.place.get_untracked() == Place::Searching
            && let Some(found) = place::find().await
        {
            app.place.set(Arc::new(found));
        }
        let place = app.place.get_untracked();
        if !Arc::ptr_eq(&place, &at) {
            change(app, |_| Link::connecting(browser::now()));
            at = place;
        }
        if !matches!(*at, Place::Nowhere(_)) {
            poll(app, &at).await;
        }
        // A place that changed meanwhile is not made to wait.
        if Arc::ptr_eq(&app.place.get_untracked(), &at) {
            bell.wait(Some(POLL_PAUSE)).await;
        }
    }
}

async fn poll(app: App, place: &Arc<Place>) {
    let asked = app.link.with_untracked(|link| link.snapshot()?.at(DocumentName::Info));
    let result = round(place, asked).await;
    let words = match place.registers() {
        Some(base) if result.is_ok() && app.ui.get_untracked().route == Route::Details => {
            registers(app, base).await
        }
        _ => Vec::new(),
    };
    if !Arc::ptr_eq(&app.place.get_untracked(), place) {
        return;
    }
    let now = browser::now();
    app.ui.update(|ui| ui.now = now);
    change(app, |link| match result {
        Err(trouble) => link.missed(now, trouble),
        Ok(documents) => {
            let before = match link {
                Link::Live { snapshot, .. } | Link::Stale { snapshot, .. } => Some(snapshot),
                Link::Lost { last, .. } => last,
                Link::Connecting { .. } => None,
            };
            let snapshot = documents
                .into_iter()
                .fold(before.unwrap_or_default(), |all, (at, document, read)| {
                    all.with(at, document, read)
                });
            Link::connecting(now).answered(snapshot.with_words(words))
        }
    });
}

/// The registers of all rows that have a value, for the details.
async fn registers(app: App, base: &str) -> Vec<(u16, Vec<u16>)> {
    let mut known = blocks(&DocumentName::ALL, MAX_QUANTITY);
    app.link.with_untracked(|link| {
        let has = |id| link.snapshot().is_some_and(|snapshot| snapshot.get(id).is_some());
        known.retain(|block| (block.address..block.end()).rows().any(|field| has(field.id)));
    });
    let mut read = Vec::new();
    for block in known {
        if let Ok(words) = api::registers(base, block).await {
            read.push((block.address, words));
        }
    }
    read
}

/// One poll. Its measured values decide whether it succeeded; `/info` and `/control` that fail
/// keep their last data. `/info` was last received at `known`.
async fn round(
    place: &Place,
    known: Option<Moment>,
) -> Result<Vec<(Moment, DocumentName, Readings)>, Trouble> {
    let mut documents = Vec::new();
    let due = known.is_none_or(|known| browser::now().since(known) >= INFO_PERIOD);
    for document in [DocumentName::Info, DocumentName::Values, DocumentName::Control] {
        if document == DocumentName::Info && !due {
            continue;
        }
        // Settings count from when they were asked for: an answer that was under way while a
        // write was confirmed is older than the confirmation.
        let asked = browser::now();
        match api::read(place, document).await {
            Ok(read) if document == DocumentName::Control => {
                documents.push((asked, document, read))
            }
            Ok(read) => documents.push((browser::now(), document, read)),
            // On connecting `/info` is the first question, so it says best what is wrong.
            Err(trouble) => match document {
                DocumentName::Values => return Err(trouble),
                DocumentName::Info if known.is_none() => return Err(trouble),
                DocumentName::Info | DocumentName::Control => {}
            },
        }
    }
    Ok(documents)
}

/// Moves the link out, through `change` and back.
fn change(app: App, change: impl FnOnce(Link<Trouble>) -> Link<Trouble>) {
    app.link.update(|link| {
        let taken = std::mem::replace(link, Link::connecting(Moment::default()));
        *link = change(taken);
    });
}
