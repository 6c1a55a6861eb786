//! The stream of events that takes the place of polls where there is one.

use std::time::Duration;

use leptos::prelude::*;
use nrgkick_model::field::DocumentName;
use nrgkick_model::time::Moment;

use super::target::Target;
use crate::api::{Event, EventStream};
use crate::request_error::RequestError;
use crate::stream::{Documents, Schedule};
use crate::{browser, poll_clock};

/// The stream of one endpoint, open or not.
#[derive(Default)]
pub(super) struct Events {
    schedule: Schedule,
    stream: Option<EventStream>,
    documents: Documents,
}

impl Events {
    /// Shows what has come, gives up a stream that broke or is silent, and opens one that is due.
    /// Returns whether anything has come.
    pub(super) fn tend(&mut self, target: Target<'_>) -> bool {
        let events = self.stream.as_ref().map(EventStream::take).unwrap_or_default();
        let has_news = !events.is_empty();
        for (event, received) in events {
            self.schedule.heard(received);
            self.show(target, event, received);
        }
        self.maintain(target);
        has_news
    }

    /// Closes the stream. The next is due at once.
    pub(super) fn close(&mut self) {
        self.stream = None;
        self.schedule.closed();
    }

    /// For how long no poll is made unless another event comes; `None` where polls are made.
    pub(super) fn rest(&self) -> Option<Duration> {
        self.schedule.rest(browser::now())
    }

    fn maintain(&mut self, target: Target<'_>) {
        let now = browser::now();
        let is_over = |stream: &EventStream| stream.is_broken() || self.schedule.is_silent(now);
        if self.stream.as_ref().is_some_and(is_over) {
            self.stream = None;
            self.schedule.failed(now);
        }
        // While nothing answers, polls notice first that something does again.
        let is_answered = target.app.link.with_untracked(|link| link.error().is_none());
        if let Some(gateway) = target.endpoint.events()
            && self.schedule.is_due(now)
            && is_answered
        {
            self.stream = EventStream::open(gateway, poll_clock::poll_now);
            self.documents = Documents::default();
            match self.stream {
                Some(_) => self.schedule.opened(now),
                None => self.schedule.failed(now),
            }
        }
    }

    fn show(&mut self, target: Target<'_>, event: Event, received: Moment) {
        let app = target.app;
        let failed = event.failed.clone();
        self.documents.take(event, received);
        app.ui.update(|ui| ui.now = browser::now());
        app.record_read(DocumentName::Values, failed.as_ref());
        if let Some(error) = failed {
            return app.change(|link| link.missed(received, error));
        }
        // The measured values first, as a link without them holds nothing.
        for document in [DocumentName::Values, DocumentName::Info, DocumentName::Control] {
            let Some((at, readings)) = self.documents.get(document) else {
                // The stream does not say why.
                app.record_read(document, Some(&RequestError::Away));
                continue;
            };
            app.record_read(document, None);
            target.show(document, at, readings.clone(), self.documents.cycle());
        }
    }
}
