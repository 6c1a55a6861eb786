//! All that the frame and the overview show, at one moment.
//!
//! One look at the signals for all slots, so that what several of them say is worked out once.

use gateway_api::link::LinkState;
use leptos::prelude::*;
use nrgkick_model::field::FieldId;

use crate::app::App;
use crate::binding;
use crate::draft::Draft;
use crate::endpoint::{Endpoint, Peer};
use crate::request_error::RequestError;
use crate::route::Route;
use crate::sentence::{Fault, Figure, History, Sentence, State, Tone, faults, sentence};
use crate::words::{Advice, advice as words, link, state};

/// What is to be seen.
pub struct Scene {
    /// The signals, for values that one slot alone shows.
    pub app: App,
    /// The change of the current that is not sent yet.
    pub draft: Draft,
    /// The screen.
    pub route: Route,
    /// Whether the charger has ever answered.
    pub has_data: bool,
    /// Whether it is neither known to answer nor known to fail.
    pub is_connecting: bool,
    /// Whether the form for its address is asked for.
    pub is_form_asked: bool,
    /// The alert about the connection.
    pub advice: Option<Advice>,
    /// The age of the data in words; empty before the first.
    pub age: String,
    /// The reason why changes are locked; empty while they are not.
    pub locked: String,
    /// The state in words.
    pub said: Sentence,
    /// The faults that the state does not name.
    pub faults: Vec<Fault>,
    /// The limit that binds the current; empty where the state says it, or nothing does.
    pub why: String,
}

impl Scene {
    /// Looks at the signals. `history` is that of the looks before; it ends with the connection.
    pub fn look(app: App, draft: Draft, history: &mut History) -> Self {
        let has_data = app.with_last(|_| Some(())).is_some();
        let advice = app.advice();
        let is_connecting = !has_data && advice.is_none() && may_come(app);
        let said = app.with_current(|snapshot| {
            *history = history.after(snapshot, app.phases.is_pending());
            let mut faults = faults(&State::of(snapshot));
            // The worst error is the state's own sentence.
            if faults.first().is_some_and(|fault| fault.tone == Tone::Error) {
                faults.remove(0);
            }
            let said = sentence(snapshot, *history);
            let why = binding::why(snapshot, &said).unwrap_or_default();
            Some((said, faults, why))
        });
        let (said, faults, why) = said.unwrap_or_else(|| {
            *history = History::default();
            let said = match is_connecting {
                true => Sentence::new(Tone::Idle, link::is_connecting(), looking(app))
                    .drawn(Figure::NoVehicle),
                false => Sentence::new(Tone::Idle, state::unknown(), link::no_answer_locked()),
            };
            (said, Vec::new(), String::new())
        });
        let route = app.ui.get().route;
        Self {
            app,
            draft,
            route,
            has_data,
            is_connecting,
            is_form_asked: route == Route::Settings
                || (route != Route::Chargers && is_form_asked(app, has_data)),
            advice,
            age: app.age_text(),
            locked: app.why_locked(),
            said,
            faults,
            why,
        }
    }

    /// The number in `field`; `None` where there is none.
    pub fn number(&self, field: FieldId) -> Option<f64> {
        self.app.with_current(|snapshot| snapshot.number(field))
    }

    /// Whether overview and control are seen.
    pub fn shows_charger(&self) -> bool {
        matches!(self.route, Route::Overview | Route::Control)
            && (self.has_data || self.is_connecting)
    }

    /// Whether the screen says that there is no data.
    pub fn shows_waiting(&self) -> bool {
        let has_charger = matches!(self.route, Route::Overview | Route::Control | Route::Details);
        has_charger && !self.has_data && !self.shows_charger()
    }

    /// Whether all values are seen.
    pub fn shows_details(&self) -> bool {
        self.route == Route::Details && self.has_data
    }
}

fn may_come(app: App) -> bool {
    app.link_state() == LinkState::Connecting
        && !app.endpoint.with(|endpoint| matches!(**endpoint, Endpoint::NotSet(_)))
}

/// Where the charger is looked for.
pub fn looking(app: App) -> String {
    app.endpoint.with(|endpoint| match &**endpoint {
        Endpoint::NotSet(_) => words::enter_address().to_owned(),
        Endpoint::Direct(direct) => words::asking(&direct.origin),
        Endpoint::Searching | Endpoint::Gateway(_) | Endpoint::Demo(_) => {
            words::looking().to_owned()
        }
    })
}

/// Whether the form may help. A display on the wall is set up elsewhere.
fn is_form_asked(app: App, has_data: bool) -> bool {
    if app.is_display() {
        return false;
    }
    let (failed, token) = app.link.with(|link| {
        let error = link.error();
        (error.is_some(), matches!(error, Some(RequestError::Token(_))))
    });
    app.endpoint.with(|endpoint| match &**endpoint {
        Endpoint::NotSet(_) => !has_data,
        Endpoint::Direct(direct) => {
            !has_data && (failed || matches!(direct.peer, Peer::Refusing(_)))
        }
        Endpoint::Gateway(gateway) => token && !gateway.is_own(),
        Endpoint::Searching | Endpoint::Demo(_) => false,
    })
}
