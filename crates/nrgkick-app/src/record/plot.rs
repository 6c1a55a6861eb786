//! The curve of a charge as a drawing: power, set current, pauses, and what was not seen.

use gateway_api::record::{CurvePoint, History};
use gateway_api::utc;

use crate::curve::{self, Dated};

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

impl Dated for Sample {
    fn at(&self) -> i64 {
        self.at
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

/// What was seen over a time.
pub type Series = curve::Series<Sample>;

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

    /// The drawing.
    pub fn plot(&self) -> Plot {
        let top_w = top(self.samples.iter().filter_map(|sample| sample.power_w));
        let power = |sample: &Sample| Some(sample.power_w? / top_w);
        Plot {
            power: self.line(power),
            area: self.area(0.0, power),
            set: self.line(|sample| Some(sample.set_a? / TOP_A)),
            pauses: self.bars(Sample::is_pause),
            unseen: self.unseen(),
            top_w,
        }
    }
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
