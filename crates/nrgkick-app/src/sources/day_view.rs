//! The last day of a value below it, read from the server while it is open.

use std::time::Duration;

use gateway_api::custom_api::{SourceKind, ValueStatus};
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::advice::advice;
use super::day::{self, Plot, Sample};
use super::{Page, Received, value_text};
use crate::curve::Series;
use crate::part::Curve;
use crate::part::curve::Samples;
use crate::words::sources as words;
use crate::{api, browser, memo, notify};

/// The pause before an open day is read again.
const PAUSE: Duration = Duration::from_secs(30);

/// The day of the value at index `row` of the last answer; hidden for a constant.
#[component]
pub fn Day(
    /// The index.
    row: usize,
) -> impl IntoView {
    let page = Page::get();
    let is_constant = memo::flag(move || {
        let is = |received: &Received| {
            let value = received.status.sources.get(row);
            value.is_none_or(|value| value.source.kind == SourceKind::Fixed)
        };
        page.link.with(|link| link.snapshot().is_none_or(is))
    });
    let seen = Seen { page, row, state: RwSignal::new(State::default()) };
    let path = move |of: fn(&Plot) -> &String| {
        memo::text(move || seen.state.with(|state| of(&state.plot).clone()))
    };
    let lines = vec![
        ("curve__unseen", path(|plot| &plot.unseen)),
        ("curve__area", path(|plot| &plot.area)),
        ("curve__set", path(|plot| &plot.zero)),
        ("curve__power", path(|plot| &plot.line)),
    ];
    let is_empty = memo::flag(move || seen.is_empty());
    let label = page.text(move |status| {
        status
            .sources
            .get(row)
            .map(|value| words::day_label(&value_text::named(value)))
            .unwrap_or_default()
    });
    view! {
        <dd class="sources__day" hidden=is_constant>
            <details on:toggle=move |event| seen.toggle(&event)>
                <summary>{words::day()}</summary>
                <p class="hint" data-testid="curve-axis">
                    {memo::text(move || seen.state.with(|state| state.told.clone()))}
                </p>
                <div hidden=is_empty>
                    <Curve samples=seen label lines />
                </div>
            </details>
        </dd>
    }
}

/// What was read of a day.
#[derive(Default)]
struct State {
    /// Odd while it is open: times that it was opened or closed.
    turn: u32,
    series: Series<Sample>,
    plot: Plot,
    /// What the drawing shows, or why there is none.
    told: String,
}

/// A day of the value at `row`.
#[derive(Clone, Copy)]
struct Seen {
    page: Page,
    row: usize,
    state: RwSignal<State>,
}

impl Seen {
    fn is_empty(self) -> bool {
        self.state.with(|state| state.series.samples.is_empty())
    }

    fn toggle(self, event: &Event) {
        let turn = self.state.with_untracked(|state| state.turn);
        if is_open(event) == (turn % 2 == 0) {
            self.state.update(|state| state.turn += 1);
            spawn_local(self.read(turn + 1));
        }
    }

    /// Reads the day again and again, until it is closed or gone.
    async fn read(self, turn: u32) {
        let is_now =
            move || self.state.try_with_untracked(|state| state.turn == turn) == Some(true);
        while turn % 2 == 1 && is_now() {
            let Some(name) = self.value(|value| value.name.clone()) else { return };
            let day = api::custom_api_day(&name).await;
            let series = day.map(|day| day::series(&day, browser::unix_time()));
            self.state.try_update(|state| match series {
                Ok(series) => {
                    state.plot = self.value(|value| day::plot(&series, value)).unwrap_or_default();
                    state.told = day::axis(&state.plot);
                    state.series = series;
                }
                Err(error) => state.told = words::day_failed(&advice(&error).title),
            });
            notify::sleep(PAUSE).await;
        }
    }

    /// Asks the value in the last answer; nothing follows when there is another one.
    fn value<T>(self, of: impl FnOnce(&ValueStatus) -> T) -> Option<T> {
        self.page.link.with_untracked(|link| link.snapshot()?.status.sources.get(self.row).map(of))
    }
}

fn is_open(event: &Event) -> bool {
    use wasm_bindgen::JsCast as _;
    let details = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    details.is_some_and(|details| details.has_attribute("open"))
}

impl Samples for Seen {
    fn last(self) -> usize {
        self.state.with(|state| state.series.last())
    }

    fn x(self, index: usize) -> f64 {
        self.state.with(|state| state.series.x(index))
    }

    fn nearest(self, x: f64) -> usize {
        self.state.with(|state| state.series.nearest(x))
    }

    fn time(self, index: usize) -> Option<i64> {
        self.state.with(|state| state.series.samples.get(index).map(|sample| sample.at))
    }

    fn told(self, index: usize) -> String {
        let told =
            |value: &ValueStatus| self.state.with(|state| day::told(&state.series, value, index));
        self.value(told).unwrap_or_default()
    }
}
