//! The seconds of a switch of phases under load.
//!
//! They count up: the charger does not report how long it takes, and a gateway lets a switch wait
//! for up to 5 s after another move of the relays. Owners measured that `/control` counts 0 phases
//! for 1 to 2 s and that a vehicle needs 5 to 10 s to begin.

use leptos::prelude::*;
use nrgkick_model::time::Moment;

use crate::app::App;
use crate::memo;
use crate::sentence::{State, is_switching, power_flows};
use crate::words::control as words;

/// A switch that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Switching {
    since: Moment,
    /// Set if power flowed, so that the vehicle has to begin again.
    interrupts: bool,
}

/// The signs of a switch: asked for here, shown by the charger, and whether power flows.
#[derive(Clone, Copy, Debug, Default)]
struct Signs {
    asked: bool,
    shown: bool,
    power_flows: bool,
}

impl Switching {
    /// The switch at `now`, after the one `before`. Without load nothing is interrupted and only
    /// the charger's own word counts.
    fn after(before: Option<Self>, signs: Signs, now: Moment) -> Option<Self> {
        let interrupts = signs.power_flows || before.is_some_and(|before| before.interrupts);
        let goes_on = signs.shown || (signs.asked && interrupts);
        let since = before.map_or(now, |before| before.since);
        goes_on.then_some(Self { since, interrupts })
    }
}

/// The seconds so far and how it goes on; empty while nothing is switched.
pub(super) fn text(app: App) -> Memo<String> {
    let switching = Memo::new(move |before: Option<&Option<Switching>>| {
        let (shown, power_flows) = app
            .with_current(|snapshot| {
                let flows = power_flows(&State::of(snapshot), snapshot);
                Some((is_switching(snapshot), flows))
            })
            .unwrap_or_default();
        let signs = Signs { asked: app.phases.is_pending(), shown, power_flows };
        Switching::after(before.copied().flatten(), signs, app.ui.get_untracked().now)
    });
    memo::text(move || {
        let Some(Switching { since, interrupts }) = switching.get() else { return String::new() };
        let seconds = app.ui.get().now.since(since).as_secs().to_string();
        let mut text = words::switching_for(&seconds);
        if interrupts {
            text = format!("{text} {}", words::switching_goes_on());
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_from_the_request_until_neither_page_nor_charger_speaks_of_a_switch() {
        let at = |seconds: u64| Moment::from_millis(seconds * 1_000);
        let asked = Signs { asked: true, ..Signs::default() };
        let shown = Signs { shown: true, ..Signs::default() };
        let loaded = |signs| Signs { power_flows: true, ..signs };
        let since = |seconds, interrupts| Some(Switching { since: at(seconds), interrupts });
        let mut switching = None;
        for (seconds, signs, expected) in [
            (0, loaded(Signs::default()), None),
            (2, loaded(asked), since(2, true)),
            (4, asked, since(2, true)),
            (6, Signs { asked: true, ..shown }, since(2, true)),
            (8, shown, since(2, true)),
            (9, Signs::default(), None),
            // Nothing is connected: a setting changes and no load is interrupted.
            (20, asked, None),
            // Somebody else switches, and the page comes in the middle of it.
            (30, shown, since(30, false)),
            (32, Signs::default(), None),
        ] {
            switching = Switching::after(switching, signs, at(seconds));
            assert_eq!(switching, expected, "{seconds} s");
        }
    }
}
