//! Which screen is shown: the part of the address behind `#`, because that works on every
//! static host and in every sub-path.

use leptos::prelude::*;

use crate::app::App;
use crate::browser;

/// A screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// What the charger does.
    Overview,
    /// What can be changed; beside the overview where there is room.
    Control,
    /// All values.
    Details,
    /// Address, password, colours.
    Settings,
}

impl Route {
    /// All screens in the order of the navigation.
    pub const ALL: [Self; 4] = [Self::Overview, Self::Control, Self::Details, Self::Settings];

    /// The address of the screen.
    pub const fn hash(self) -> &'static str {
        match self {
            Self::Overview => "#/",
            Self::Control => "#/control",
            Self::Details => "#/details",
            Self::Settings => "#/settings",
        }
    }

    /// The screen at `hash`; the overview where there is none.
    pub fn at(hash: &str) -> Self {
        Self::ALL.into_iter().find(|route| route.hash() == hash).unwrap_or(Self::Overview)
    }

    /// The word for attributes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Control => "control",
            Self::Details => "details",
            Self::Settings => "settings",
        }
    }
}

/// Keeps the screen at what the address bar says.
pub fn follow(app: App) {
    let read = move || {
        let hash = browser::window().and_then(|window| window.location().hash().ok());
        let route = Route::at(&hash.unwrap_or_default());
        app.ui.update(|ui| ui.route = route);
    };
    read();
    let handle = window_event_listener_untyped("hashchange", move |_| {
        read();
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
        for hash in ["", "#", "#details", "#/nowhere"] {
            assert_eq!(Route::at(hash), Route::Overview, "{hash:?}");
        }
    }
}
