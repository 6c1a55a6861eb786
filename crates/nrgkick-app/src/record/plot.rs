//! A curve as a drawing: paths, marks and the point under a finger. In a frame of 1,000 by 300.

use std::fmt::Write as _;

use gateway_api::record::{CurvePoint, History};
use gateway_api::utc;

/// Width of the frame.
pub const WIDTH: f64 = 1_000.0;
/// Height of the frame.
pub const HEIGHT: f64 = 300.0;
/// Below this no vehicle is charged, W.
const POWERLESS_W: f64 = 50.0;
/// The set current at the top, A: no NRGkick allows more.
pub const TOP_A: f64 = 32.0;

/// What was seen at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Seconds since 1970.
    pub at: i64,
    /// Power, W.
    pub power_w: Option<f64>,
    /// Set current, A.
    pub set_a: Option<f64>,
}

impl Sample {
    /// Whether no power flowed; `false` where that is not known.
    pub fn is_pause(&self) -> bool {
        self.power_w.is_some_and(|power| power < POWERLESS_W)
    }
}

/// A drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plot {
    /// The line of the power.
    pub power: String,
    /// What is between that line and the ground.
    pub area: String,
    /// The line of the set current.
    pub set: String,
    /// Where no power flowed, as rectangles of the whole height.
    pub pauses: String,
    /// Where nothing was seen, the same.
    pub unseen: String,
    /// Power at the top, W; a round number above every sample.
    pub top_w: f64,
}

/// The samples from the first to the last, and what lies further apart than `step_s` was not seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The oldest first.
    pub samples: Vec<Sample>,
    /// The longest time between two samples that belong together, s.
    pub step_s: i64,
}

/// Points of a charge's curve are a minute apart; those that belong together at most so far, s.
const TOGETHER_S: i64 = 150;
/// Points of a history that belong together are no further apart than so many of its steps.
const STEPS: f64 = 2.5;
/// Nor is what is at most so far apart, s: a gateway looks every minute at least.
const LOOKS_S: i64 = 61;

impl Series {
    /// The curve of a charge.
    pub fn of_charge(curve: &[CurvePoint]) -> Self {
        let sample = |point: &CurvePoint| {
            Some(Sample {
                at: utc::parse(&point.at)?,
                power_w: point.power_w.map(f64::from),
                set_a: point.current_set_a.map(f64::from),
            })
        };
        Self { samples: curve.iter().filter_map(sample).collect(), step_s: TOGETHER_S }
    }

    /// The means of a history. Points in which the charger did not answer are left out.
    pub fn of_history(history: &History) -> Self {
        let mean = |[_, _, mean]: [f32; 3]| f64::from(mean);
        let samples = history.points.iter().filter_map(|point| {
            Some(Sample {
                at: utc::parse(&point.at)?,
                power_w: point.power_w.map(mean),
                set_a: point.current_set_a.map(mean),
            })
        });
        let is_known = |sample: &Sample| sample.power_w.is_some() || sample.set_a.is_some();
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a day; a cast saturates")]
        let step_s = ((history.step_s * STEPS) as i64).max(LOOKS_S);
        Self { samples: samples.filter(is_known).collect(), step_s }
    }

    /// The time from the first to the last sample, s; at least one.
    fn length(&self) -> i64 {
        let (first, last) = (self.samples.first(), self.samples.last());
        first.zip(last).map_or(0, |(first, last)| last.at - first.at).max(1)
    }

    /// The place of the sample with `index`, 0 to [`WIDTH`].
    #[expect(clippy::cast_precision_loss, reason = "seconds of a few weeks")]
    pub fn x(&self, index: usize) -> f64 {
        let first = self.samples.first().map_or(0, |first| first.at);
        let at = self.samples.get(index).map_or(first, |sample| sample.at);
        (at - first) as f64 / self.length() as f64 * WIDTH
    }

    /// The sample that is nearest to the place `x`.
    pub fn nearest(&self, x: f64) -> usize {
        let after = (0..self.samples.len()).find(|at| self.x(*at) >= x);
        let after = after.unwrap_or(self.samples.len().saturating_sub(1));
        let before = after.saturating_sub(1);
        if (x - self.x(before)).abs() < (self.x(after) - x).abs() { before } else { after }
    }

    /// The drawing.
    pub fn plot(&self) -> Plot {
        let top_w = top(self.samples.iter().filter_map(|sample| sample.power_w));
        let mut plot = Plot { top_w, ..Plot::default() };
        self.line(&mut plot.power, |sample| Some(sample.power_w? / top_w));
        self.line(&mut plot.set, |sample| Some(sample.set_a? / TOP_A));
        for run in self.runs(|sample| sample.power_w.is_some()) {
            let Some((first, last)) = run.first().zip(run.last()) else { continue };
            // Writing into a text cannot fail.
            let _ = write!(plot.area, "M{} {HEIGHT}", whole(self.x(*first)));
            for index in &run {
                let power = self.samples.get(*index).and_then(|sample| sample.power_w);
                let y = y(power.unwrap_or_default() / top_w);
                let _ = write!(plot.area, "L{} {y}", whole(self.x(*index)));
            }
            let _ = write!(plot.area, "L{} {HEIGHT}z", whole(self.x(*last)));
        }
        for run in self.runs(Sample::is_pause) {
            let Some((first, last)) = run.first().zip(run.last()) else { continue };
            rectangle(&mut plot.pauses, self.x(*first), self.x(*last));
        }
        for (index, pair) in self.samples.windows(2).enumerate() {
            if let [before, after] = pair
                && after.at - before.at > self.step_s
            {
                rectangle(&mut plot.unseen, self.x(index), self.x(index + 1));
            }
        }
        plot
    }

    /// Draws the line of `share`, 0 to 1 of the height; it is broken where something is missing.
    fn line(&self, path: &mut String, share: impl Fn(&Sample) -> Option<f64>) {
        for run in self.runs(|sample| share(sample).is_some()) {
            for (nth, index) in run.iter().enumerate() {
                let share = self.samples.get(*index).and_then(&share).unwrap_or_default();
                let command = if nth == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{command}{} {}", whole(self.x(*index)), y(share));
            }
            if let [only] = *run {
                // A line of no length is seen by its round ends.
                let _ = write!(path, "L{} ", whole(self.x(only)));
                let share = self.samples.get(only).and_then(&share).unwrap_or_default();
                let _ = write!(path, "{}", y(share));
            }
        }
    }

    /// The samples that `is_in` takes, as runs of neighbours that belong together.
    fn runs(&self, is_in: impl Fn(&Sample) -> bool) -> Vec<Vec<usize>> {
        let mut runs: Vec<Vec<usize>> = Vec::new();
        let mut last: Option<i64> = None;
        for (index, sample) in self.samples.iter().enumerate() {
            if !is_in(sample) {
                last = None;
                continue;
            }
            let goes_on = last.is_some_and(|last| sample.at - last <= self.step_s);
            match runs.last_mut().filter(|_| goes_on) {
                Some(run) => run.push(index),
                None => runs.push(vec![index]),
            }
            last = Some(sample.at);
        }
        runs
    }
}

fn y(share: f64) -> String {
    whole(HEIGHT - share.clamp(0.0, 1.0) * HEIGHT)
}

/// A coordinate, to a tenth.
fn whole(number: f64) -> String {
    nrgkick_model::number::shortest((number * 10.0).round() / 10.0)
}

fn rectangle(path: &mut String, from: f64, to: f64) {
    let (from, width) = (whole(from), whole((to - from).max(2.0)));
    let _ = write!(path, "M{from} 0h{width}V{HEIGHT}h-{width}z");
}

/// The round number of W above all of `powers`: a kW at least.
fn top(powers: impl Iterator<Item = f64>) -> f64 {
    let most = powers.fold(0.0, f64::max);
    let steps = [1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0];
    steps.into_iter().map(|kilowatts| kilowatts * 1000.0).find(|top| most <= *top).unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use gateway_api::record::HistoryPoint;

    use super::*;

    fn sample(at: i64, power_w: f64) -> Sample {
        Sample { at, power_w: Some(power_w), set_a: Some(16.0) }
    }

    #[test]
    fn a_line_goes_through_its_samples() {
        let samples = vec![sample(0, 0.0), sample(60, 4_000.0), sample(120, 2_000.0)];
        let plot = Series { samples, step_s: 90 }.plot();
        assert_eq!(plot.top_w, 4_000.0);
        assert_eq!(plot.power, "M0 300L500 0L1000 150");
        assert_eq!(plot.area, "M0 300L0 300L500 0L1000 150L1000 300z");
        assert_eq!(plot.set, "M0 150L500 150L1000 150");
        assert_eq!((&*plot.pauses, &*plot.unseen), ("M0 0h2V300h-2z", ""));
    }

    #[test]
    fn a_line_is_broken_where_nothing_was_seen_or_nothing_is_known() {
        let mut samples: Vec<_> = (0..3).map(|n| sample(n * 60, 1_000.0)).collect();
        samples.extend((7..9).map(|n| sample(n * 60, 1_000.0)));
        samples[1].set_a = None;
        let series = Series { samples, step_s: 90 };
        let plot = series.plot();
        assert_eq!(plot.power, "M0 0L125 0L250 0M875 0L1000 0");
        assert_eq!(plot.set, "M0 150L0 150M250 150L250 150M875 150L1000 150");
        assert_eq!(plot.unseen, "M250 0h625V300h-625z");
    }

    #[test]
    fn pauses_are_where_no_power_flowed() {
        let powers = [7_000.0, 20.0, 10.0, 7_000.0, 0.0];
        let samples = (0..).zip(powers).map(|(n, power)| sample(n * 60, power)).collect();
        let plot = Series { samples, step_s: 90 }.plot();
        assert_eq!(plot.pauses, "M250 0h250V300h-250zM1000 0h2V300h-2z");
    }

    #[test]
    fn a_finger_finds_the_nearest_sample() {
        let series =
            Series { samples: [0, 10, 20, 100].map(|at| sample(at, 0.0)).into(), step_s: 9 };
        for (x, index) in [(-5.0, 0), (40.0, 0), (60.0, 1), (500.0, 2), (700.0, 3), (2_000.0, 3)] {
            assert_eq!(series.nearest(x), index, "{x}");
        }
        assert_eq!(Series::default().nearest(5.0), 0);
        assert_eq!(Series::default().plot().power, "");
    }

    #[test]
    fn a_history_is_a_curve_of_means_without_what_was_missed() {
        let point = |at: &str, power_w| HistoryPoint {
            at: at.into(),
            seen: 2,
            power_w,
            ..HistoryPoint::default()
        };
        let history = History {
            from: String::new(),
            to: String::new(),
            step_s: 288.0,
            serial_number: None,
            points: vec![
                point("2026-11-29T17:00:00Z", Some([1.0, 3.0, 2.0])),
                point("2026-11-29T17:05:00Z", None),
            ],
        };
        let sample = Sample { at: 1_795_971_600, power_w: Some(2.0), set_a: None };
        let series = Series { samples: vec![sample], step_s: 720 };
        assert_eq!(Series::of_history(&history), series);
    }

    #[test]
    fn the_top_is_a_round_number() {
        for (most, kilowatts) in [(0.0, 1.0), (999.0, 1.0), (3_680.0, 4.0), (11_040.0, 12.0)] {
            assert_eq!(top([most].into_iter()), kilowatts * 1000.0);
        }
        assert_eq!(top([30_000.0].into_iter()), 30_000.0);
    }
}
