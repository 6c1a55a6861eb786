//! Overview and control: two screens on a phone, side by side where there is room.

use leptos::prelude::*;

use super::{Later, Part};
use crate::app::App;
use crate::part::{Current, Faults, Hero, PhaseTable};
use crate::route::Route;
use crate::{memo, words};

/// The charger's state, and its controls.
///
/// Every part is there once; the style sheet shows on a phone what belongs to the route.
#[component]
pub fn Charger() -> impl IntoView {
    let app = App::get();
    // At once where it is the screen, and else when nothing more urgent is on its way.
    let control = memo::flag(move || app.is_idle.get() || app.ui.get().route == Route::Control);
    view! {
        <div class="charger" data-route=memo::text(move || app.ui.get().route.name().to_owned())>
            <h1 class="aside only-control">{words::overview::control()}</h1>
            <div class="charger__column">
                <Hero />
                <Faults />
                <PhaseTable />
            </div>
            <div class="charger__column">
                <Current />
                <Later part=Part::Control wanted=control />
            </div>
        </div>
    }
}
