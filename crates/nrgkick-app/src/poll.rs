//! The one poller: the only reader of the documents and the only writer of the link.
//!
//! It polls 2 s after the last answer, never while nobody looks, and at once when someone looks
//! again, when a write is done and when the place of the charger changes.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use nrgkick_model::Readings;
use nrgkick_model::field::DocumentName;
use nrgkick_model::link::{INFO_PERIOD, Link, POLL_PAUSE};
use nrgkick_model::time::Moment;

use crate::app::App;
use crate::place::{self, Place};
use crate::route::Route;
use crate::trouble::Trouble;
use crate::{api, browser, pace};

/// Starts polling, for as long as the page lives.
pub fn start(app: App) {
    pace::start(app.ui, app.link);
    spawn_local(run(app));
}

async fn run(app: App) {
    let mut at = app.place.get_untracked();
    loop {
        if !browser::is_visible() {
            pace::pause(None).await;
            pace::change(app.link, |link| link.resumed(browser::now()));
            continue;
        }
        if *app.place.get_untracked() == Place::Searching
            && let Some(found) = place::find().await
        {
            app.place.set(Arc::new(found));
        }
        let place = app.place.get_untracked();
        if !Arc::ptr_eq(&place, &at) {
            pace::change(app.link, |_| Link::connecting(browser::now()));
            at = place;
        }
        if !matches!(*at, Place::Nowhere(_)) {
            poll(app, &at).await;
        }
        // A place that changed meanwhile is not made to wait.
        if Arc::ptr_eq(&app.place.get_untracked(), &at) {
            pace::pause(Some(POLL_PAUSE)).await;
        }
    }
}

async fn poll(app: App, place: &Arc<Place>) {
    let asked = app.link.with_untracked(|link| link.snapshot()?.at(DocumentName::Info));
    let result = round(place, asked).await;
    let words = match place.registers() {
        Some(base) if result.is_ok() && app.ui.get_untracked().route == Route::Details => {
            api::registers(base).await.unwrap_or_default()
        }
        _ => Vec::new(),
    };
    if !Arc::ptr_eq(&app.place.get_untracked(), place) {
        return;
    }
    let now = browser::now();
    app.ui.update(|ui| ui.now = now);
    pace::change(app.link, |link| match result {
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
