//! Routing between the screens by the part of the address behind `#`, because that works on every
//! static host and in every sub-path.

use std::time::Duration;

use leptos::prelude::*;

use crate::{browser, timer};

/// A screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The charger's state.
    Overview,
    /// The controls; beside the overview where there is room.
    Control,
    /// All values.
    Details,
    /// Address, password, colours.
    Settings,
    /// What was asked and answered, for the curious and for support.
    Curious,
    /// All chargers, to choose one.
    Chargers,
    /// The record of charges.
    Charges,
}

impl Route {
    /// All screens: those of the navigation in its order, and behind them those to which name and
    /// settings lead.
    pub const ALL: [Self; 7] = [
        Self::Overview,
        Self::Control,
        Self::Details,
        Self::Settings,
        Self::Curious,
        Self::Chargers,
        Self::Charges,
    ];

    /// The address of the screen.
    pub const fn hash(self) -> &'static str {
        match self {
            Self::Overview => "#/",
            Self::Control => "#/control",
            Self::Details => "#/details",
            Self::Settings => "#/settings",
            Self::Curious => "#/curious",
            Self::Chargers => "#/chargers",
            Self::Charges => "#/charges",
        }
    }

    /// The screen at `hash`; the overview where there is none. Behind the screen's name the
    /// address may name a card of it.
    pub fn at(hash: &str) -> Self {
        let (screen, _) = parts(hash);
        Self::ALL.into_iter().find(|route| route.hash() == screen).unwrap_or(Self::Overview)
    }

    /// The name in attributes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Control => "control",
            Self::Details => "details",
            Self::Settings => "settings",
            Self::Curious => "curious",
            Self::Chargers => "chargers",
            Self::Charges => "charges",
        }
    }
}

/// The beginning of a link with a token in it, percent-encoded. It is no screen's.
pub const TOKEN: &str = "#token=";

/// The address of the card of the energy limit, and the name of its element.
pub const LIMIT_HASH: &str = "#/control/limit-card";

/// The address of the card with the test of the connection, and the name of its element.
pub const TRIAL_HASH: &str = "#/settings/trial";
/// The address of the card with the code for a phone.
pub const PHONE_HASH: &str = "#/chargers/phone-card";

/// The screen's address in `hash`, and the name of a card behind it.
fn parts(hash: &str) -> (&str, &str) {
    let end = hash.get(2..).and_then(|name| name.find('/')).map_or(hash.len(), |at| at + 2);
    let (screen, card) = hash.split_at(end);
    (screen, card.trim_start_matches('/'))
}

/// The name behind the address of the screen `route` in the address bar; `None` on another screen.
pub fn named_on(route: Route) -> Option<String> {
    let hash = browser::window()?.location().hash().ok()?;
    let (screen, name) = parts(&hash);
    (screen == route.hash()).then(|| name.to_owned())
}

/// Focuses the card that `hash` names, where it is on the screen.
pub fn focus(hash: &str) {
    if let Some(card) = browser::element(parts(hash).1) {
        let _ = card.focus();
        card.scroll_into_view();
    }
}

/// Calls `show` with the screen that the address bar names, now and whenever that changes.
pub fn follow(show: impl Fn(Route) + 'static) {
    let read = move || {
        let hash = browser::window().and_then(|window| window.location().hash().ok());
        let hash = hash.unwrap_or_default();
        show(Route::at(&hash));
        hash
    };
    read();
    let handle = window_event_listener_untyped("hashchange", move |_| {
        let hash = read();
        if let (true, Some(window)) = (hash.starts_with(TOKEN), browser::window()) {
            // The first script takes it over.
            let _ = window.location().reload();
            return;
        }
        if !parts(&hash).1.is_empty() {
            // Once the screen that it is on is shown.
            timer::after(Duration::ZERO, move || focus(&hash));
            return;
        }
        browser::focus(browser::SCREEN);
        if let Some(window) = browser::window() {
            // Afterwards, as focus scrolls by itself: name, age and the strip come first.
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
    on_cleanup(move || handle.remove());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_screen_has_an_address_and_the_rest_is_the_overview() {
        for route in Route::ALL {
            assert_eq!(Route::at(route.hash()), route);
        }
        assert_eq!(Route::at(LIMIT_HASH), Route::Control);
        assert_eq!(parts(LIMIT_HASH), (Route::Control.hash(), "limit-card"));
        assert_eq!(parts("#/"), ("#/", ""));
        for hash in ["", "#", "#details", "#/nowhere"] {
            assert_eq!(Route::at(hash), Route::Overview, "{hash:?}");
        }
    }
}
