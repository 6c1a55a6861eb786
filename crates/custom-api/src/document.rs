//! What the charger sees at one moment, and why.
//!
//! Age decides here: a value older than its `max_age` is what its policy says, and never silently
//! old. A value that was never observed is as old as the server. `check` and the page ask here too, so
//! that they say what would be served.

use std::cmp::Ordering;
use std::time::Duration;

use gateway_api::custom_api::{Freshness, Stale};
use nrgkick_model::custom_api::house::{self, HouseLoad, NoHouseLoad};
use nrgkick_model::custom_api::{DeviceKind, Observed, Place, Quantity, ValuesDocument};
use tokio::time::Instant;

use crate::config::{Config, Source, Value};
use crate::store::{Cell, Store};

/// All values at one moment.
pub struct View<'a> {
    config: &'a Config,
    cells: &'a [Cell],
    start: Instant,
    now: Instant,
    states: Vec<State>,
    house: HouseLoad,
}

/// One value at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// What the charger sees; nothing where it sees none.
    pub shown: Option<Observed>,
    /// What was observed last, however old.
    pub observed: Option<Observed>,
    /// How old that is; nothing for what has no age.
    pub age: Option<Duration>,
    /// How it stands.
    pub freshness: Freshness,
    /// Why what its parts come to is no value.
    pub misfit: Option<String>,
}

impl State {
    const fn new(shown: Option<Observed>, freshness: Freshness) -> Self {
        Self { shown, observed: shown, age: None, freshness, misfit: None }
    }
}

impl<'a> View<'a> {
    /// The values of `cells`, which are those of `store`, as of `now`.
    pub fn new(config: &'a Config, store: &Store, cells: &'a [Cell], now: Instant) -> Self {
        let states = vec![State::new(None, Freshness::Awaited); config.values.len()];
        let house = HouseLoad::LeftOut(NoHouseLoad::NoMeter);
        let mut view = Self { config, cells, start: store.start(), now, states, house };
        for index in &config.order {
            view.states[*index] = match &config.values[*index].source {
                Source::House(parts) => view.derived_house(parts),
                _ => view.judge(*index),
            };
        }
        view.check_house();
        view
    }

    /// How the value at `index` of [`Config::values`] stands.
    pub fn state(&self, index: usize) -> &State {
        &self.states[index]
    }

    /// What becomes of the house's load, and why.
    pub const fn house(&self) -> &HouseLoad {
        &self.house
    }

    /// The same, worked out; what it is made of has been.
    fn judge(&self, index: usize) -> State {
        let (value, cell) = (&self.config.values[index], &self.cells[index]);
        match &value.source {
            Source::Sum(parts) => return self.derived(value, parts, 1.0),
            Source::Difference(parts) => return self.derived(value, parts, -1.0),
            Source::House(_)
            | Source::Fixed(_)
            | Source::Http(_)
            | Source::Mqtt(_)
            | Source::Modbus(_)
            | Source::Push(_) => {}
        }
        let observed = cell.last.map(|(observed, _)| observed);
        let Some(ageing) = value.ageing else {
            return State::new(observed, Freshness::Fresh);
        };
        let age = cell.last.map(|(_, at)| self.now.duration_since(at));
        let waited = age.unwrap_or_else(|| self.now.duration_since(self.start));
        let zero = value.place.map_or(Observed::Number(0.0), |place| place.field().zero());
        let (shown, freshness) = match (waited <= ageing.max_age, ageing.stale) {
            (true, _) if observed.is_some() => (observed, Freshness::Fresh),
            (true, _) => (None, Freshness::Awaited),
            (false, Stale::Zero) => (Some(zero), Freshness::Zero),
            (false, Stale::Last) if observed.is_some() => (observed, Freshness::Last),
            (false, Stale::Last | Stale::Unavailable) => (None, Freshness::Missing),
        };
        State { shown, observed, age, freshness, misfit: None }
    }

    /// Parts count as the charger sees them: an inverter that is asleep and shown as zero adds
    /// zero.
    fn derived(&self, value: &Value, parts: &[usize], sign: f64) -> State {
        let mut sum = Some(0.0);
        for (place, part) in parts.iter().enumerate() {
            let sign = if place == 0 { 1.0 } else { sign };
            sum = match (sum, self.state(*part).shown) {
                (Some(sum), Some(Observed::Number(number))) => Some(sum + sign * number),
                _ => None,
            };
        }
        let (freshness, age) = self.worst(parts.iter().copied());
        let observed = sum.and_then(Observed::number);
        match observed.map(|observed| value.accept(observed)) {
            Some(Err(misfit)) => State {
                shown: None,
                observed,
                age,
                freshness: Freshness::Missing,
                misfit: Some(misfit),
            },
            _ => State { shown: observed, observed, age, freshness, misfit: None },
        }
    }

    /// The worst part is the freshness of the whole, and the oldest of those its age.
    fn worst(&self, parts: impl IntoIterator<Item = usize>) -> (Freshness, Option<Duration>) {
        let mut worst = (Freshness::Fresh, None);
        for part in parts {
            let State { freshness, age, .. } = *self.state(part);
            // What is left out of the document is missing in what is made of it.
            let freshness =
                if freshness == Freshness::LeftOut { Freshness::Missing } else { freshness };
            match rank(freshness).cmp(&rank(worst.0)) {
                Ordering::Less => {}
                Ordering::Equal => worst.1 = worst.1.max(age),
                Ordering::Greater => worst = (freshness, age),
            }
        }
        worst
    }

    /// The house's load of what is there, or the reason why there is none; `parts` may count.
    fn derived_house(&mut self, parts: &[usize]) -> State {
        let index = |place: &Place| self.index_at(*place);
        match house::derive(&self.config.info.device_info, |place| self.told(place)) {
            Ok(balance) => {
                let (freshness, age) = self.worst(balance.terms.iter().filter_map(index));
                let shown = Observed::number(balance.watts);
                self.house = HouseLoad::Derived(balance);
                State { age, ..State::new(shown, freshness) }
            }
            Err(reason) => {
                let needed = match reason {
                    NoHouseLoad::Missing(places) | NoHouseLoad::BatteryUnknown(places) => places,
                    reason => return self.leave_out(reason),
                };
                // What is configured comes some time, and until then the charger gets nothing.
                let awaited: Vec<Place> = needed
                    .iter()
                    .filter(|place| index(place).is_some_and(|at| self.state(at).shown.is_none()))
                    .copied()
                    .collect();
                if awaited.is_empty() {
                    let is_power = |place: &Place| place.field().kind != DeviceKind::Flag;
                    let reason = match needed.iter().any(is_power) {
                        true => NoHouseLoad::Missing(needed),
                        false => NoHouseLoad::BatteryUnknown(needed),
                    };
                    return self.leave_out(reason);
                }
                let (freshness, age) = self.worst(parts.iter().copied());
                self.house = HouseLoad::LeftOut(NoHouseLoad::Missing(awaited));
                State { age, ..State::new(None, freshness) }
            }
        }
    }

    /// Holds a load that somebody measures against what flows.
    fn check_house(&mut self) {
        let Some(index) = self.index_at(Place::HOUSE) else { return };
        if matches!(self.config.values[index].source, Source::House(_)) {
            return;
        }
        self.house = HouseLoad::Configured;
        let Some(Observed::Number(watts)) = self.state(index).shown else { return };
        let device_info = &self.config.info.device_info;
        if let Err(reason) = house::check(watts, device_info, |place| self.told(place)) {
            let State { observed, age, .. } = *self.state(index);
            self.states[index] = State { observed, age, ..self.leave_out(reason) };
        }
    }

    fn leave_out(&mut self, reason: NoHouseLoad) -> State {
        self.house = HouseLoad::LeftOut(reason);
        State::new(None, Freshness::LeftOut)
    }

    fn index_at(&self, place: Place) -> Option<usize> {
        self.config.values.iter().position(|value| value.place == Some(place))
    }

    /// What the charger is told at `place`. A switch that nobody knows is not off for the house's
    /// load, even where the charger is told so.
    fn told(&self, place: Place) -> Option<Observed> {
        let state = self.state(self.index_at(place)?);
        let is_guess = place.field().kind == DeviceKind::Flag && state.freshness == Freshness::Zero;
        state.shown.filter(|_| !is_guess)
    }

    /// The document, whole.
    ///
    /// # Errors
    /// Says of the first value that is missing why: then the charger gets none.
    pub fn document(&self) -> Result<ValuesDocument, String> {
        let mut values: Vec<(Place, Quantity)> = Vec::with_capacity(self.config.values.len());
        for (index, value) in self.config.values.iter().enumerate() {
            let Some(place) = value.place else { continue };
            if self.state(index).freshness == Freshness::LeftOut {
                continue;
            }
            let shown = self.state(index).shown.ok_or_else(|| self.reason(index))?;
            let quantity =
                place.field().fit(shown).map_err(|misfit| format!("{}: {misfit}", value.name))?;
            values.push((place, quantity));
        }
        ValuesDocument::of(values).map_err(|error| error.to_string())
    }

    /// Why the value at `index` is missing. Whoever asks is told, so what a device said or where it
    /// is stays out; the value's own status has it.
    fn reason(&self, index: usize) -> String {
        let value = &self.config.values[index];
        if let Some(misfit) = &self.state(index).misfit {
            return format!("{}: {misfit}", value.name);
        }
        if self.state(index).freshness == Freshness::LeftOut {
            return format!("{}: {}", value.name, self.house);
        }
        let missing = |part: &&usize| self.state(**part).shown.is_none();
        if let Some(part) = value.source.parts().iter().find(missing) {
            return format!("{} needs {}", value.name, self.reason(*part));
        }
        let most = value.ageing.map(|ageing| ageing.max_age).unwrap_or_default();
        let state = self.state(index);
        match state.age {
            Some(age) => {
                format!("{}: the last value is {age:.1?} old, at most {most:?}", value.name)
            }
            None => format!("{}: no value has come yet", value.name),
        }
    }
}

fn rank(freshness: Freshness) -> u8 {
    match freshness {
        Freshness::Fresh => 0,
        Freshness::Last => 1,
        Freshness::Zero => 2,
        Freshness::Awaited => 3,
        Freshness::Missing | Freshness::LeftOut => 4,
    }
}

#[cfg(test)]
mod tests;
