//! What every part of the page shares.

use std::ops::Deref;
use std::sync::Arc;

use leptos::prelude::*;
use nrgkick_model::command::ChargingCurrent;
use nrgkick_model::field::{DocumentName, FieldId};
use nrgkick_model::link::{Link, LinkState};
use nrgkick_model::snapshot::Snapshot;
use nrgkick_model::time::Moment;

use crate::place::Place;
use crate::route::{self, Route};
use crate::theme::{self, Theme};
use crate::trouble::Trouble;
use crate::words::en::{self, Advice};
use crate::write::Writer;
use crate::{browser, freshness, live};

/// The page's signals.
pub struct Signals {
    /// Where the charger is. Written by the poller's search and by the settings.
    pub place: RwSignal<Arc<Place>>,
    /// What is known of the charger. Written by the poller and by nobody else.
    pub link: RwSignal<Link<Trouble>>,
    /// What the page itself is about.
    pub ui: RwSignal<Ui>,
    /// Writes of the set current.
    pub current: Writer,
    /// Writes of the pause.
    pub pause: Writer,
    /// Writes of the energy limit.
    pub limit: Writer,
    /// Writes of the phases.
    pub phases: Writer,
}

/// What the page itself is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ui {
    /// The time, once a second while the page is visible.
    pub now: Moment,
    /// The screen.
    pub route: Route,
    /// The colours.
    pub theme: Theme,
}

/// A handle to the page's signals. They live as long as the page, and every closure on it holds
/// one, so it is no more than a pointer.
#[derive(Clone, Copy)]
pub struct App(&'static Signals);

impl Deref for App {
    type Target = Signals;

    fn deref(&self) -> &Signals {
        self.0
    }
}

impl App {
    /// The signals of a page that knows nothing yet.
    pub fn new() -> Self {
        let now = browser::now();
        let ui = Ui { now, route: Route::Overview, theme: Theme::Auto };
        Self(Box::leak(Box::new(Signals {
            place: RwSignal::new(Arc::new(Place::Searching)),
            link: RwSignal::new(Link::connecting(now)),
            ui: RwSignal::new(ui),
            current: Writer::new(),
            pause: Writer::new(),
            limit: Writer::new(),
            phases: Writer::new(),
        })))
    }

    /// The signals, connected to the address bar and to what was saved.
    pub fn start() -> Self {
        let app = Self::new();
        route::follow(app);
        theme::choose(app.ui, theme::saved());
        app
    }

    /// The shared signals of the component that asks.
    pub fn get() -> Self {
        expect_context()
    }

    /// Looks at the last data; nothing before the first.
    pub fn look<T>(self, at: impl FnOnce(&Snapshot) -> Option<T>) -> Option<T> {
        self.link.with(|link| at(link.snapshot()?))
    }

    /// A number of the last data; nothing where there is none.
    pub fn number(self, field: FieldId) -> Memo<Option<f64>> {
        live::number(move || self.look(|snapshot| snapshot.number(field)))
    }

    /// The most current that the unit and its attachment allow, A.
    pub fn max_current(self) -> Memo<Option<f64>> {
        live::number(move || {
            let max = self.look(Snapshot::max_current);
            max.or(Some(ChargingCurrent::MAX))
        })
    }

    /// When the settings were last asked for.
    pub fn settings_read(self) -> Option<Moment> {
        self.look(|snapshot| snapshot.at(DocumentName::Control))
    }

    /// The word for whether the charger answers.
    pub fn state(self) -> Memo<String> {
        freshness::state(self.link)
    }

    /// The age of the measured values in words; empty before the first.
    pub fn age(self) -> Memo<String> {
        freshness::age(self.link, self.ui)
    }

    /// What is in the way of the charger; nothing while nothing is.
    pub fn advice(self) -> Option<Advice> {
        self.place.with(|place| match &**place {
            Place::Nowhere(wrong) => {
                let title = wrong.clone()?.into();
                Some(Advice { title, text: "".into() })
            }
            place => self.link.with(|link| Some(en::advice(link.error()?, place))),
        })
    }

    /// Why nothing can be changed just now; empty where it can.
    pub fn locked(self) -> Memo<String> {
        live::text(move || {
            let lost = self.link.with(|link| link.state() == LinkState::Lost);
            if self.place.with(|place| place.is_read_only()) {
                en::READ_ONLY.to_owned()
            } else if lost {
                en::NO_ANSWER.to_owned()
            } else {
                String::new()
            }
        })
    }
}

impl Default for App {
    fn default() -> Self {
        Self::new()
    }
}
