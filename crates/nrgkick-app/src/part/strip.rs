//! The strip over every screen that shows simulated data, and over every screen of the demo.

use leptos::prelude::*;

use crate::app::App;
use crate::{memo, words};

/// The strip; hidden while the data is real.
#[component]
pub fn Strip() -> impl IntoView {
    let app = App::get();
    let real = memo::flag(move || {
        let is_demo = app.endpoint.get().is_demo();
        let is_simulated = app.link.with(|link| {
            link.snapshot().is_some_and(|snapshot| snapshot.readings().is_simulated())
        });
        !is_demo && !is_simulated
    });
    view! {
        <section class="strip" aria-label="Simulation" data-testid="simulated" hidden=real>
            {words::simulated()}
        </section>
    }
}
