//! One poll: the documents that are due, each shown as soon as it comes.

use std::time::Duration;

use gateway_api::link::{INFO_PERIOD, INFO_RETRY, LinkState, POLL_PAUSE};
use gateway_api::snapshot::Snapshot;
use leptos::prelude::*;
use nrgkick_model::field::{DocumentName, FieldId};
use nrgkick_model::time::Moment;

use super::target::Target;
use crate::request_error::RequestError;
use crate::{api, browser};

/// One poll.
pub(super) struct Poll<'a> {
    target: Target<'a>,
    began: Moment,
    answered: Option<Moment>,
}

impl<'a> Poll<'a> {
    /// A poll of `target` that begins now.
    pub(super) fn begin(target: Target<'a>) -> Self {
        Self { target, began: browser::now(), answered: None }
    }

    /// Asks for the documents that are due, and returns the pause until the next poll. `info` is
    /// the time at which `/info` was last asked for.
    pub(super) async fn run(mut self, info: &mut Option<Moment>) -> Duration {
        let app = self.target.app;
        let away = app.link.with_untracked(|link| link.state() != LinkState::Live);
        let before = self.total_energy();
        match self.ask(DocumentName::Values).await {
            Err(error) => {
                let now = browser::now();
                if self.target.is_current() {
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
        if complete && self.target.is_current() {
            let cycle = browser::now().since(self.began) + POLL_PAUSE;
            app.change(|link| link.map(|snapshot| snapshot.paced(cycle)));
        }
        // What was never answered has kept nobody busy.
        let since = self.answered.map(|at| browser::now().since(at));
        POLL_PAUSE.saturating_sub(since.unwrap_or_default())
    }

    fn total_energy(&self) -> Option<f64> {
        let energy = |snapshot: &Snapshot| snapshot.number(FieldId::TotalChargedEnergy);
        self.target.app.link.with_untracked(|link| energy(link.snapshot()?))
    }

    fn is_info_due(&self, asked: Option<Moment>) -> bool {
        let link = self.target.app.link;
        let known = link.with_untracked(|link| link.snapshot()?.at(DocumentName::Info));
        let now = browser::now();
        known.is_none_or(|known| now.since(known) >= INFO_PERIOD)
            && asked.is_none_or(|asked| now.since(asked) >= INFO_RETRY)
    }

    /// Asks for `document` and shows it. Returns whether its endpoint is still the current one.
    async fn ask(&mut self, document: DocumentName) -> Result<bool, RequestError> {
        let (asked, app) = (browser::now(), self.target.app);
        let answer = api::read(self.target.endpoint, document).await;
        if !self.target.is_current() {
            return Ok(false);
        }
        app.record_read(document, answer.as_ref().err());
        let (readings, age) = answer?;
        let now = browser::now();
        self.answered = Some(now);
        app.ui.update(|ui| ui.now = now);
        let at = match document {
            // Settings count from when they were asked for: an answer that was under way while a
            // write was confirmed is older than the confirmation.
            DocumentName::Control => asked.min(now - age),
            DocumentName::Info | DocumentName::Values => now - age,
        };
        // All that one poll asks for may take as long as its first answer, which may have been under
        // way before the poll.
        let cycle = (now.since(self.began).max(age) * 3) + POLL_PAUSE;
        let last = app.link.with_untracked(|link| link.snapshot().map(Snapshot::cycle));
        self.target.show(document, at, readings, Some(cycle.max(last.unwrap_or_default())));
        Ok(true)
    }
}
