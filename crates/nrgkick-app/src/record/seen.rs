//! What this page has seen itself since it was opened: power and set current of the last 24 h, in
//! memory, for chargers of which nobody keeps a record.

use std::collections::VecDeque;

use super::plot::{Sample, Series};

/// How long a sample is kept, s.
const KEPT_S: i64 = 24 * 3600;
/// The least time between two samples, s; polls are no further apart.
const STEP_S: i64 = 2;
/// Samples at most, for a clock that is set back; in memory less than 1 MB.
const MOST: usize = 43_200;
/// The longest time between two samples that belong together, s.
const TOGETHER_S: i64 = 30;
/// Samples of a drawing at most.
const DRAWN: usize = 600;

/// A sample as it is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Kept {
    /// Seconds since 1970, until 2106.
    at: u32,
    /// Power, W; `NaN` where it is not known.
    power_w: f32,
    /// Set current, A; `NaN` where it is not known.
    set_a: f32,
}

impl Kept {
    fn at(&self) -> i64 {
        i64::from(self.at)
    }
}

/// The samples, the oldest first.
#[derive(Clone, Debug, Default)]
pub struct Seen(VecDeque<Kept>);

impl Seen {
    /// Takes a sample, unless the last one was just before it.
    #[expect(clippy::cast_possible_truncation, reason = "as many digits as the charger has")]
    pub fn take(&mut self, sample: Sample) {
        let last = self.0.back().map(Kept::at);
        if last.is_some_and(|last| (last..last + STEP_S).contains(&sample.at)) {
            return;
        }
        if last.is_some_and(|last| sample.at < last) {
            // The clock was set back: what it said before cannot stand beside what it says now.
            self.clear();
        }
        while self.0.len() >= MOST
            || self.0.front().is_some_and(|first| sample.at - first.at() > KEPT_S)
        {
            self.0.pop_front();
        }
        let number = |number: Option<f64>| number.map_or(f32::NAN, |number| number as f32);
        let (power_w, set_a) = (number(sample.power_w), number(sample.set_a));
        let at = u32::try_from(sample.at).unwrap_or_default();
        self.0.push_back(Kept { at, power_w, set_a });
    }

    /// Forgets all, for another charger.
    pub fn clear(&mut self) {
        self.0 = VecDeque::new();
    }

    /// The samples as a curve: means where they are many.
    pub fn series(&self) -> Series {
        let (first, last) = (self.0.front(), self.0.back());
        let length = first.zip(last).map_or(0, |(first, last)| last.at() - first.at());
        let most = i64::try_from(DRAWN).unwrap_or(i64::MAX);
        let width = (length / most + 1).max(STEP_S);
        let start = first.map_or(0, Kept::at);
        let mut samples = Vec::new();
        let mut rest = self.0.iter().peekable();
        while let Some(first) = rest.next() {
            let bucket = (first.at() - start) / width;
            let (mut power, mut set) = (Mean::default(), Mean::default());
            let mut next = Some(first);
            while let Some(kept) = next {
                power.add(kept.power_w);
                set.add(kept.set_a);
                next = rest.next_if(|kept| (kept.at() - start) / width == bucket);
            }
            samples.push(Sample { at: first.at(), power_w: power.value(), set_a: set.value() });
        }
        Series { samples, step_s: TOGETHER_S.max(width * 2) }
    }
}

#[derive(Default)]
struct Mean {
    sum: f64,
    count: f64,
}

impl Mean {
    fn add(&mut self, value: f32) {
        if !value.is_nan() {
            self.sum += f64::from(value);
            self.count += 1.0;
        }
    }

    fn value(&self) -> Option<f64> {
        (self.count > 0.0).then(|| self.sum / self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at: i64, power_w: f64) -> Sample {
        Sample { at, power_w: Some(power_w), set_a: None }
    }

    #[test]
    fn a_day_is_kept_in_less_than_a_megabyte() {
        let mut seen = Seen::default();
        for second in 0..2 * KEPT_S {
            seen.take(sample(second, 1.0));
        }
        assert!(seen.0.len() <= MOST);
        assert!(seen.0.capacity() * size_of::<Kept>() <= 1_000_000, "{}", seen.0.capacity());
        let (first, last) = (seen.0.front().unwrap().at(), seen.0.back().unwrap().at());
        assert!((KEPT_S - 2 * STEP_S..=KEPT_S).contains(&(last - first)), "{first} to {last}");
        assert!(seen.series().samples.len() <= DRAWN);
    }

    #[test]
    fn many_samples_are_drawn_as_their_means() {
        let mut seen = Seen::default();
        // An hour, a sample each 2 s: 600 means of 6 or 7 s.
        for n in 0..1_800_i64 {
            seen.take(sample(n * 2, if n < 900 { 1_000.0 } else { 3_000.0 }));
        }
        let series = seen.series();
        assert!((500..=DRAWN).contains(&series.samples.len()));
        assert_eq!(series.samples[0], sample(0, 1_000.0));
        assert_eq!(series.samples.last().unwrap().power_w, Some(3_000.0));
        assert_eq!(series.samples[0].set_a, None);
    }

    #[test]
    fn a_clock_that_is_set_back_begins_anew() {
        let mut seen = Seen::default();
        for at in [1_000, 1_002, 1_003, 1_004, 500, 502] {
            seen.take(sample(at, 0.0));
        }
        let times: Vec<_> = seen.0.iter().map(Kept::at).collect();
        assert_eq!(times, [500, 502]);
        seen.clear();
        assert_eq!(seen.series().samples, []);
    }
}
