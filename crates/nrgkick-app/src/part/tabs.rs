//! The navigation between the screens.

use leptos::prelude::*;

use crate::app::App;
use crate::memo;
use crate::route::Route;
use crate::words::{common, overview as words};

/// The navigation: at the bottom of a phone, at the top of a wide window.
#[component]
pub fn Tabs() -> impl IntoView {
    let app = App::get();
    view! {
        <nav
            class="tabs"
            aria-label=words::screens()
            data-route=memo::text(move || app.ui.get().route.name().to_owned())
        >
            {Route::ALL.map(|route| tab(app, route))}
        </nav>
    }
}

fn tab(app: App, route: Route) -> impl IntoView {
    let (label, class, icon) = match route {
        Route::Overview => {
            (words::name(), "tabs__item tabs__item--wide", "M13 3 6 13h5l-1 8 8-11h-5z")
        }
        Route::Control => (
            words::control(),
            "tabs__item tabs__item--narrow",
            "M4 7h9m5 0h2M4 17h2m5 0h9M13 7a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0\
             M6 17a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0",
        ),
        Route::Details => {
            (words::details(), "tabs__item", "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01")
        }
        Route::Settings => (
            common::settings(),
            "tabs__item",
            "M9 12a3 3 0 1 0 6 0 3 3 0 1 0-6 0M12 3v3m0 12v3M3 12h3m12 0h3M5.6 5.6l2.2 2.2\
             m8.4 8.4 2.2 2.2m0-12.8-2.2 2.2m-8.4 8.4-2.2 2.2",
        ),
    };
    let current =
        memo::text(move || if app.ui.get().route == route { "page" } else { "false" }.to_owned());
    view! {
        <a class=class href=route.hash() aria-current=current>
            <svg class="tabs__icon" viewBox="0 0 24 24" aria-hidden="true">
                <path d=icon></path>
            </svg>
            {label}
        </a>
    }
}
