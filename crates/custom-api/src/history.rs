//! The last day of each value in memory: the mean of each minute of what the charger would have got.
//!
//! Its size is bounded: [`POINTS`] numbers of four bytes for each of at most [`MOST_VALUES`] values,
//! so 5.8 kB a value and 1.5 MB at most. A mean has seven digits. Not here: the task that looks
//! (`looks`), and what the charger gets ([`document`](crate::document)).

mod clock;

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gateway_api::value_history::ValueHistory;
use nrgkick_model::custom_api::Observed;

use crate::fetches::milliseconds;
use clock::Clock;

/// Points that are kept: a day of minutes.
pub const POINTS: usize = 1_440;
/// Most values whose day is kept; those that come later in the configuration have none.
pub const MOST_VALUES: usize = 256;

/// The time of a point, and the time between two looks at the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The time that one point stands for.
    pub step: Duration,
    /// The time between two looks, of which a point is the mean.
    pub look: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { step: Duration::from_secs(60), look: Duration::from_secs(5) }
    }
}

/// The days of all values.
#[derive(Debug)]
struct History {
    step: Duration,
    days: Mutex<Days>,
}

/// The values by name. A name that is configured no longer goes with its last point.
#[derive(Debug, Default)]
struct Days {
    /// The number of the step that grows now, counted from the start.
    step: u128,
    by_name: BTreeMap<String, Day>,
}

#[derive(Debug)]
struct Day {
    /// Finished steps, the oldest first; no number where nothing was seen.
    points: VecDeque<f32>,
    sum: f64,
    count: u32,
}

impl Day {
    fn new() -> Self {
        Self { points: VecDeque::with_capacity(POINTS), sum: 0.0, count: 0 }
    }

    fn mean(&self) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "a curve needs no more digits")]
        let mean = (self.sum / f64::from(self.count)) as f32;
        mean
    }

    /// Ends the step that grows, and adds `empty` steps without anything.
    fn end(&mut self, empty: usize) {
        for point in std::iter::once(self.mean()).chain(std::iter::repeat_n(f32::NAN, empty)) {
            if self.points.len() >= POINTS {
                self.points.pop_front();
            }
            self.points.push_back(point);
        }
        (self.sum, self.count) = (0.0, 0);
    }

    fn is_empty(&self) -> bool {
        self.count == 0 && self.points.iter().all(|point| point.is_nan())
    }
}

impl Days {
    /// Moves on to the step with the number `step`.
    fn move_to(&mut self, step: u128) {
        let passed = step.saturating_sub(self.step);
        if passed == 0 {
            return;
        }
        self.step = step;
        let empty = usize::try_from(passed - 1).unwrap_or(POINTS).min(POINTS);
        self.by_name.values_mut().for_each(|day| day.end(empty));
        self.by_name.retain(|_, day| !day.is_empty());
    }
}

impl History {
    fn new(step: Duration) -> Self {
        Self { step: step.max(Duration::from_millis(1)), days: Mutex::default() }
    }

    /// Records what the charger would get `at` this time since the start. A time before the last one
    /// counts as that.
    fn record<'a>(
        &self,
        at: Duration,
        values: impl IntoIterator<Item = (&'a str, Option<Observed>)>,
    ) {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        days.move_to(at.as_nanos() / self.step.as_nanos());
        for (name, value) in values {
            let Some(number) = value.map(number) else { continue };
            if !days.by_name.contains_key(name) {
                if days.by_name.len() >= MOST_VALUES {
                    continue;
                }
                days.by_name.insert(name.to_owned(), Day::new());
            }
            if let Some(day) = days.by_name.get_mut(name) {
                day.sum += number;
                day.count += 1;
            }
        }
    }

    /// Returns the last day of the value `name`, `at` this time since the start; without points if
    /// nothing of it was seen.
    fn of(&self, name: &str, at: Duration) -> ValueHistory {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        days.move_to(at.as_nanos() / self.step.as_nanos());
        let begun = self.step.saturating_mul(u32::try_from(days.step).unwrap_or(u32::MAX));
        let mut points: Vec<Option<f64>> = Vec::new();
        if let Some(day) = days.by_name.get(name) {
            let now = (day.count > 0).then(|| day.mean());
            // Finished steps fill the day; the one that grows is beyond it.
            let all = day.points.iter().copied().chain([now.unwrap_or(f32::NAN)]);
            points = all.skip_while(|point| point.is_nan()).map(plain).collect();
        }
        ValueHistory {
            name: name.to_owned(),
            step_ms: milliseconds(self.step),
            age_ms: milliseconds(at.saturating_sub(begun)),
            points,
        }
    }
}

/// The decimal number that is written as `point`; none for no number.
fn plain(point: f32) -> Option<f64> {
    // As a number of eight bytes 78.2 would be 78.199996.
    point.to_string().parse().ok().filter(|point: &f64| point.is_finite())
}

const fn number(observed: Observed) -> f64 {
    match observed {
        Observed::Number(number) => number,
        Observed::Flag(true) => 1.0,
        Observed::Flag(false) => 0.0,
    }
}

/// The history with the clock that it is kept by.
#[derive(Debug)]
pub(crate) struct LastDay {
    history: History,
    clock: Clock,
}

impl LastDay {
    pub(crate) fn new(step: Duration) -> Self {
        Self { history: History::new(step), clock: Clock::start() }
    }

    /// Records what the charger would get now.
    pub(crate) fn record<'a>(&self, values: impl IntoIterator<Item = (&'a str, Option<Observed>)>) {
        self.history.record(self.clock.elapsed(), values);
    }

    /// Returns the last day of the value `name` until now.
    pub(crate) fn of(&self, name: &str) -> ValueHistory {
        self.history.of(name, self.clock.elapsed())
    }
}

#[cfg(test)]
mod tests;
