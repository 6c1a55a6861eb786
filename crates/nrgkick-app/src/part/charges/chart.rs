//! A curve of power and set current, which finger, mouse and keys can read.

use gateway_api::utc;
use leptos::prelude::*;

use crate::part::Curve;
use crate::part::curve::Samples;
use crate::record::plot::{Plot, Series, TOP_A};
use crate::words::{self, record};
use crate::{format, memo};

/// The curve, with a line that says what is at the cursor.
#[component]
pub fn Chart(
    /// What was seen.
    series: Memo<Series>,
) -> impl IntoView {
    let plot = Memo::new(move |_| series.with(Series::plot));
    let path =
        move |of: fn(&Plot) -> &String| memo::text(move || plot.with(|plot| of(plot).clone()));
    let lines = vec![
        ("curve__unseen", path(|plot| &plot.unseen)),
        ("curve__pause", path(|plot| &plot.pauses)),
        ("curve__area", path(|plot| &plot.area)),
        ("curve__power", path(|plot| &plot.power)),
        ("curve__set", path(|plot| &plot.set)),
    ];
    view! {
        <p class="hint" data-testid="curve-axis">{memo::text(move || axis(plot.with(|plot| plot.top_w)))}</p>
        <Curve samples=Seen(series) label=memo::text(|| record::curve_label().to_owned()) lines />
        {legend()}
    }
}

/// What was seen of a charge.
#[derive(Clone, Copy)]
struct Seen(Memo<Series>);

impl Samples for Seen {
    fn last(self) -> usize {
        self.0.with(Series::last)
    }

    fn x(self, index: usize) -> f64 {
        self.0.with(|series| series.x(index))
    }

    fn nearest(self, x: f64) -> usize {
        self.0.with(|series| series.nearest(x))
    }

    fn time(self, index: usize) -> Option<i64> {
        self.0.with(|series| series.samples.get(index).map(|sample| sample.at))
    }

    fn told(self, index: usize) -> String {
        self.0.with(|series| told(series, index))
    }
}

fn legend() -> impl IntoView {
    let key = |class: &'static str, text: &'static str| {
        view! {
            <span class="curve__key">
                <svg class="curve__swatch" viewBox="0 0 24 12" aria-hidden="true">
                    <path class=class d="M0 6h24"></path>
                </svg>
                {text}
            </span>
        }
    };
    view! {
        <p class="curve__legend hint">
            {key("curve__power", record::key_power())}
            {key("curve__set", record::key_set())}
            {key("curve__pause", record::key_pause())}
            {key("curve__unseen", record::key_unseen())}
        </p>
    }
}

fn axis(top_w: f64) -> String {
    let top = format::power(Some(top_w)).text();
    // In the order of their names.
    record::axis(&format::current(Some(TOP_A)).text(), &top)
}

/// Time, power and set current of a sample.
fn told(series: &Series, index: usize) -> String {
    let Some(sample) = series.samples.get(index) else { return String::new() };
    let time = words::local_clock(&utc::text(sample.at));
    let current = format::current(sample.set_a).text();
    if sample.is_pause() {
        return record::no_power_at(&current, &time);
    }
    record::at(&current, &format::power(sample.power_w).text(), &time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::plot::Sample;

    #[test]
    fn a_sample_is_told_with_its_time_and_a_pause_as_one() {
        let sample = |power_w| Sample { at: 1_795_953_600, power_w, set_a: Some(16.0) };
        let series =
            Series { samples: vec![sample(Some(11_040.0)), sample(Some(3.0))], step_s: 60 };
        let time = "2026-11-29T12:00:00Z";
        assert_eq!(told(&series, 0), format!("{time}: 11.04 kW, set current 16.0 A"));
        assert_eq!(told(&series, 1), format!("{time}: no power, set current 16.0 A"));
        assert_eq!(told(&series, 2), "");
    }
}
