//! A curve that is drawn by hand, which finger, mouse and keys can read.

use gateway_api::utc;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;

use crate::curve::{WIDTH, whole};
use crate::{memo, words};

/// Samples from one page of the curve to the next.
const PAGE: usize = 10;

/// A path of the drawing with its class.
pub type Line = (&'static str, Memo<String>);

/// What a curve says of its samples.
pub trait Samples: Copy + Send + Sync + 'static {
    /// The index of the last one.
    fn last(self) -> usize;
    /// The place of the one with `index` in the drawing.
    fn x(self, index: usize) -> f64;
    /// The one that is nearest to the place `x`.
    fn nearest(self, x: f64) -> usize;
    /// Its time, in seconds since 1970.
    fn time(self, index: usize) -> Option<i64>;
    /// All of it, in words.
    fn told(self, index: usize) -> String;
}

/// The drawing of `samples` with a line below it that says what is at the cursor.
#[component]
pub fn Curve<S: Samples>(
    /// What was seen.
    samples: S,
    /// Its name for whoever does not see it.
    label: Memo<String>,
    /// What is drawn, the lowest first.
    lines: Vec<Line>,
) -> impl IntoView {
    // Beyond the last it is at the end, where a curve grows.
    let cursor = RwSignal::new(usize::MAX);
    let at = move || cursor.get().min(samples.last());
    let line = memo::text(move || samples.told(at()));
    let key = move |event: KeyboardEvent| {
        let last = untrack(|| samples.last());
        if let Some(to) = moved(&event.key(), cursor.get_untracked().min(last), last) {
            event.prevent_default();
            cursor.set(if to < last { to } else { usize::MAX });
        }
    };
    let point = move |event: PointerEvent| {
        cursor.set(place(&event).map_or(usize::MAX, |x| untrack(|| samples.nearest(x))));
    };
    let mark = memo::text(move || format!("M{} 0V300", whole(samples.x(at()))));
    view! {
        <div
            class="curve" role="slider" tabindex="0" data-testid="curve"
            aria-label=label aria-valuemin="0"
            aria-valuemax=memo::text(move || samples.last().to_string())
            aria-valuenow=memo::text(move || at().to_string()) aria-valuetext=line
            on:keydown=key on:pointerdown=point on:pointermove=point
        >
            {drawing(lines, mark)}
        </div>
        <p class="curve__times hint" aria-hidden="true">
            <span>{memo::text(move || clock(samples.time(0)))}</span>
            <span>{memo::text(move || clock(samples.time(samples.last())))}</span>
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

fn clock(time: Option<i64>) -> String {
    time.map(|time| words::local_clock(&utc::text(time))).unwrap_or_default()
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
