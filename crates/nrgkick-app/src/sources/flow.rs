//! The picture: inverters, battery and grid with an arrow each beside the house, and the charger that
//! is told of them. It stands still.
//!
//! A direction is an arrow and a word, and no hue. Not here: how much flows ([`power`](super::power)).

use std::time::Duration;

use gateway_api::custom_api::{Status, ValuesAnswer};
use gateway_api::link::LinkState;
use leptos::prelude::*;
use nrgkick_model::custom_api::Section;

use super::power::{Power, Shown};
use super::{Page, Received};
use crate::format::{self, Quantity};
use crate::memo;
use crate::part::Reading;
use crate::words::{self, sources};

/// The picture.
#[component]
pub fn Flow() -> impl IntoView {
    let page = Page::get();
    let charger = page.text_with_age(move |status, since| match page.link_state() {
        LinkState::Lost => words::NONE.to_owned(),
        _ => charger(status, since),
    });
    view! {
        <dl class="flow" data-testid="flow">
            {Power::ALL.map(|power| node(power, Memo::new(move |_| shown(page, power))))}
            <div class="flow__charger">
                <dt>{arrow()} {sources::charger()}</dt>
                <dd data-testid="flow-charger">{charger}</dd>
            </div>
        </dl>
    }
}

fn shown(page: Page, power: Power) -> Shown {
    let is_known = page.link_state() != LinkState::Lost;
    let shown = |received: &Received| {
        let Status { values, info, sources, .. } = &received.status;
        let kind = power.kind().map(Section::key);
        let mut kinds = sources.iter().filter_map(|source| source.device.as_ref());
        let has = kinds.any(|device| Some(&*device.kind) == kind);
        let shown = power.shown(values, &info.device_info, has);
        Shown { watts: shown.watts.filter(|_| is_known), ..shown }
    };
    page.link.with(|link| link.snapshot().map(shown).unwrap_or_default())
}

/// A power with its arrow.
pub fn node(power: Power, shown: Memo<Shown>) -> impl IntoView {
    let watts = move || shown.with(|shown| shown.watts);
    let label = memo::text(move || power.label(watts()).to_owned());
    let way =
        memo::text(move || power.way(watts(), shown.with(|shown| shown.is_behind)).to_owned());
    let quantity =
        memo::quantity(move || watts().map_or_else(Quantity::none, |watts| power.quantity(watts)));
    let names = memo::text(move || shown.with(|shown| shown.names.clone()));
    let is_absent = memo::flag(move || shown.with(|shown| !shown.is_there));
    let class = if power == Power::House { "flow__house" } else { "flow__node" };
    view! {
        <div class=class data-way=way hidden=is_absent>
            <dt>
                <span>{label}</span>
                <span class="flow__names">{names}</span>
            </dt>
            <dd><Reading quantity testid=power.testid() /> {(power != Power::House).then(arrow)}</dd>
        </div>
    }
}

/// An arrow to the right; the style sheet turns it.
fn arrow() -> impl IntoView {
    view! {
        <svg class="flow__arrow" viewBox="0 0 28 16" aria-hidden="true">
            <path d="M2 8h24"></path>
            <path class="flow__head" d="M19 2l7 6-7 6"></path>
        </svg>
    }
}

/// Tells what the charger got last, `since` after the answer of the server.
fn charger(status: &Status, since: Duration) -> String {
    let [values, _] = &status.fetched;
    match (&status.values, values.clients.first()) {
        (ValuesAnswer::Unavailable(_), _) => sources::charger_nothing().to_owned(),
        (_, None) => sources::charger_silent().to_owned(),
        (_, Some(last)) => {
            let age = Duration::from_millis(last.age_ms) + since;
            sources::charger_asked(&format::age(age.as_secs()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::requests::tests::fetched_before;
    use super::super::value_text::tests::status;
    use super::*;

    #[test]
    fn the_charger_is_told_something_or_nothing_or_does_not_ask() {
        let now = Duration::ZERO;
        assert_eq!(charger(&status(), now), "has not asked");
        assert_eq!(charger(&fetched_before(4_000), Duration::from_secs(1)), "asked 5 s ago");
        let mut status = fetched_before(4_000);
        status.values = ValuesAnswer::Unavailable("why".into());
        assert_eq!(charger(&status, now), "is told nothing");
    }
}
