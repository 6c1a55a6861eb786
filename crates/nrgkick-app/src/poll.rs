//! The one poller: the only reader of the documents and the only writer of the link.
//!
//! It polls 2 s after the last answer, never while the page is hidden, and at once when it is
//! shown again, when a write is done and when the endpoint changes. Each document is shown
//! as soon as it comes, the measured values first: they decide whether a poll succeeded.

use std::sync::Arc;
use std::time::Duration;

use gateway_api::link::{INFO_PERIOD, INFO_RETRY, Link, LinkState, POLL_PAUSE};
use gateway_api::snapshot::Snapshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use nrgkick_model::field::{DocumentName, FieldId};
use nrgkick_model::time::Moment;
use nrgkick_model::{Control, Document as _, Readings};

use crate::api::Registers;
use crate::app::App;
use crate::endpoint::{DirectEndpoint, Endpoint, Peer};
use crate::request_error::RequestError;
use crate::route::Route;
use crate::{api, browser, discovery, poll_clock};

/// Starts polling, for as long as the page lives. Calls `idle` when the first poll is over.
pub fn start(app: App, idle: fn()) {
    poll_clock::start(app);
    spawn_local(run(app, idle));
}

async fn run(app: App, idle: fn()) {
    let mut at = app.endpoint.get_untracked();
    let mut info = None;
    let mut is_provisional = false;
    loop {
        poll_clock::visible(app).await;
        search(app, &mut is_provisional).await;
        let endpoint = app.endpoint.get_untracked();
        if !Arc::ptr_eq(&endpoint, &at) {
            app.change(|_| Link::connecting(browser::now()));
            app.reset();
            (at, info) = (endpoint, None);
        }
        let mut pause = POLL_PAUSE;
        if at.is_usable() {
            let poll = Poll { app, endpoint: &at, began: browser::now(), answered: None };
            pause = poll.run(&mut info).await;
            if !app.is_idle.get_untracked() {
                app.is_idle.set(true);
                idle();
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

/// One poll.
struct Poll<'a> {
    app: App,
    endpoint: &'a Arc<Endpoint>,
    began: Moment,
    answered: Option<Moment>,
}

impl Poll<'_> {
    /// Asks for the documents that are due, and returns the pause until the next poll. `info` is
    /// the time at which `/info` was last asked for.
    async fn run(mut self, info: &mut Option<Moment>) -> Duration {
        let (link, app) = (self.app.link, self.app);
        let away = link.with_untracked(|link| link.state() != LinkState::Live);
        let before = self.total_energy();
        match self.ask(DocumentName::Values).await {
            Err(error) => {
                let now = browser::now();
                if self.is_current() {
                    app.change(|link| link.missed(now, error));
                }
                return POLL_PAUSE;
            }
            Ok(true) => {}
            Ok(false) => return Duration::ZERO,
        }
        // Where it was away, or counts less than before, another one may be there now. Who it is
        // has to be known before its settings can be changed.
        let doubt = app.expected_serial.with_untracked(Option::is_some)
            && (away || before.zip(self.total_energy()).is_some_and(|(then, now)| now < then));
        let due = doubt || self.is_info_due(*info);
        let mut order = [Some(DocumentName::Control), Some(DocumentName::Info).filter(|_| due)];
        if doubt {
            order.reverse();
        }
        let mut complete = true;
        for document in order.into_iter().flatten() {
            if document == DocumentName::Info {
                *info = Some(browser::now());
            }
            match self.ask(document).await {
                Ok(true) => {}
                Ok(false) => return Duration::ZERO,
                Err(_) => complete = false,
            }
        }
        if due {
            self.ask_gateway().await;
        }
        self.ask_registers().await;
        if complete && self.is_current() {
            let cycle = browser::now().since(self.began) + POLL_PAUSE;
            app.change(|link| link.map(|snapshot| snapshot.paced(cycle)));
        }
        // What was never answered has kept nobody busy.
        let since = self.answered.map(|at| browser::now().since(at));
        POLL_PAUSE.saturating_sub(since.unwrap_or_default())
    }

    fn is_current(&self) -> bool {
        Arc::ptr_eq(&self.app.endpoint.get_untracked(), self.endpoint)
    }

    fn total_energy(&self) -> Option<f64> {
        let energy = |snapshot: &Snapshot| snapshot.number(FieldId::TotalChargedEnergy);
        self.app.link.with_untracked(|link| energy(link.snapshot()?))
    }

    fn is_info_due(&self, asked: Option<Moment>) -> bool {
        let known = self.app.link.with_untracked(|link| link.snapshot()?.at(DocumentName::Info));
        let now = browser::now();
        known.is_none_or(|known| now.since(known) >= INFO_PERIOD)
            && asked.is_none_or(|asked| now.since(asked) >= INFO_RETRY)
    }

    /// Asks for `document` and shows it. Returns whether its endpoint is still the current one.
    async fn ask(&mut self, document: DocumentName) -> Result<bool, RequestError> {
        let asked = browser::now();
        let answer = api::read(self.endpoint, document).await;
        if !self.is_current() {
            return Ok(false);
        }
        self.app.record_read(document, answer.as_ref().err());
        let readings = answer?;
        let now = browser::now();
        self.answered = Some(now);
        self.app.ui.update(|ui| ui.now = now);
        match document {
            DocumentName::Values => self.show(document, now, readings),
            // Settings count from when they were asked for: an answer that was under way while a
            // write was confirmed is older than the confirmation.
            DocumentName::Control => {
                let control = Control::from_readings(&readings);
                self.show(document, asked, readings);
                for writer in self.app.writers() {
                    writer.observe(&control, asked);
                }
            }
            DocumentName::Info => {
                self.show(document, now, readings);
                self.app.learn_serial(self.endpoint);
            }
        }
        Ok(true)
    }

    fn show(&self, document: DocumentName, at: Moment, readings: Readings) {
        // All that one poll asks for may take as long as its first answer.
        let cycle = (browser::now().since(self.began) * 3) + POLL_PAUSE;
        self.app.change(|link| {
            let with = |snapshot: Snapshot| snapshot.with(at, document, readings);
            if document != DocumentName::Values {
                return link.map(with);
            }
            let snapshot = with(link.snapshot().cloned().unwrap_or_default());
            let cycle = cycle.max(snapshot.cycle());
            link.answered(snapshot.paced(cycle))
        });
    }

    /// Asks for `/api` again, as the gateway's knowledge of its charger may change.
    async fn ask_gateway(&self) {
        if let Endpoint::Gateway(gateway) = &**self.endpoint
            && let Ok(Some(gateway)) =
                api::gateway(&gateway.base, gateway.credentials.as_ref()).await
            && self.is_current()
        {
            self.app.is_unprotected.set(gateway.charger_open);
        }
    }

    async fn ask_registers(&self) {
        if let Some(gateway) = self.endpoint.registers()
            && self.app.ui.get_untracked().route == Route::Details
            && let Ok(Registers { words, errors }) = api::registers(gateway).await
            && self.is_current()
        {
            self.app.register_errors.set(errors);
            self.app.change(|link| link.map(|snapshot| snapshot.with_words(words)));
        }
    }
}
