//! The last day of a value as a curve: its samples, the range of the drawing, and what is told of
//! each.
//!
//! Not here: the view ([`day_view`](super::day_view)).

use gateway_api::custom_api::ValueStatus;
use gateway_api::utc;
use gateway_api::value_history::ValueHistory;
use nrgkick_model::custom_api::{DeviceKind, DeviceUnit, Observed};

use super::value_text::{number, place};
use crate::curve::{Dated, Series};
use crate::words::{self, sources};

/// A step in which the charger would have got the value.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Seconds since 1970.
    pub at: i64,
    mean: f64,
}

impl Dated for Sample {
    fn at(&self) -> i64 {
        self.at
    }
}

/// A drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plot {
    /// The line.
    pub line: String,
    /// What is between the line and zero, or the lower end.
    pub area: String,
    /// The line of zero, if it is within.
    pub zero: String,
    /// Where the charger would have got nothing.
    pub unseen: String,
    /// The lower and the upper end in words.
    pub ends: [String; 2],
}

/// Returns the curve of `day` at `now`, in seconds since 1970.
#[expect(clippy::cast_possible_wrap, reason = "milliseconds of days")]
pub fn series(day: &ValueHistory, now: i64) -> Series<Sample> {
    let last = day.points.len().saturating_sub(1);
    let sample = |(index, point): (usize, &Option<f64>)| {
        let mean = (*point)?;
        let age_ms = day.age_ms + day.step_ms * (last - index) as u64;
        Some(Sample { at: now - (age_ms / 1_000) as i64, mean })
    };
    let samples = day.points.iter().enumerate().filter_map(sample).collect();
    // Neighbours belong together, though their ages are whole seconds.
    Series { samples, step_s: (day.step_ms / 1_000) as i64 + 1 }
}

/// Returns the drawing of `series`, which is of `value`.
pub fn plot(series: &Series<Sample>, value: &ValueStatus) -> Plot {
    if series.samples.is_empty() {
        return Plot::default();
    }
    let [low, high] = range(series, has_ground(value));
    let share = |number: f64| (number - low) / (high - low);
    let ground = share(0.0).clamp(0.0, 1.0);
    let mean = |sample: &Sample| Some(share(sample.mean));
    let is_within = low < 0.0 && high > 0.0;
    Plot {
        line: series.line(mean),
        area: series.area(ground, mean),
        zero: if is_within { series.line(|_| Some(ground)) } else { String::new() },
        unseen: series.unseen(),
        ends: [low, high].map(|end| told_number(value, end)),
    }
}

/// Returns `true` for what has a zero to stand on. Counters have one that is out of sight.
fn has_ground(value: &ValueStatus) -> bool {
    place(value).is_none_or(|place| place.field().unit != DeviceUnit::WattHour)
}

/// The lower and the upper end of the drawing, which differ.
fn range(series: &Series<Sample>, has_ground: bool) -> [f64; 2] {
    let means = || series.samples.iter().map(|sample| sample.mean);
    let ends = [means().fold(f64::INFINITY, f64::min), means().fold(f64::NEG_INFINITY, f64::max)];
    let [low, high] = if has_ground { [ends[0].min(0.0), ends[1].max(0.0)] } else { ends };
    if low < high { [low, high] } else { [low, low + 1.0] }
}

fn told_number(value: &ValueStatus, mean: f64) -> String {
    let is_flag = place(value).is_some_and(|place| place.field().kind == DeviceKind::Flag);
    let observed =
        if is_flag { Observed::Flag(mean >= 0.5) } else { Observed::Number(round(mean)) };
    number(value, observed).text()
}

/// A mean to three decimals, as far as anybody reads.
fn round(mean: f64) -> f64 {
    (mean * 1_000.0).round() / 1_000.0
}

/// Tells the ends of `plot`, or that there is nothing in it.
pub fn axis(plot: &Plot) -> String {
    let [low, high] = &plot.ends;
    if plot.line.is_empty() {
        sources::day_empty().to_owned()
    } else {
        sources::day_axis(high, low)
    }
}

/// Returns time and number of the sample with `index`, which is of `value`; empty without one.
pub fn told(series: &Series<Sample>, value: &ValueStatus, index: usize) -> String {
    series.samples.get(index).map_or_else(String::new, |sample| {
        let time = words::local_clock(&utc::text(sample.at));
        sources::day_at(&time, &told_number(value, sample.mean))
    })
}

#[cfg(test)]
mod tests {
    use super::super::value_text::tests::value;
    use super::*;

    const NOON: i64 = 1_795_953_600;

    fn day(points: &[Option<f64>]) -> ValueHistory {
        let points = points.to_vec();
        ValueHistory { name: String::new(), step_ms: 60_000, age_ms: 20_000, points }
    }

    #[test]
    fn a_point_is_as_old_as_it_is_and_a_gap_is_no_point() {
        let soc = value("batteries.0.soc");
        let series = series(&day(&[Some(78.2), None, Some(80.0)]), NOON);
        assert_eq!(told(&series, &soc, 0), "2026-11-29T11:57:40Z: 78.2 %");
        assert_eq!(told(&series, &soc, 1), "2026-11-29T11:59:40Z: 80 %");
        assert_eq!(told(&series, &soc, 2), "");
        let plot = plot(&series, &soc);
        assert!(plot.unseen.starts_with("M0 0h1000"), "{}", plot.unseen);
        assert_eq!(plot.ends, ["0 %", "80 %"]);
        assert_eq!(plot.line, "M0 6.8L0 6.8M1000 0L1000 0");
    }

    #[test]
    fn a_power_with_both_signs_stands_on_zero() {
        let grid = value("energy_meters.0.grid_power_w");
        let series = series(&day(&[Some(-1_000.0), Some(1_000.0)]), NOON);
        let plot = plot(&series, &grid);
        assert_eq!(plot.zero, "M0 150L1000 150");
        assert_eq!(plot.area, "M0 150L0 300L1000 0L1000 150z");
        assert_eq!(plot.ends, ["−1\u{202f}000 W", "1\u{202f}000 W"]);
    }

    #[test]
    fn a_counter_shows_its_day_and_a_constant_has_a_height() {
        let counter = value("inverters.0.pv_energy_total_wh");
        let curve = series(&day(&[Some(9_000_000.0), Some(9_000_400.0)]), NOON);
        assert_eq!(plot(&curve, &counter).line, "M0 300L1000 0");
        let curve = series(&day(&[Some(0.0)]), NOON);
        assert_eq!(plot(&curve, &counter).line, "M0 300L0 300");
        assert_eq!(plot(&Series::default(), &counter).line, "");
    }

    #[test]
    fn a_switch_is_told_as_one() {
        let connected = value("inverters.0.battery_connected");
        let series = series(&day(&[Some(1.0), Some(0.25)]), NOON);
        let told = |index| told(&series, &connected, index);
        assert!(told(0).ends_with(": Yes") && told(1).ends_with(": No"));
    }
}
