//! A curve of power and set current, drawn by hand, which finger, mouse and keys can read.

use gateway_api::utc;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;

use crate::record::plot::{Plot, Series, TOP_A, WIDTH};
use crate::words::{self, record};
use crate::{format, memo};

/// Samples from one page of the curve to the next.
const PAGE: usize = 10;

/// The curve, with a line that says what is at the cursor.
#[component]
pub fn Chart(
    /// What was seen.
    series: Memo<Series>,
) -> impl IntoView {
    let cursor = RwSignal::new(None::<usize>);
    let last = move || series.with(|series| series.samples.len().saturating_sub(1));
    let at = Memo::new(move |_| cursor.get().unwrap_or(usize::MAX).min(last()));
    let plot = Memo::new(move |_| series.with(Series::plot));
    let line = memo::text(move || series.with(|series| told(series, at.get())));
    let key = move |event: KeyboardEvent| {
        if let Some(to) = moved(&event.key(), at.get_untracked(), untrack(last)) {
            event.prevent_default();
            // At the end it stays at the end, where a curve grows.
            cursor.set(Some(to).filter(|to| *to < untrack(last)));
        }
    };
    let point = move |event: PointerEvent| {
        let place = place(&event);
        cursor.set(place.map(|x| series.with_untracked(|series| series.nearest(x))));
    };
    let mark = memo::text(move || {
        let x = series.with(|series| series.x(at.get()));
        format!("M{x:.1} 0V300")
    });
    view! {
        <p class="hint" data-testid="curve-axis">{memo::text(move || axis(plot.with(|plot| plot.top_w)))}</p>
        <div
            class="curve" role="slider" tabindex="0" data-testid="curve"
            aria-label=record::curve_label() aria-valuemin="0"
            aria-valuemax=memo::text(move || last().to_string())
            aria-valuenow=memo::text(move || at.get().to_string()) aria-valuetext=line
            on:keydown=key on:pointerdown=point on:pointermove=point
        >
            {drawing(plot, mark)}
        </div>
        <p class="curve__times hint" aria-hidden="true">
            <span>{memo::text(move || series.with(|series| clock(series, 0)))}</span>
            <span>{memo::text(move || series.with(|series| clock(series, usize::MAX)))}</span>
        </p>
        <p class="curve__line" data-testid="curve-line">{line}</p>
        {legend()}
    }
}

fn drawing(plot: Memo<Plot>, mark: Memo<String>) -> impl IntoView {
    let path =
        move |of: fn(&Plot) -> &String| memo::text(move || plot.with(|plot| of(plot).clone()));
    view! {
        <svg class="curve__drawing" viewBox="0 0 1000 300" preserveAspectRatio="none" aria-hidden="true">
            <path class="curve__unseen" d=path(|plot| &plot.unseen)></path>
            <path class="curve__pause" d=path(|plot| &plot.pauses)></path>
            <path class="curve__area" d=path(|plot| &plot.area)></path>
            <path class="curve__power" d=path(|plot| &plot.power)></path>
            <path class="curve__set" d=path(|plot| &plot.set)></path>
            <path class="curve__mark" d=mark></path>
        </svg>
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

/// The place in the drawing that the pointer is over.
fn place(event: &PointerEvent) -> Option<f64> {
    use wasm_bindgen::JsCast as _;
    let frame = event.current_target()?.dyn_into::<web_sys::Element>().ok()?;
    let frame = frame.get_bounding_client_rect();
    Some((f64::from(event.client_x()) - frame.left()) / frame.width().max(1.0) * WIDTH)
}

/// The sample to which `key` moves the cursor from `at`; `None` for any other key.
fn moved(key: &str, at: usize, last: usize) -> Option<usize> {
    let to = match key {
        "ArrowLeft" | "ArrowDown" => at.saturating_sub(1),
        "ArrowRight" | "ArrowUp" => at + 1,
        "PageDown" => at.saturating_sub(PAGE),
        "PageUp" => at + PAGE,
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    Some(to.min(last))
}

fn axis(top_w: f64) -> String {
    let top = format::power(Some(top_w)).text();
    // In the order of their names.
    record::axis(&format::current(Some(TOP_A)).text(), &top)
}

fn clock(series: &Series, index: usize) -> String {
    let at = series.samples.get(index.min(series.samples.len().saturating_sub(1)));
    at.map(|sample| words::local_clock(&utc::text(sample.at))).unwrap_or_default()
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
    fn keys_move_through_the_curve_and_stay_in_it() {
        for (key, at, to) in [
            ("ArrowLeft", 5, Some(4)),
            ("ArrowLeft", 0, Some(0)),
            ("ArrowRight", 20, Some(20)),
            ("PageUp", 5, Some(15)),
            ("PageDown", 5, Some(0)),
            ("Home", 5, Some(0)),
            ("End", 5, Some(20)),
            ("Tab", 5, None),
        ] {
            assert_eq!(moved(key, at, 20), to, "{key}");
        }
    }

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
