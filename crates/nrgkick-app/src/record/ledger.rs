//! The record as the screen knows it, kept up to date while it is seen.
//!
//! Here: reading. In `pages`: what of it stays known. In `told`: what follows from what was read; in `change`: labels, removals, the tariff.

mod change;
mod pages;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use gateway_api::record::{Charge, ChargeWithCurve};
use gateway_api::utc;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::cost;
use super::memory::{self, remembered};
use super::place::Place;
use super::plot::Series;
use super::tariff::Tariff;
use super::zone::{Month, Zone};
use crate::app::App;
use crate::endpoint::{Endpoint, GatewayEndpoint};
use crate::request_error::RequestError;
use crate::route::{self, Route};
use crate::{api, memo, store, words};

/// Time between two looks, ms.
const PERIOD: u64 = 10_000;

/// The device's own time zone.
pub const HERE: Zone = Zone(memory::offset);

/// Whether a gateway keeps a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// Not known yet.
    Unknown,
    /// Nobody does.
    Nobody,
    /// It does.
    Gateway,
}

/// The signals of the screen.
#[derive(Clone, Copy)]
pub struct Ledger {
    app: App,
    /// What is seen.
    pub place: RwSignal<Place>,
    /// Whether a gateway keeps a record.
    pub keeper: RwSignal<Keeper>,
    /// The charges that were read, the latest first.
    pub charges: RwSignal<Vec<Charge>>,
    /// The next page, where there is one.
    next: RwSignal<Option<String>>,
    /// What failed last, in words; empty where nothing did.
    pub failure: RwSignal<String>,
    /// The curves that were read, by the id of their charge.
    curves: RwSignal<BTreeMap<String, ChargeWithCurve>>,
    /// The curve of now.
    pub now: RwSignal<Series>,
    /// The owner's tariff.
    pub tariff: RwSignal<Tariff>,
    /// The gateway that all this is of.
    base: StoredValue<Option<String>>,
    is_asking: RwSignal<bool>,
    /// The charges whose curves are being read.
    under_way: StoredValue<BTreeSet<String>>,
}

impl Ledger {
    /// A ledger that is kept up to date while its screen is seen.
    pub fn start(app: App) -> Self {
        let tariff = Tariff::read(&store::tariff()).unwrap_or_default();
        let ledger = Self {
            app,
            place: RwSignal::new(Place::List),
            keeper: RwSignal::new(Keeper::Unknown),
            charges: RwSignal::default(),
            next: RwSignal::new(None),
            failure: RwSignal::default(),
            curves: RwSignal::default(),
            now: RwSignal::default(),
            tariff: RwSignal::new(tariff),
            base: StoredValue::new(None),
            is_asking: RwSignal::new(false),
            under_way: StoredValue::default(),
        };
        ledger.follow_address();
        // The clock stands still while the page is hidden, and so does this.
        let turn = Memo::new(move |_| {
            let ui = app.ui.get();
            (ui.route == Route::Charges).then(|| ui.now.as_millis() / PERIOD)
        });
        Effect::new(move |_| {
            let endpoint = app.endpoint.get();
            if turn.get().is_some() && *endpoint != Endpoint::Searching {
                untrack(|| ledger.turn());
            }
        });
        ledger
    }

    fn follow_address(self) {
        let read = move || {
            if let Some(name) = route::named_on(Route::Charges) {
                let place = Place::parse(&name);
                if self.place.with_untracked(|before| *before != place) {
                    self.place.set(place);
                }
            }
        };
        read();
        let handle = window_event_listener_untyped("hashchange", move |_| read());
        on_cleanup(move || handle.remove());
        // A signal that is set to what it was tells so all the same.
        let is_kept = memo::flag(move || self.keeper.get() == Keeper::Gateway);
        Effect::new(move |_| {
            self.place.track();
            if is_kept.get() {
                untrack(|| self.want_shown());
            }
        });
    }

    /// The gateway, where it keeps a record.
    fn gateway(self) -> Option<GatewayEndpoint> {
        self.app.endpoint.with_untracked(|endpoint| endpoint.record().cloned())
    }

    fn turn(self) {
        let gateway = self.gateway();
        let base = gateway.as_ref().map(|gateway| gateway.base.clone());
        if self.base.get_value() != base {
            self.base.set_value(base);
            self.keeper.set(Keeper::Unknown);
            self.charges.set(Vec::new());
            self.next.set(None);
            self.curves.set(BTreeMap::new());
            self.now.set(Series::default());
        }
        match gateway {
            Some(gateway) if self.keeper.get_untracked() != Keeper::Nobody => {
                if !self.is_asking.get_untracked() {
                    self.is_asking.set(true);
                    spawn_local(async move {
                        let outcome = self.look(&gateway).await;
                        self.is_asking.try_set(false);
                        self.told(outcome);
                    });
                }
            }
            _ => {
                self.keeper.set(Keeper::Nobody);
                self.now.set(remembered());
            }
        }
    }

    /// Reads the latest charge, all that is new since, and the curve of now.
    async fn look(self, gateway: &GatewayEndpoint) -> Result<(), RequestError> {
        let Some(latest) = api::latest_charge(gateway).await? else {
            self.keeper.try_set(Keeper::Nobody);
            self.now.try_set(remembered());
            return Ok(());
        };
        let is_first = self.keeper.get_untracked() != Keeper::Gateway;
        let is_known = self.charges.with_untracked(|charges| match (&latest, charges.first()) {
            (Some(latest), Some(known)) => latest.id == known.id,
            (None, None) => !is_first,
            _ => false,
        });
        match latest {
            Some(latest) if is_known => self.replace(latest),
            _ if is_known => {}
            _ => self.read_page(gateway, None).await?,
        }
        if self.keeper.try_set(Keeper::Gateway).is_some() {
            return Ok(());
        }
        // Nothing else shows it.
        if self.place.with_untracked(|place| *place != Place::List) {
            return Ok(());
        }
        let from = self.charges.with_untracked(|charges| {
            let runs = charges.first().filter(|charge| charge.end.is_none());
            runs.and_then(|charge| utc::parse(&charge.start))
        });
        if let Some(history) = api::history(gateway, from).await? {
            self.now.try_set(Series::of_history(&history));
        }
        Ok(())
    }

    /// Puts a charge in the place of what was known of it.
    pub fn replace(self, charge: Charge) {
        if self.charges.with_untracked(|charges| charges.contains(&charge)) {
            return;
        }
        let at = self
            .charges
            .with_untracked(|charges| charges.iter().position(|known| known.id == charge.id));
        if let Some(at) = at {
            self.charges.update(|charges| charges[at] = charge.clone());
        }
        let before =
            self.curves.with_untracked(|curves| Some(curves.get(&charge.id)?.charge.clone()));
        let Some(before) = before else { return };
        let id = charge.id.clone();
        let counted = |charge: &Charge| (charge.duration_s, charge.counter_end_wh);
        let has_grown = counted(&before) != counted(&charge);
        self.curves.update(|curves| {
            if let Some(read) = curves.get_mut(&id) {
                read.charge = charge;
            }
        });
        if has_grown {
            self.want(vec![id]);
        }
    }

    /// Reads the page `before`, or the first.
    async fn read_page(
        self,
        gateway: &GatewayEndpoint,
        before: Option<String>,
    ) -> Result<(), RequestError> {
        let Some(page) = api::charges(gateway, before.as_deref()).await? else { return Ok(()) };
        let goes_on = self.charges.try_update(|charges| match before {
            Some(_) => pages::append(charges, page.charges),
            None => pages::renew(charges, page.charges, page.next.is_some()),
        });
        if goes_on == Some(true) {
            self.next.try_set(page.next);
        }
        Ok(())
    }

    /// Reads the next page.
    pub fn read_older(self) {
        let (Some(gateway), Some(next)) = (self.gateway(), self.next.get_untracked()) else {
            return;
        };
        if !self.is_asking.get_untracked() {
            self.is_asking.set(true);
            spawn_local(async move {
                let outcome = self.read_page(&gateway, Some(next)).await;
                self.is_asking.try_set(false);
                self.told(outcome);
            });
        }
    }

    /// Reads older pages until all charges of `month` are known, one at a time.
    pub fn read_until(self, month: Month) {
        if !self.is_asking.get() && self.lacks(month) {
            untrack(|| self.read_older());
        }
    }

    fn told(self, outcome: Result<(), RequestError>) {
        let failure = outcome.err().map(|error| self.words(&error)).unwrap_or_default();
        self.failure.try_set(failure);
    }

    /// Why something failed, in words.
    pub fn words(self, error: &RequestError) -> String {
        words::advice(error, &self.app.endpoint.get_untracked()).whole()
    }

    /// Reads curves again or for the first time, one after the other, each once at a time.
    fn want(self, mut ids: Vec<String>) {
        let Some(gateway) = self.gateway() else { return };
        self.under_way.update_value(|under_way| ids.retain(|id| under_way.insert(id.clone())));
        spawn_local(async move {
            let (mut found, mut outcome) = (Vec::new(), Ok(()));
            for id in &ids {
                match api::charge(&gateway, id).await {
                    Ok(Some(read)) => found.push((id.clone(), read)),
                    Ok(None) => {}
                    Err(error) => {
                        outcome = Err(error);
                        break;
                    }
                }
            }
            self.under_way.try_update_value(|under_way| {
                ids.iter().for_each(|id| {
                    under_way.remove(id);
                });
            });
            // All at once: costs are worked out again whenever one comes.
            if !found.is_empty() {
                self.curves.try_update(|curves| curves.extend(found));
            }
            if outcome.is_err() {
                self.told(outcome);
            }
        });
    }

    /// Reads what the place that is seen shows of one charge.
    fn want_shown(self) {
        if let Some(id) = self.place.with_untracked(|place| place.charge().map(str::to_owned)) {
            self.want(vec![id]);
        }
    }

    /// Reads the curves that the costs of `charges` take.
    pub fn want_costs(self, charges: &[Charge]) {
        let Some(rates) = self.tariff.get_untracked().rates() else { return };
        let is_missing = |charge: &&Charge| {
            cost::needs_curve(charge, rates, HERE)
                && self.curves.with_untracked(|curves| !curves.contains_key(&charge.id))
        };
        let ids: Vec<_> =
            charges.iter().filter(is_missing).map(|charge| charge.id.clone()).collect();
        if !ids.is_empty() {
            self.want(ids);
        }
    }
}
