//! Keeping the list up to date while it is seen.

use std::collections::BTreeMap;

use gateway_api::ChargerState;
use leptos::prelude::*;
use leptos::task::spawn_local;
use nrgkick_model::field::DocumentName;
use nrgkick_model::time::Moment;

use super::glance::{Glance, Told};
use super::pace::{PAUSE, Pace};
use super::row::{List, Row};
use crate::api::{self, Listed, Source};
use crate::app::App;
use crate::endpoint::Endpoint;
use crate::route::Route;
use crate::saved_chargers::{self, SavedCharger};
use crate::{browser, store, words};

/// The list as it is seen.
#[derive(Clone, Copy)]
pub struct Board {
    app: App,
    /// The chargers of the gateway, in its order.
    listed: RwSignal<Vec<String>>,
    /// The chargers of this device.
    pub saved: RwSignal<Vec<SavedCharger>>,
    /// By key, what is known of it.
    glances: RwSignal<BTreeMap<String, Glance>>,
    /// Whether the gateway did not tell its list.
    pub has_failed: RwSignal<bool>,
    pace: StoredValue<Pace>,
    /// When the gateway was last asked for its list.
    asked: StoredValue<Option<Moment>>,
}

impl Board {
    /// A board that is kept up to date while its screen is seen. The page's clock stands still while
    /// the page is hidden, and so does this.
    pub fn start(app: App) -> Self {
        let board = Self {
            app,
            listed: RwSignal::default(),
            saved: RwSignal::new(saved_chargers::parse(&store::chargers())),
            glances: RwSignal::default(),
            has_failed: RwSignal::new(false),
            pace: StoredValue::default(),
            asked: StoredValue::new(None),
        };
        let turn = Memo::new(move |_| {
            let ui = app.ui.get();
            (ui.route == Route::Chargers).then_some(ui.now)
        });
        Effect::new(move |_| {
            let (turn, list) = (turn.get(), board.list());
            // Until that is known nobody is asked.
            let is_found = board.app.endpoint.with(|endpoint| **endpoint != Endpoint::Searching);
            if turn.is_some() && is_found {
                untrack(|| board.turn(list));
            }
        });
        board
    }

    /// Whose list it is.
    pub fn list(self) -> List {
        self.app.endpoint.with(|endpoint| match &**endpoint {
            Endpoint::Gateway(gateway) if gateway.is_own() => List::Gateway,
            Endpoint::Demo(_) => List::Demo,
            _ => List::Own,
        })
    }

    /// The chargers in their order. The one that the page shows is one of this device's, saved or
    /// not.
    pub fn rows(self) -> Vec<Row> {
        let shown = self.shown();
        let row = |key: String, name: String| {
            let is_shown = shown.as_ref() == Some(&key);
            Row { key, name, is_shown }
        };
        match self.list() {
            List::Demo => Vec::new(),
            List::Gateway => {
                self.listed.get().into_iter().map(|name| row(name.clone(), name)).collect()
            }
            List::Own => {
                self.known().into_iter().map(|charger| row(charger.origin, charger.name)).collect()
            }
        }
    }

    /// The list of this device with the charger that the page shows.
    pub fn known(self) -> Vec<SavedCharger> {
        let mut known = self.saved.get();
        if let (List::Own, Some(origin)) = (self.list(), self.shown())
            && known.iter().all(|charger| charger.origin != origin)
        {
            known.insert(0, SavedCharger { origin, name: String::new() });
        }
        known
    }

    /// The key of the charger that the page shows.
    pub fn shown(self) -> Option<String> {
        self.app.endpoint.with(|endpoint| match &**endpoint {
            Endpoint::Gateway(gateway) if gateway.base.is_empty() => {
                self.listed.with(|listed| listed.first().cloned())
            }
            Endpoint::Gateway(gateway) => {
                let name = gateway.base.strip_prefix("c/");
                Some(name.unwrap_or(&gateway.base).to_owned())
            }
            Endpoint::Direct(direct) => Some(direct.origin.clone()),
            Endpoint::Searching | Endpoint::Demo(_) | Endpoint::NotSet(_) => None,
        })
    }

    /// What is known of the charger with `key`.
    pub fn glance(self, key: &str) -> Glance {
        if self.shown().as_deref() == Some(key) {
            return self.glance_of_page();
        }
        self.glances.with(|glances| glances.get(key).cloned()).unwrap_or_default()
    }

    fn glance_of_page(self) -> Glance {
        let readings = |snapshot: &gateway_api::Snapshot| {
            let readings = snapshot.readings();
            (readings.is_simulated(), readings.display_name().map(str::to_owned))
        };
        let (is_simulated, device) =
            self.app.with_last(|snapshot| Some(readings(snapshot))).unwrap_or_default();
        let current = self.app.with_current(|snapshot| Some(snapshot.clone()));
        Glance { told: Told::of_page(self.app.link_state(), current), is_simulated, device }
    }

    /// Keeps `list` on this device.
    pub fn save(self, list: Vec<SavedCharger>) {
        store::set_chargers(&saved_chargers::write(&list));
        self.app.listed.set(list.len());
        self.saved.set(list);
    }

    fn change(self, key: &str, change: impl FnOnce(&mut Glance)) {
        // The screen may have been built again meanwhile.
        self.glances.try_update(|glances| change(glances.entry(key.to_owned()).or_default()));
    }

    fn turn(self, list: List) {
        let now = browser::now();
        match list {
            List::Demo => {}
            List::Gateway => {
                let asked = self.asked.get_value();
                if asked.is_none_or(|asked| now.since(asked) >= PAUSE) {
                    self.asked.set_value(Some(now));
                    spawn_local(self.ask_gateway());
                }
            }
            List::Own => {
                let rows = self.rows().into_iter().filter(|row| !row.is_shown);
                let wanted: Vec<_> = rows.map(|row| row.key).collect();
                self.ask(&wanted, |origin| {
                    let credentials = store::credentials(&origin);
                    Source::At(origin, credentials)
                });
            }
        }
    }

    /// Asks for the list, and those in it for values of whom the gateway has no fresh ones.
    async fn ask_gateway(self) {
        let answer = api::fleet().await;
        if self.has_failed.try_set(answer.is_err()).is_some() {
            return;
        }
        let Ok(list) = answer else { return };
        let names: Vec<_> = list.iter().map(|listed| listed.name.clone()).collect();
        if self.listed.with_untracked(|before| *before != names) {
            self.listed.set(names);
        }
        let shown = untrack(|| self.shown());
        let mut wanted = Vec::new();
        for Listed { name, state, is_simulated, measured } in list {
            let lacks_values = measured.is_none() && state != ChargerState::Searching;
            if lacks_values && shown.as_ref() != Some(&name) {
                wanted.push(name.clone());
            }
            self.change(&name, |glance| {
                glance.is_simulated = is_simulated;
                glance.told = match measured {
                    Some((readings, age)) => Told::values(browser::now() - age, readings),
                    None => std::mem::take(&mut glance.told).without_values(state),
                };
            });
        }
        self.ask(&wanted, Source::Named);
    }

    fn ask(self, wanted: &[String], source: fn(String) -> Source) {
        let now = browser::now();
        let due = self.pace.try_update_value(|pace| pace.due(wanted, now)).unwrap_or_default();
        for key in due {
            let source = source(key.clone());
            spawn_local(self.look(key, source));
        }
    }

    /// Asks one charger for its values and, where it is not known yet, who it is.
    async fn look(self, key: String, source: Source) {
        let asked = browser::now();
        let values = api::glance(&source, DocumentName::Values).await;
        self.pace.try_update_value(|pace| pace.answered(&key, values.is_ok()));
        let is_known = self.glances.try_with_untracked(|glances| {
            glances.get(&key).is_some_and(|one| one.device.is_some())
        });
        let told = match values {
            Ok((readings, age)) => Told::values(asked - age, readings),
            Err(error) => {
                let endpoint = match &source {
                    Source::Named(_) => (*self.app.endpoint.get_untracked()).clone(),
                    Source::At(origin, credentials) => {
                        Endpoint::direct(origin.clone(), credentials.clone())
                    }
                };
                Told::Failed(words::advice(&error, &endpoint).title.into_owned())
            }
        };
        let is_told = matches!(told, Told::Values(_));
        self.change(&key, |glance| glance.told = told);
        if is_told
            && is_known == Some(false)
            && matches!(source, Source::At(..))
            && let Ok((info, _)) = api::glance(&source, DocumentName::Info).await
        {
            self.change(&key, |glance| {
                glance.is_simulated = info.is_simulated();
                glance.device = Some(info.display_name().unwrap_or_default().to_owned());
            });
        }
    }
}

/// [`Board::rows`] as a memo, so that the list is built again only where it changes.
pub fn rows(board: Board) -> Memo<Vec<Row>> {
    Memo::new(move |_| board.rows())
}
