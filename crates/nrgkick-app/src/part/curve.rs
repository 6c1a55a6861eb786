//! A curve that is drawn by hand, which finger, mouse and keys can read.

use gateway_api::utc;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;

use crate::curve::{Dated, Series, WIDTH};
use crate::{memo, words};

/// Samples from one page of the curve to the next.
const PAGE: usize = 10;

/// A path of the drawing with its class.
pub type Line = (&'static str, Memo<String>);

/// The drawing of `series` with a line below it that says what is at the cursor.
#[component]
pub fn Curve<S: Dated + Send + Sync + 'static>(
    /// What was seen.
    series: Memo<Series<S>>,
    /// Its name for whoever does not see it.
    label: String,
    /// What is drawn, the lowest first.
    lines: Vec<Line>,
    /// Tells the sample with an index.
    told: impl Fn(&Series<S>, usize) -> String + Send + Sync + 'static,
) -> impl IntoView {
    let cursor = RwSignal::new(None::<usize>);
    let last = move || series.with(|series| series.samples.len().saturating_sub(1));
    let at = Memo::new(move |_| cursor.get().unwrap_or(usize::MAX).min(last()));
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
        <div
            class="curve" role="slider" tabindex="0" data-testid="curve"
            aria-label=label aria-valuemin="0"
            aria-valuemax=memo::text(move || last().to_string())
            aria-valuenow=memo::text(move || at.get().to_string()) aria-valuetext=line
            on:keydown=key on:pointerdown=point on:pointermove=point
        >
            {drawing(lines, mark)}
        </div>
        <p class="curve__times hint" aria-hidden="true">
            <span>{memo::text(move || series.with(|series| clock(series, 0)))}</span>
            <span>{memo::text(move || series.with(|series| clock(series, usize::MAX)))}</span>
        </p>
        <p class="curve__line" data-testid="curve-line">{line}</p>
    }
}

fn drawing(mut lines: Vec<Line>, mark: Memo<String>) -> impl IntoView {
    lines.push(("curve__mark", mark));
    let path = |(class, d): Line| view! { <path class=class d=d></path> };
    view! {
        <svg class="curve__drawing" viewBox="0 0 1000 300" preserveAspectRatio="none" aria-hidden="true">
            {lines.into_iter().map(path).collect::<Vec<_>>()}
        </svg>
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

fn clock<S: Dated>(series: &Series<S>, index: usize) -> String {
    let at = series.samples.get(index.min(series.samples.len().saturating_sub(1)));
    at.map(|sample| words::local_clock(&utc::text(sample.at()))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
