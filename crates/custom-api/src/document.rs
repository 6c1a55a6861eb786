//! What the charger sees at one moment, and why.
//!
//! Age decides here: a value older than its `max_age` is what its policy says, and never silently
//! old. A value that was never observed is as old as the server.

use std::cmp::Ordering;
use std::time::Duration;

use nrgkick_model::custom_api::status::{Freshness, Stale};
use nrgkick_model::custom_api::{Observed, Place, Quantity, ValuesDocument};
use tokio::time::Instant;

use crate::config::{Config, Source};
use crate::store::{Cell, Store};

/// All values at one moment.
pub struct View<'a> {
    config: &'a Config,
    cells: &'a [Cell],
    start: Instant,
    now: Instant,
    states: Vec<State>,
}

/// One value at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// What the charger sees; nothing where it sees none.
    pub shown: Option<Observed>,
    /// What was observed last, however old.
    pub observed: Option<Observed>,
    /// How old that is; nothing for what has no age.
    pub age: Option<Duration>,
    /// How it stands.
    pub freshness: Freshness,
}

impl<'a> View<'a> {
    /// The values of `cells`, which are those of `store`, as of `now`.
    pub fn new(config: &'a Config, store: &Store, cells: &'a [Cell], now: Instant) -> Self {
        let unknown =
            State { shown: None, observed: None, age: None, freshness: Freshness::Awaited };
        let states = vec![unknown; config.values.len()];
        let mut view = Self { config, cells, start: store.start(), now, states };
        for index in &config.order {
            view.states[*index] = view.judge(*index);
        }
        view
    }

    /// How the value at `index` of [`Config::values`] stands.
    pub fn state(&self, index: usize) -> State {
        self.states[index]
    }

    /// The same, worked out; what it is made of has been.
    fn judge(&self, index: usize) -> State {
        let (value, cell) = (&self.config.values[index], &self.cells[index]);
        match &value.source {
            Source::Sum(parts) => return self.derived(parts, 1.0),
            Source::Difference(parts) => return self.derived(parts, -1.0),
            Source::Fixed(_)
            | Source::Http(_)
            | Source::Mqtt(_)
            | Source::Modbus(_)
            | Source::Push(_) => {}
        }
        let observed = cell.last.map(|(observed, _)| observed);
        let Some(ageing) = value.ageing else {
            return State { shown: observed, observed, age: None, freshness: Freshness::Fresh };
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
        State { shown, observed, age, freshness }
    }

    /// Parts count as the charger sees them: an inverter that is asleep and shown as zero adds
    /// zero. The worst part is the freshness of the whole, and the oldest of those its age.
    fn derived(&self, parts: &[usize], sign: f64) -> State {
        let mut sum = Some(0.0);
        let mut age = None;
        let mut freshness = Freshness::Fresh;
        for (place, part) in parts.iter().enumerate() {
            let state = self.state(*part);
            let sign = if place == 0 { 1.0 } else { sign };
            sum = match (sum, state.shown) {
                (Some(sum), Some(Observed::Number(number))) => Some(sum + sign * number),
                _ => None,
            };
            match rank(state.freshness).cmp(&rank(freshness)) {
                Ordering::Less => {}
                Ordering::Equal => age = age.max(state.age),
                Ordering::Greater => (freshness, age) = (state.freshness, state.age),
            }
        }
        let shown = sum.and_then(Observed::number);
        State { shown, observed: shown, age, freshness }
    }

    /// The document, whole.
    ///
    /// # Errors
    /// Says of the first value that is missing why: then the charger gets none.
    pub fn document(&self) -> Result<ValuesDocument, String> {
        let mut values: Vec<(Place, Quantity)> = Vec::with_capacity(self.config.values.len());
        for (index, value) in self.config.values.iter().enumerate() {
            let Some(place) = value.place else { continue };
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
        Freshness::Missing => 4,
    }
}

#[cfg(test)]
mod tests;
