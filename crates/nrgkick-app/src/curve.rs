//! Samples over time as paths of a drawing, and the sample under a finger. In a frame of 1,000 by 300.
//!
//! Not here: what a sample is (a charge's in [`record::plot`](crate::record::plot), a value's in
//! [`sources::day`](crate::sources::day)), and the view ([`part::curve`](crate::part::curve)).

use std::fmt::Write as _;

/// Width of the frame.
pub const WIDTH: f64 = 1_000.0;
/// Height of the frame.
pub const HEIGHT: f64 = 300.0;

/// A sample at a moment.
pub trait Dated {
    /// Seconds since 1970.
    fn at(&self) -> i64;
}

/// The samples from the first to the last, and what lies further apart than `step_s` was not seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Series<S> {
    /// The oldest first.
    pub samples: Vec<S>,
    /// The longest time between two samples that belong together, s.
    pub step_s: i64,
}

impl<S> Default for Series<S> {
    fn default() -> Self {
        Self { samples: Vec::new(), step_s: 0 }
    }
}

impl<S: Dated> Series<S> {
    /// The time from the first to the last sample, s; at least one.
    fn length(&self) -> i64 {
        let (first, last) = (self.samples.first(), self.samples.last());
        first.zip(last).map_or(0, |(first, last)| last.at() - first.at()).max(1)
    }

    /// The index of the last sample; 0 without one.
    pub fn last(&self) -> usize {
        self.samples.len().saturating_sub(1)
    }

    /// The place of the sample with `index`, 0 to [`WIDTH`].
    #[expect(clippy::cast_precision_loss, reason = "seconds of a few weeks")]
    pub fn x(&self, index: usize) -> f64 {
        let first = self.samples.first().map_or(0, Dated::at);
        let at = self.samples.get(index).map_or(first, Dated::at);
        (at - first) as f64 / self.length() as f64 * WIDTH
    }

    /// The sample that is nearest to the place `x`.
    pub fn nearest(&self, x: f64) -> usize {
        let after = (0..self.samples.len()).find(|at| self.x(*at) >= x);
        let after = after.unwrap_or(self.samples.len().saturating_sub(1));
        let before = after.saturating_sub(1);
        if (x - self.x(before)).abs() < (self.x(after) - x).abs() { before } else { after }
    }

    /// The line of `share`, 0 to 1 of the height; it is broken where something is missing.
    pub fn line(&self, share: impl Fn(&S) -> Option<f64>) -> String {
        let mut path = String::new();
        for run in self.runs(|sample| share(sample).is_some()) {
            for (nth, index) in run.iter().enumerate() {
                let share = self.samples.get(*index).and_then(&share).unwrap_or_default();
                let command = if nth == 0 { 'M' } else { 'L' };
                // Writing into a text cannot fail.
                let _ = write!(path, "{command}{} {}", whole(self.x(*index)), y(share));
            }
            if let [only] = *run {
                // A line of no length is seen by its round ends.
                let _ = write!(path, "L{} ", whole(self.x(only)));
                let share = self.samples.get(only).and_then(&share).unwrap_or_default();
                let _ = write!(path, "{}", y(share));
            }
        }
        path
    }

    /// What is between the line of `share` and the height `ground`, 0 to 1.
    pub fn area(&self, ground: f64, share: impl Fn(&S) -> Option<f64>) -> String {
        let mut path = String::new();
        let ground = y(ground);
        for run in self.runs(|sample| share(sample).is_some()) {
            let Some((first, last)) = run.first().zip(run.last()) else { continue };
            let _ = write!(path, "M{} {ground}", whole(self.x(*first)));
            for index in &run {
                let share = self.samples.get(*index).and_then(&share).unwrap_or_default();
                let _ = write!(path, "L{} {}", whole(self.x(*index)), y(share));
            }
            let _ = write!(path, "L{} {ground}z", whole(self.x(*last)));
        }
        path
    }

    /// The times whose samples `is_in` takes, as rectangles of the whole height.
    pub fn bars(&self, is_in: impl Fn(&S) -> bool) -> String {
        let mut path = String::new();
        for run in self.runs(is_in) {
            let Some((first, last)) = run.first().zip(run.last()) else { continue };
            rectangle(&mut path, self.x(*first), self.x(*last));
        }
        path
    }

    /// The times in which nothing was seen, as rectangles of the whole height.
    pub fn unseen(&self) -> String {
        let mut path = String::new();
        for (index, pair) in self.samples.windows(2).enumerate() {
            if let [before, after] = pair
                && after.at() - before.at() > self.step_s
            {
                rectangle(&mut path, self.x(index), self.x(index + 1));
            }
        }
        path
    }

    /// The samples that `is_in` takes, as runs of neighbours that belong together.
    fn runs(&self, is_in: impl Fn(&S) -> bool) -> Vec<Vec<usize>> {
        let mut runs: Vec<Vec<usize>> = Vec::new();
        let mut last: Option<i64> = None;
        for (index, sample) in self.samples.iter().enumerate() {
            if !is_in(sample) {
                last = None;
                continue;
            }
            let goes_on = last.is_some_and(|last| sample.at() - last <= self.step_s);
            match runs.last_mut().filter(|_| goes_on) {
                Some(run) => run.push(index),
                None => runs.push(vec![index]),
            }
            last = Some(sample.at());
        }
        runs
    }
}

fn y(share: f64) -> String {
    whole(HEIGHT - share.clamp(0.0, 1.0) * HEIGHT)
}

/// A coordinate, to a tenth.
pub fn whole(number: f64) -> String {
    nrgkick_model::number::shortest((number * 10.0).round() / 10.0)
}

fn rectangle(path: &mut String, from: f64, to: f64) {
    let (from, width, height) = (whole(from), whole((to - from).max(2.0)), whole(HEIGHT));
    let _ = write!(path, "M{from} 0h{width}V{height}h-{width}z");
}

#[cfg(test)]
mod tests {
    use super::*;

    struct At(i64);

    impl Dated for At {
        fn at(&self) -> i64 {
            self.0
        }
    }

    #[test]
    fn a_finger_finds_the_nearest_sample() {
        let series = Series { samples: [0, 10, 20, 100].map(At).into(), step_s: 9 };
        for (x, index) in [(-5.0, 0), (40.0, 0), (60.0, 1), (500.0, 2), (700.0, 3), (2_000.0, 3)] {
            assert_eq!(series.nearest(x), index, "{x}");
        }
        assert_eq!(Series::<At>::default().nearest(5.0), 0);
        assert_eq!(Series::<At>::default().line(|_| Some(1.0)), "");
    }

    #[test]
    fn an_area_stands_on_its_ground_above_and_below() {
        let series = Series { samples: [0, 10, 20].map(At).into(), step_s: 10 };
        let path = series.area(0.5, |At(at)| Some([1.0, 0.5, 0.0][usize::try_from(at / 10).ok()?]));
        assert_eq!(path, "M0 150L0 0L500 150L1000 300L1000 150z");
    }
}
