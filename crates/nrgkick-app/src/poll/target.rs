//! The charger whose documents polls and events bring, and what becomes of them.

use std::sync::Arc;
use std::time::Duration;

use gateway_api::link::INFO_PERIOD;
use gateway_api::snapshot::Snapshot;
use leptos::prelude::*;
use nrgkick_model::field::DocumentName;
use nrgkick_model::time::Moment;
use nrgkick_model::{Control, Document as _, Readings};

use crate::app::App;
use crate::endpoint::Endpoint;
use crate::{api, browser};

/// A charger at one endpoint.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) app: App,
    pub(super) endpoint: &'a Arc<Endpoint>,
}

impl Target<'_> {
    /// Whether its endpoint is still the current one.
    pub(super) fn is_current(self) -> bool {
        Arc::ptr_eq(&self.app.endpoint.get_untracked(), self.endpoint)
    }

    /// Shows `readings` of `document` that are from `at`, unless later ones are shown.
    ///
    /// Measured values are an answer of the charger. With them `cycle` is taken over, where there is
    /// one: the time from one question for them to the next.
    pub(super) fn show(
        self,
        document: DocumentName,
        at: Moment,
        readings: Readings,
        cycle: Option<Duration>,
    ) {
        let control =
            (document == DocumentName::Control).then(|| Control::from_readings(&readings));
        self.app.change(|link| {
            let with = |snapshot: Snapshot| match snapshot.at(document) {
                Some(shown) if shown > at => snapshot,
                _ => snapshot.with(at, document, readings),
            };
            if document != DocumentName::Values {
                return link.map(with);
            }
            let snapshot = with(link.snapshot().cloned().unwrap_or_default());
            let cycle = cycle.unwrap_or(snapshot.cycle());
            link.answered(snapshot.paced(cycle))
        });
        if let Some(control) = control {
            for writer in self.app.writers() {
                writer.observe(&control, at);
            }
        }
        if document == DocumentName::Info {
            self.app.learn_serial(self.endpoint);
        }
    }

    /// Asks for `/api` again where it is due, as the gateway's knowledge of its charger may change.
    /// `asked` is the time at which this was last done.
    pub(super) async fn ask_gateway(self, asked: &mut Option<Moment>) {
        let now = browser::now();
        if let Endpoint::Gateway(gateway) = &**self.endpoint
            && asked.is_none_or(|asked| now.since(asked) >= INFO_PERIOD)
        {
            *asked = Some(now);
            let answer = api::gateway(&gateway.base, gateway.credentials.as_ref()).await;
            if let Ok(Some(gateway)) = answer
                && self.is_current()
            {
                self.app.is_unprotected.set(gateway.charger_open);
            }
        }
    }
}
