//! The charger's view of all values at one moment, with the reasons.
//!
//! A value older than its `max_age` is replaced as its policy says, never shown silently. A value
//! that was never observed is as old as its configuration. `check` and the page use the same view, so that
//! they show what would be served.

use std::cmp::Ordering;
use std::time::Duration;

use gateway_api::custom_api::{Freshness, Stale};
use nrgkick_model::custom_api::house::{self, HouseLoad, NoHouseLoad};
use nrgkick_model::custom_api::{DeviceKind, Observed, Place, Quantity, ValuesDocument};
use tokio::time::Instant;

use crate::config::{Config, Operand, Operands, Source, Term, Value};
use crate::store::{Cell, Store};

/// All values at one moment.
pub struct View<'a> {
    config: &'a Config,
    cells: &'a [Cell],
    store: &'a Store,
    now: Instant,
    states: Vec<State>,
    house: HouseLoad,
}

/// One value at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The value for the charger; `None` if it is missing.
    pub shown: Option<Observed>,
    /// The last observation, of any age.
    pub observed: Option<Observed>,
    /// The age of that observation; `None` for a value without an age.
    pub age: Option<Duration>,
    /// Its freshness.
    pub freshness: Freshness,
    /// The reason why a computed value is not acceptable.
    pub misfit: Option<String>,
}

impl State {
    const fn new(shown: Option<Observed>, freshness: Freshness) -> Self {
        Self { shown, observed: shown, age: None, freshness, misfit: None }
    }
}

impl<'a> View<'a> {
    /// Judges `cells`, which belong to `store`, as of `now`.
    pub fn new(config: &'a Config, store: &'a Store, cells: &'a [Cell], now: Instant) -> Self {
        let states = vec![State::new(None, Freshness::Awaited); config.values.len()];
        let house = HouseLoad::LeftOut(NoHouseLoad::NoMeter);
        let mut view = Self { config, cells, store, now, states, house };
        for index in &config.order {
            view.states[*index] = match &config.values[*index].source {
                Source::House(parts) => view.derived_house(parts),
                _ => view.judge(*index),
            };
        }
        view.check_house();
        view
    }

    /// Returns the state of the value at `index` of [`Config::values`].
    pub fn state(&self, index: usize) -> &State {
        &self.states[index]
    }

    /// Returns the house's load with its balance, or the reason why it is left out.
    pub const fn house(&self) -> &HouseLoad {
        &self.house
    }

    /// Computes the state of a value; those of its parts are already known.
    fn judge(&self, index: usize) -> State {
        let (value, cell) = (&self.config.values[index], &self.cells[index]);
        match &value.source {
            Source::Sum(of) => return self.derived(value, of, |sum, next| sum + next),
            Source::Difference(of) => return self.derived(value, of, |sum, next| sum - next),
            Source::Product(of) => return self.derived(value, of, |product, next| product * next),
            Source::House(_)
            | Source::Fixed(_)
            | Source::Http(_)
            | Source::Mqtt(_)
            | Source::Modbus(_)
            | Source::Push(_) => {}
        }
        let observed = cell.last.map(|last| last.observed);
        let Some(ageing) = value.ageing else {
            return State::new(observed, Freshness::Fresh);
        };
        let here = cell.last.map(|last| self.now.saturating_duration_since(last.at));
        let age = here.zip(cell.last.and_then(|last| last.age)).map(|(here, age)| here + age);
        // A value of unknown age is at least as old as it is here.
        let lasted = match self.is_change(value) {
            true => self.silence(cell).filter(|_| observed.is_some()),
            false => age.or(here),
        };
        let since = || self.now.saturating_duration_since(self.store.since(index));
        let waited = lasted.unwrap_or_else(since);
        let zero = value.place.map_or(Observed::Number(0.0), |place| place.field().zero());
        let (shown, freshness) = match (waited <= ageing.max_age, ageing.stale) {
            (true, _) if lasted.is_some() => (observed, Freshness::Fresh),
            (true, _) => (None, Freshness::Awaited),
            (false, Stale::Zero) => (Some(zero), Freshness::Zero),
            (false, Stale::Last) if observed.is_some() => (observed, Freshness::Last),
            (false, Stale::Omit) => (None, Freshness::Omitted),
            (false, Stale::Last | Stale::Unavailable) => (None, Freshness::Missing),
        };
        State { shown, observed, age, freshness, misfit: None }
    }

    /// `true` for a value whose publisher sends changes only.
    fn is_change(&self, value: &Value) -> bool {
        matches!(&value.source, Source::Mqtt(source) if source.alive.is_some())
    }

    /// Returns the time since the last sign of life of a publisher.
    fn silence(&self, cell: &Cell) -> Option<Duration> {
        match cell.life.is_there {
            true => Some(Duration::ZERO),
            false => cell.life.last.map(|last| self.now.saturating_duration_since(last)),
        }
    }

    /// Computes a value of parts as the charger sees them: a sleeping inverter that is shown as zero
    /// adds zero.
    fn derived(&self, value: &Value, of: &Operands, join: fn(f64, f64) -> f64) -> State {
        let number = |term: &Term| {
            let number = match term.of {
                Operand::Number(number) => number,
                Operand::Value(part) => match self.state(part).shown {
                    Some(Observed::Number(number)) => number,
                    _ => return None,
                },
            };
            Some(if term.is_negative { -number } else { number })
        };
        let numbers: Option<Vec<f64>> = of.terms.iter().map(number).collect();
        let (freshness, age) = self.worst(of.parts.iter().copied());
        let joined = numbers.and_then(|numbers| numbers.into_iter().reduce(join));
        let observed = joined.and_then(Observed::number);
        match observed.map(|observed| value.take(observed)) {
            Some(Err(misfit)) => State {
                shown: None,
                observed,
                age,
                freshness: Freshness::Missing,
                misfit: Some(misfit),
            },
            taken => {
                let shown = taken.and_then(Result::ok);
                State { shown, observed: shown, age, freshness, misfit: None }
            }
        }
    }

    /// Returns the worst freshness of `parts`, and the largest age among those that have it.
    fn worst(&self, parts: impl IntoIterator<Item = usize>) -> (Freshness, Option<Duration>) {
        let mut worst = (Freshness::Fresh, None);
        for part in parts {
            let State { freshness, age, .. } = *self.state(part);
            // A part that is left out of the document is missing for the sum.
            let freshness = match freshness {
                Freshness::LeftOut | Freshness::Omitted => Freshness::Missing,
                freshness => freshness,
            };
            match rank(freshness).cmp(&rank(worst.0)) {
                Ordering::Less => {}
                Ordering::Equal => worst.1 = worst.1.max(age),
                Ordering::Greater => worst = (freshness, age),
            }
        }
        worst
    }

    /// Derives the house's load from the present values; `parts` are the values that may count.
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
                // A configured value is still to come; until then the document is unavailable.
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

    /// Checks a configured load against the measured flows, and leaves out an impossible one.
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

    /// Returns the charger's value at `place`. A stale switch that is shown as off counts as
    /// unknown here.
    fn told(&self, place: Place) -> Option<Observed> {
        let state = self.state(self.index_at(place)?);
        let is_guess = place.field().kind == DeviceKind::Flag && state.freshness == Freshness::Zero;
        state.shown.filter(|_| !is_guess)
    }

    /// Returns the complete document.
    ///
    /// # Errors
    /// The reason for the first missing value; the charger then gets no document.
    pub fn document(&self) -> Result<ValuesDocument, String> {
        if self.config.values.is_empty() {
            return Err("no value is configured yet".to_owned());
        }
        let mut values: Vec<(Place, Quantity)> = Vec::with_capacity(self.config.values.len());
        for (index, value) in self.config.values.iter().enumerate() {
            let Some(place) = value.place else { continue };
            if matches!(self.state(index).freshness, Freshness::LeftOut | Freshness::Omitted) {
                continue;
            }
            let shown = self.state(index).shown.ok_or_else(|| self.reason(index))?;
            let quantity =
                place.field().fit(shown).map_err(|misfit| format!("{}: {misfit}", value.name))?;
            values.push((place, quantity));
        }
        ValuesDocument::of(values).map_err(|error| error.to_string())
    }

    /// Returns the reason why the value at `index` is missing. Every caller may read it, so device
    /// messages and addresses are left to the value's own status.
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
        let why = match (state.observed, state.age) {
            (None, _) => "no value has come yet".to_owned(),
            (Some(_), _) if self.is_change(value) => match state.freshness {
                Freshness::Awaited => "its publisher has given no sign of life yet".to_owned(),
                _ => format!("its publisher has given no sign of life for {most:?}"),
            },
            (Some(_), Some(age)) => format!("the last value is {age:.1?} old, at most {most:?}"),
            (Some(_), None) => {
                format!("the last value, of unknown age, came more than {most:?} ago")
            }
        };
        format!("{}: {why}", value.name)
    }
}

fn rank(freshness: Freshness) -> u8 {
    match freshness {
        Freshness::Fresh => 0,
        Freshness::Last => 1,
        Freshness::Zero => 2,
        Freshness::Awaited => 3,
        Freshness::Missing | Freshness::LeftOut | Freshness::Omitted => 4,
    }
}

#[cfg(test)]
mod tests;
