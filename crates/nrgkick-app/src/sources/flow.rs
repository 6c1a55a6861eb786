//! The picture: inverters, battery and grid with an arrow each beside the house, and the charger that
//! is told of them. It stands still.
//!
//! A direction is an arrow and a word, and no hue. Not here: how much flows ([`power`](super::power)).

use std::time::Duration;

use gateway_api::custom_api::{Status, ValuesAnswer};
use gateway_api::link::LinkState;
use leptos::prelude::*;

use super::Page;
use super::power::{Power, is_battery_behind};
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
            {Power::ALL.map(|power| node(page, power))}
            <div class="flow__charger">
                <dt>{arrow()} {sources::charger()}</dt>
                <dd data-testid="flow-charger">{charger}</dd>
            </div>
        </dl>
    }
}

fn node(page: Page, power: Power) -> impl IntoView {
    let watts = move || {
        let is_known = page.link_state() != LinkState::Lost;
        page.link.with(|link| power.watts(&link.snapshot()?.status)).filter(|_| is_known)
    };
    let way = page.text(move |status| power.way(watts(), is_battery_behind(status)).to_owned());
    let quantity =
        memo::quantity(move || watts().map_or_else(Quantity::none, |watts| power.quantity(watts)));
    let is_absent = memo::flag(move || {
        page.link.with(|link| link.snapshot().is_some_and(|last| !power.is_there(&last.status)))
    });
    let class = if power == Power::House { "flow__house" } else { "flow__node" };
    view! {
        <div class=class data-way=way hidden=is_absent>
            <dt>
                <span>{memo::text(move || power.label(watts()).to_owned())}</span>
                <span class="flow__names">{page.text(move |status| power.names(status))}</span>
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
