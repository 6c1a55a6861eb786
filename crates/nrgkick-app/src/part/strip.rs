//! The strip over every screen that shows simulated data.

use leptos::prelude::*;

use crate::app::App;
use crate::{memo, words};

/// The strip; hidden while the data is real.
#[component]
pub fn Strip() -> impl IntoView {
    let app = App::get();
    let real = memo::flag(move || {
        !app.link
            .with(|link| link.snapshot().is_some_and(|snapshot| snapshot.readings().is_simulated()))
    });
    view! {
        <section class="strip" aria-label="Simulation" data-testid="simulated" hidden=real>
            {words::simulated()}
        </section>
    }
}
