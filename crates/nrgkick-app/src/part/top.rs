//! The top of every screen: whose data this is, how old, and the way to the others.

use leptos::prelude::*;
use nrgkick_model::link::LinkState;

use super::Tabs;
use crate::app::App;
use crate::live;
use crate::route::Route;

/// Name of the charger, age of the data, navigation.
#[component]
pub fn Top() -> impl IntoView {
    let app = App::get();
    let name = live::text(move || {
        app.look(|snapshot| snapshot.display_name().map(str::to_owned))
            .unwrap_or_else(|| "NRGkick Web".to_owned())
    });
    let age = app.age();
    let badge = live::text(move || {
        if app.link.with(|link| link.state() == LinkState::Lost) {
            return "Lost".to_owned();
        }
        age.with(|age| if age.is_empty() { "Connecting".to_owned() } else { age.clone() })
    });
    view! {
        <header class="top">
            <a class="top__name" href=Route::Overview.hash()>
                <svg class="top__mark" viewBox="0 0 24 24" aria-hidden="true">
                    <rect class="top__tile" width="24" height="24" rx="6.5"></rect>
                    <path class="top__bolt" d="M13.2 3.5 6.5 13.4h4.6l-1 7.1 7-10.2h-4.7z"></path>
                </svg>
                <span class="top__text" data-testid="name">{name}</span>
            </a>
            <span class="link" data-testid="link" data-link=app.state()>
                <span class="aside">"Data from "</span>
                <span data-testid="age">{badge}</span>
            </span>
            <Tabs />
        </header>
    }
}
