//! The signals of the panel, and the values that its parts derive from them.

use std::sync::Arc;

use gateway_api::link::{Link, LinkState};
use gateway_api::snapshot::Snapshot;
use leptos::prelude::*;
use nrgkick_model::field::{DocumentName, FieldId};
use nrgkick_model::time::Moment;

use crate::endpoint::{DirectEndpoint, Endpoint, Peer};
use crate::hands::Hands;
use crate::later_part::Part;
use crate::request_error::RequestError;
use crate::route::Route;
use crate::shared::Shared;
use crate::words::{self, Advice, kiosk, link};
use crate::writer::Writer;
use crate::{browser, format, memo, route, store};

/// The signals that only the panel has.
pub struct Panel {
    /// The endpoint of the charger. Written by the poller's discovery and by the settings.
    pub endpoint: RwSignal<Arc<Endpoint>>,
    /// By document: whether the last read of it failed. Written by the poller.
    pub failed_documents: RwSignal<[bool; DocumentName::ALL.len()]>,
    /// Values found in registers that cannot be decoded, by the address of their row. Written by
    /// the poller.
    pub register_errors: RwSignal<Vec<(u16, String)>>,
    /// Whether the gateway says that its charger has no password. Written by the poller.
    pub is_unprotected: RwSignal<bool>,
    /// By part of the page that comes later: whether it did not come. Written by what brings it.
    pub missed_parts: RwSignal<[bool; Part::ALL.len()]>,
    /// Number of chargers in the list of this device. Written by the screen that shows it.
    pub listed: RwSignal<usize>,
    /// Whether the first poll is over, so that chunks may be fetched. Written by the poller.
    pub is_idle: RwSignal<bool>,
    /// Whether the server of the page has another build of it. Written by what asks for that.
    pub is_outdated: RwSignal<bool>,
    /// What hands may do at a display on the wall. Written by the display's touches and its lock.
    pub hands: RwSignal<Hands>,
    /// The serial number that was confirmed for this endpoint; `None` before the first.
    pub expected_serial: RwSignal<Option<String>>,
    /// Writes of the set current.
    pub current: Writer,
    /// Writes of the pause.
    pub pause: Writer,
    /// Writes of the energy limit.
    pub limit: Writer,
    /// Writes of the phases.
    pub phases: Writer,
}

/// A handle to the signals of the panel.
pub type App = Shared<Snapshot, Panel>;

impl App {
    /// The signals of a page that knows nothing yet.
    pub fn new() -> Self {
        Self::with(Panel {
            endpoint: RwSignal::new(Arc::new(Endpoint::Searching)),
            failed_documents: RwSignal::default(),
            register_errors: RwSignal::default(),
            is_unprotected: RwSignal::new(false),
            missed_parts: RwSignal::default(),
            listed: RwSignal::new(store::chargers().lines().count()),
            is_idle: RwSignal::new(false),
            is_outdated: RwSignal::new(false),
            hands: RwSignal::default(),
            expected_serial: RwSignal::new(None),
            current: Writer::new(),
            pause: Writer::new(),
            limit: Writer::new(),
            phases: Writer::new(),
        })
    }

    /// The signals, connected to the address bar and to what was saved.
    pub fn start() -> Self {
        let app = Self::new();
        let hands = Hands::asked(browser::now());
        app.hands.set(hands);
        // A display shows the charger and nothing else.
        let shown = move |route| if hands.is_display() { Route::Overview } else { route };
        route::follow(move |route| app.ui.update(|ui| ui.route = shown(route)));
        app.restore_theme();
        app
    }

    /// Reads from the data. `None` before the first, and once the charger is lost, as the last
    /// data tells no longer what is. A display on the wall goes on to show it, with its age.
    pub fn with_current<T>(self, at: impl FnOnce(&Snapshot) -> Option<T>) -> Option<T> {
        self.link.with(|link| at(self.shown(link)?))
    }

    /// Apart, as the function above is compiled once for each that calls it.
    #[inline(never)]
    fn shown(self, link: &Link<RequestError>) -> Option<&Snapshot> {
        if self.is_display() { link.snapshot() } else { link.current() }
    }

    /// Whether the page is a display on the wall.
    #[inline(never)]
    pub fn is_display(self) -> bool {
        self.hands.get().is_display()
    }

    /// Reads from the last data, however old: for values that do not change, such as the name.
    pub fn with_last<T>(self, at: impl FnOnce(&Snapshot) -> Option<T>) -> Option<T> {
        self.link.with(|link| at(link.snapshot()?))
    }

    /// Whether there is more than one charger to choose from.
    pub fn has_several(self) -> bool {
        let of_gateway = self.endpoint.with(|endpoint| match &**endpoint {
            Endpoint::Gateway(gateway) if gateway.is_own() => Some(gateway.info.chargers),
            Endpoint::Demo(_) => Some(1),
            _ => None,
        });
        of_gateway.unwrap_or_else(|| self.listed.get()) > 1
    }

    /// The writers of all settings.
    pub fn writers(self) -> [Writer; 4] {
        [self.current, self.pause, self.limit, self.phases]
    }

    /// Records whether `document` could be read. The parser's own message goes to the console.
    pub fn record_read(self, document: DocumentName, error: Option<&RequestError>) {
        self.failed_documents.update(|failed| {
            let before = std::mem::replace(&mut failed[document as usize], error.is_some());
            if let (false, Some(RequestError::Unreadable(what))) = (before, error) {
                leptos::logging::warn!("{document}: {what}");
            }
        });
    }

    /// Drops the state of one charger, before another endpoint is polled.
    pub fn reset(self) {
        self.failed_documents.set(Default::default());
        self.register_errors.set(Vec::new());
        self.is_unprotected.set(false);
        self.expected_serial.set(None);
        for writer in self.writers() {
            // Its outcome was that of the charger before.
            writer.reject(String::new());
        }
    }

    /// Expects the charger that answers at `endpoint` from now on, unless another one was confirmed
    /// there before.
    pub fn learn_serial(self, endpoint: &Endpoint) {
        let found = untrack(|| self.reported_serial());
        if let (Some(found), true) = (found, self.expected_serial.with_untracked(Option::is_none)) {
            let known = endpoint.key().and_then(|key| store::serial(&key));
            self.confirm_serial(known.unwrap_or(found));
        }
    }

    /// Expects the charger with `serial` from now on, also after a reload.
    pub fn confirm_serial(self, serial: String) {
        if let Some(key) = self.endpoint.with_untracked(|endpoint| endpoint.key()) {
            store::set_serial(&key, &serial);
        }
        self.expected_serial.set(Some(serial));
    }

    /// Whether the page is a display that nobody uses now, and no change is under way, so that it
    /// may be loaded anew by itself. Never where it is no display.
    pub fn is_left_alone(self) -> bool {
        self.hands.get_untracked().rests(browser::now()) && !untrack(|| self.is_writing())
    }

    /// Whether a change has no outcome yet, or waits for a confirmation.
    pub fn is_writing(self) -> bool {
        let waits =
            |writer: Writer| writer.is_pending() || writer.awaiting_confirmation().is_some();
        self.writers().into_iter().any(waits)
    }

    fn reported_serial(self) -> Option<String> {
        self.with_last(|snapshot| snapshot.text(FieldId::SerialNumber).map(str::to_owned))
    }

    /// The serial number of the charger that answers, where another one is expected.
    pub fn other_serial(self) -> Option<String> {
        self.reported_serial().filter(|found| {
            self.expected_serial.with(|meant| meant.as_ref().is_some_and(|meant| meant != found))
        })
    }

    /// The number in `field`; `None` where there is none.
    pub fn number(self, field: FieldId) -> Memo<Option<f64>> {
        memo::number(move || self.with_current(|snapshot| snapshot.number(field)))
    }

    /// The time at which the settings were last asked for.
    pub fn settings_read(self) -> Option<Moment> {
        self.with_last(|snapshot| snapshot.at(DocumentName::Control))
    }

    /// The text of the alert about the connection; `None` while there is no fault.
    pub fn advice(self) -> Option<Advice> {
        self.endpoint.with(|endpoint| match &**endpoint {
            Endpoint::NotSet(wrong) => {
                let title = wrong.clone()?.into();
                Some(Advice { title, text: "".into() })
            }
            Endpoint::Direct(DirectEndpoint { peer: Peer::Refusing(error), .. }) => {
                Some(words::advice(error, endpoint))
            }
            endpoint => self.link.with(|link| Some(words::advice(link.error()?, endpoint))),
        })
    }

    /// The age of the settings in words where they are old.
    pub fn old_settings_age(self) -> Option<String> {
        let now = self.ui.get().now;
        let age = self.link.with(|link| link.old(DocumentName::Control, now))?;
        Some(format::age(age.as_secs()))
    }

    /// The reason why changes are locked; empty while they are not.
    pub fn locked(self) -> Memo<String> {
        memo::text(move || self.why_locked())
    }

    /// [`Self::locked`] without a memo, for a check just before a change.
    pub fn why_locked(self) -> String {
        if self.hands.get().are_kept_off(self.ui.get().now) {
            return kiosk::locked().to_owned();
        }
        if self.endpoint.with(|endpoint| endpoint.is_read_only()) {
            return link::read_only().to_owned();
        }
        if self.other_serial().is_some() {
            return link::other_charger_locked().to_owned();
        }
        match (self.link_state(), self.old_settings_age()) {
            (LinkState::Lost, _) => link::no_answer_locked().to_owned(),
            (_, Some(age)) => link::old_settings(&age),
            (LinkState::Stale, None) => link::old().to_owned(),
            (LinkState::Connecting | LinkState::Live, None) => String::new(),
        }
    }
}

impl Default for App {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use nrgkick_model::command::Command;

    use super::*;
    use crate::hands::REST_AFTER;

    #[test]
    fn a_display_locks_every_control_until_it_is_unlocked() {
        Owner::new().with(|| {
            let (app, now) = (App::new(), browser::now());
            app.change(|link| link.answered(Snapshot::default()));
            assert_eq!(app.why_locked(), "");
            app.hands.set(Hands::Display { touched: now, is_open: false });
            assert!(!app.why_locked().is_empty());
            app.hands.set(Hands::Display { touched: now, is_open: true });
            assert_eq!(app.why_locked(), "");
            app.ui.update(|ui| ui.now = now + REST_AFTER);
            assert!(!app.why_locked().is_empty());
        });
    }

    #[test]
    fn a_display_goes_on_to_show_the_last_data_and_changes_nothing() {
        Owner::new().with(|| {
            let (app, now) = (App::new(), browser::now());
            let (last, error) = (Some(Snapshot::default()), RequestError::Timeout);
            app.link.set(Link::Lost { last, error });
            assert_eq!(app.with_current(|_| Some(())), None);
            app.hands.set(Hands::Display { touched: now, is_open: true });
            assert_eq!(app.with_current(|_| Some(())), Some(()));
            assert!(!app.why_locked().is_empty());
        });
    }

    #[test]
    fn a_display_is_left_alone_when_it_rests_and_nothing_is_being_changed() {
        Owner::new().with(|| {
            let (app, now) = (App::new(), browser::now());
            assert!(!app.is_left_alone(), "it is no display");
            let second = Duration::from_secs(1);
            let touched = now - REST_AFTER + second;
            app.hands.set(Hands::Display { touched, is_open: false });
            assert!(!app.is_left_alone());
            app.hands.set(Hands::Display { touched: touched - second, is_open: true });
            assert!(app.is_left_alone());
            app.pause.enqueue(Command::ChargePause(true));
            assert!(!app.is_left_alone());
        });
    }
}
