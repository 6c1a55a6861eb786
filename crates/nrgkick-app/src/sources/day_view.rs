//! The last day of a value below it, read from the server while it is open.

use std::time::Duration;

use gateway_api::custom_api::{SourceKind, ValueStatus};
use gateway_api::value_history::ValueHistory;
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::advice::advice;
use super::day::{self, Plot, Sample};
use super::{Page, Received, value_text};
use crate::curve::Series;
use crate::part::Curve;
use crate::request_error::RequestError;
use crate::words::sources as words;
use crate::{api, browser, memo, notify};

/// The pause before an open day is read again.
const PAUSE: Duration = Duration::from_secs(30);

/// A reading of the day.
type Answer = Option<Result<ValueHistory, RequestError>>;

/// The day of the value at index `row` of the last answer; hidden for a constant.
#[component]
pub fn Day(
    /// The index.
    row: usize,
) -> impl IntoView {
    let page = Page::get();
    let turn = RwSignal::new(0);
    let answer = RwSignal::new(Answer::None);
    let toggle = move |event: Event| {
        if is_open(&event) != is_odd(turn.get_untracked()) {
            turn.update(|turn| *turn += 1);
        }
        if is_odd(turn.get_untracked()) {
            spawn_local(read(page, row, turn, answer));
        }
    };
    let is_constant = memo::flag(move || {
        let is = |received: &Received| {
            let value = received.status.sources.get(row);
            value.is_none_or(|value| value.source.kind == SourceKind::Fixed)
        };
        page.link.with(|link| link.snapshot().is_none_or(is))
    });
    view! {
        <dd class="sources__day" hidden=is_constant>
            <details on:toggle=toggle>
                <summary>{words::day()}</summary>
                {move || is_odd(turn.get()).then(|| drawn(page, row, answer))}
            </details>
        </dd>
    }
}

/// Every other turn of a day that is opened and closed is an open one.
const fn is_odd(turn: u32) -> bool {
    turn % 2 == 1
}

fn is_open(event: &Event) -> bool {
    use wasm_bindgen::JsCast as _;
    let details = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    details.is_some_and(|details| details.has_attribute("open"))
}

/// Reads the day again and again, until it is closed or gone.
async fn read(page: Page, row: usize, turn: RwSignal<u32>, answer: RwSignal<Answer>) {
    let own = turn.get_untracked();
    while turn.try_get_untracked() == Some(own) {
        let Some(name) = with_value(page, row, |value| value.name.clone()) else { return };
        let day = api::custom_api_day(&name).await;
        answer.try_set(Some(day));
        notify::sleep(PAUSE).await;
    }
}

/// Asks the value in the last answer; nothing follows when there is another one.
fn with_value<T>(page: Page, row: usize, of: impl FnOnce(&ValueStatus) -> T) -> Option<T> {
    page.link.with_untracked(|link| link.snapshot()?.status.sources.get(row).map(of))
}

fn drawn(page: Page, row: usize, answer: RwSignal<Answer>) -> impl IntoView {
    let series: Memo<Series<Sample>> = Memo::new(move |_| {
        let day = answer.get().and_then(Result::ok);
        day.map(|day| day::series(&day, browser::unix_time())).unwrap_or_default()
    });
    let plot: Memo<Plot> = Memo::new(move |_| {
        let plot = |value: &ValueStatus| series.with(|series| day::plot(series, value));
        with_value(page, row, plot).unwrap_or_default()
    });
    let is_empty = memo::flag(move || series.with(|series| series.samples.is_empty()));
    let told = memo::text(move || match answer.get() {
        None => String::new(),
        Some(Err(error)) => words::day_failed(&advice(&error).title),
        Some(Ok(_)) if is_empty.get() => words::day_empty().to_owned(),
        Some(Ok(_)) => plot.with(|plot| words::day_axis(&plot.ends[1], &plot.ends[0])),
    });
    let label = with_value(page, row, value_text::named).unwrap_or_default();
    let told_at = move |series: &Series<Sample>, index| {
        with_value(page, row, |value| day::told(series, value, index)).unwrap_or_default()
    };
    let path =
        move |of: fn(&Plot) -> &String| memo::text(move || plot.with(|plot| of(plot).clone()));
    let lines = vec![
        ("curve__unseen", path(|plot| &plot.unseen)),
        ("curve__area", path(|plot| &plot.area)),
        ("curve__set", path(|plot| &plot.zero)),
        ("curve__power", path(|plot| &plot.line)),
    ];
    view! {
        <p class="hint" role="status" data-testid="curve-axis">{told}</p>
        <div hidden=is_empty>
            <Curve series label=words::day_label(&label) lines told=told_at />
        </div>
    }
}
