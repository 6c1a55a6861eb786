//! The one poller: the only reader of the documents and the only writer of the link.
//!
//! It polls 2 s after the last answer, never while the page is hidden, and at once when it is
//! shown again, when a write is done and when the endpoint changes. Where a gateway offers events,
//! they take the place of polls once the first has come, until they stop.

mod events;
mod listener;
mod reads;
mod registers;
mod target;

use std::sync::Arc;

use gateway_api::link::{Link, LinkState, POLL_PAUSE};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::App;
use crate::endpoint::{DirectEndpoint, Endpoint, Peer};
use crate::{browser, discovery, poll_clock};
use listener::Listener;
use reads::Poll;
use target::Target;

/// Starts polling, for as long as the page lives. Calls `idle` when the first poll is over.
pub fn start(app: App, idle: fn(App)) {
    poll_clock::start(app);
    spawn_local(run(app, idle));
}

async fn run(app: App, idle: fn(App)) {
    let mut at = app.endpoint.get_untracked();
    let (mut info, mut gateway) = (None, None);
    let listener = Listener::default();
    let mut is_provisional = false;
    loop {
        if !browser::is_visible() {
            listener.close();
        }
        poll_clock::visible(app).await;
        search(app, &mut is_provisional).await;
        let endpoint = app.endpoint.get_untracked();
        if !Arc::ptr_eq(&endpoint, &at) {
            // Who answered like a charger turns out to be a gateway: what it said still holds.
            if !(at.is_direct() && !endpoint.is_direct() && at.key() == endpoint.key()) {
                app.change(|_| Link::connecting(browser::now()));
                app.reset();
            }
            listener.close();
            (at, info, gateway) = (endpoint, None, None);
        }
        let mut pause = POLL_PAUSE;
        if at.is_usable() {
            let target = Target { app, endpoint: &at };
            let is_live = || app.link_state() == LinkState::Live;
            if !untrack(is_live) {
                gateway = None;
            }
            let has_news = listener.tend(target);
            // Who does not wait for the next event has a reason: nothing came for long, or somebody
            // has pressed "Try now".
            let rests = listener.rest().is_some() && (has_news || untrack(is_live));
            if !rests {
                pause = Poll::begin(target).run(&mut info).await;
            }
            if untrack(is_live) {
                target.ask_gateway(&mut gateway).await;
                registers::ask(target).await;
            }
            if rests {
                pause = listener.rest().unwrap_or_default();
            }
            if at.events().is_some() {
                listener.load();
            }
            if !app.is_idle.get_untracked() {
                app.is_idle.set(true);
                idle(app);
            }
        }
        // An endpoint that changed meanwhile is not made to wait.
        if Arc::ptr_eq(&app.endpoint.get_untracked(), &at) {
            poll_clock::pause(Some(pause)).await;
        }
    }
}

/// Finds the endpoint, and the kind of server there. While the endpoint `is_provisional`, the
/// page's own gateway is asked for as well.
async fn search(app: App, is_provisional: &mut bool) {
    let endpoint = app.endpoint.get_untracked();
    let is_live = app.link.with_untracked(|link| link.state() == LinkState::Live);
    let mut found = match &*endpoint {
        Endpoint::NotSet(_) | Endpoint::Direct(_) if *is_provisional && !is_live => {
            discovery::own_gateway().await
        }
        _ => None,
    };
    if found.is_none() {
        found = match &*endpoint {
            Endpoint::Searching => match discovery::discover().await {
                Ok(found) => {
                    *is_provisional = found.is_provisional;
                    Some(found.endpoint)
                }
                Err(error) => {
                    let now = browser::now();
                    return app.change(|link| link.missed(now, error));
                }
            },
            Endpoint::Direct(direct) if direct.peer != Peer::Charger => {
                discovery::probe(direct).await
            }
            _ => return,
        };
    }
    // One that answers like a charger is taken for one, even if `api` failed there.
    let found = found.or_else(|| match &*endpoint {
        Endpoint::Direct(direct) if is_live => {
            Some(Endpoint::Direct(DirectEndpoint { peer: Peer::Charger, ..direct.clone() }))
        }
        _ => None,
    });
    if let Some(found) = found.filter(|found| *found != *endpoint)
        && Arc::ptr_eq(&app.endpoint.get_untracked(), &endpoint)
    {
        app.endpoint.set(Arc::new(found));
    }
}
