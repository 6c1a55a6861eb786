//! A charger's total counter over one charge: what it counted, and where it cannot be believed.
//!
//! A value that the charger cannot have reached since the last is not taken at once: it may be one
//! wrong answer. If the next answers agree with it, the counter has jumped: what it counted
//! meanwhile is not known, and the energy goes on from there.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// No NRGkick moves more; W.
const MOST_W: f64 = 25_000.0;
/// What rounding and slow answers may add, Wh.
const SLACK_WH: f64 = 200.0;
/// Answers that have to agree before a jump is believed.
const WITNESSES: u8 = 3;
/// Taken for an unknown time: the longest that a vehicle was ever seen plugged in, 14 days.
const LONGEST: Duration = Duration::from_secs(14 * 86_400);

/// The counter of one charge.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counter {
    start: Option<u64>,
    last: Option<u64>,
    /// Counted so far, jumps left out, Wh.
    sum: u64,
    /// A value that cannot be believed yet, and how often it was seen.
    suspect: Option<(u64, u8)>,
    /// Time since the last value that was believed, s.
    silent_s: u64,
}

/// What a new value of the counter means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It rose by so many Wh.
    By(u64),
    /// Nothing is known yet: there is no value, or one that cannot be believed yet.
    Unclear,
    /// It has jumped.
    Jumped,
}

impl Counter {
    /// Begins at `value`.
    pub fn at(value: Option<u64>) -> Self {
        Self { start: value, last: value, ..Self::default() }
    }

    /// Takes the value that was read `elapsed` after the one before; `None` if that is not known.
    pub fn see(&mut self, value: Option<u64>, elapsed: Option<Duration>) -> Counted {
        let elapsed = elapsed.unwrap_or(LONGEST);
        self.silent_s = self.silent_s.saturating_add(elapsed.as_secs());
        let Some(value) = value else { return Counted::Unclear };
        let Some(last) = self.last else {
            (self.start, self.last, self.silent_s) = (Some(value), Some(value), 0);
            return Counted::By(0);
        };
        let since = Duration::from_secs(self.silent_s).max(elapsed);
        if is_possible(last, value, since) {
            (self.last, self.suspect, self.silent_s) = (Some(value), None, 0);
            self.sum += value - last;
            return Counted::By(value - last);
        }
        let seen = match self.suspect {
            Some((before, seen)) if is_possible(before, value, elapsed) => seen + 1,
            _ => 1,
        };
        self.suspect = Some((value, seen));
        if seen < WITNESSES {
            return Counted::Unclear;
        }
        (self.last, self.suspect, self.silent_s) = (Some(value), None, 0);
        Counted::Jumped
    }

    /// The value at the start.
    pub const fn start(&self) -> Option<u64> {
        self.start
    }

    /// The last value that was believed.
    pub const fn last(&self) -> Option<u64> {
        self.last
    }

    /// What was counted, Wh; `None` if the charger never said.
    pub fn energy(&self) -> Option<u64> {
        self.start.map(|_| self.sum)
    }
}

/// `true` if a counter can have gone from `from` to `to` within `time`.
#[expect(clippy::cast_precision_loss, reason = "compared with a rough bound")]
fn is_possible(from: u64, to: u64, time: Duration) -> bool {
    let most = MOST_W * time.as_secs_f64() / 3600.0 + SLACK_WH;
    to.checked_sub(from).is_some_and(|rise| rise as f64 <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Option<Duration> = Some(Duration::from_secs(10));

    /// Begins at 1000 and sees `values` 10 s apart; energy, last value, and how often it jumped.
    fn seen(values: &[Option<u64>]) -> (Option<u64>, Option<u64>, usize) {
        let mut counter = Counter::at(Some(1_000));
        let jumps = values.iter().filter(|v| counter.see(**v, TEN) == Counted::Jumped).count();
        (counter.energy(), counter.last(), jumps)
    }

    #[test]
    fn energy_is_what_the_counter_rose_by_where_it_can_be_believed() {
        type Case = (&'static str, &'static [u64], (u64, u64, usize));
        let cases: &[Case] = &[
            ("rises", &[1_030, 1_060, 1_060], (60, 1_060, 0)),
            ("one wrong answer", &[1_030, 10_000_000_000_000, 1_090], (90, 1_090, 0)),
            ("one zero", &[1_030, 0, 1_090], (90, 1_090, 0)),
            (
                "10 GWh more for good",
                &[1_030, 10_000_001_030, 10_000_001_060, 10_000_001_090, 10_000_001_120],
                (60, 10_000_001_120, 1),
            ),
            ("back for good", &[1_030, 10, 40, 70, 100], (60, 100, 1)),
            ("nonsense", &[1_030, 5_000_000, 3, 9_000_000, 1_090], (90, 1_090, 0)),
        ];
        for (name, values, (energy, last, jumps)) in cases {
            let values: Vec<_> = values.iter().copied().map(Some).collect();
            assert_eq!(seen(&values), (Some(*energy), Some(*last), *jumps), "{name}");
        }
    }

    #[test]
    fn an_absent_counter_is_no_zero() {
        assert_eq!(seen(&[None, None, Some(1_200)]), (Some(200), Some(1_200), 0));
        let mut counter = Counter::at(None);
        assert_eq!(counter.see(None, TEN), Counted::Unclear);
        assert_eq!(counter.energy(), None);
        assert_eq!(counter.see(Some(7), TEN), Counted::By(0));
        assert_eq!((counter.start(), counter.energy()), (Some(7), Some(0)));
    }

    #[test]
    fn what_is_possible_grows_with_the_time() {
        let mut counter = Counter::at(Some(0));
        let hours = |hours: u64| Some(Duration::from_secs(hours * 3_600));
        assert_eq!(counter.see(Some(88_000), hours(4)), Counted::By(88_000));
        assert_eq!(counter.see(Some(300_000), hours(4)), Counted::Unclear);
        assert_eq!(
            counter.see(Some(300_000), None),
            Counted::By(212_000),
            "nobody knows for how long"
        );
    }
}
