//! The way from the settings to the screen with all chargers.

use leptos::prelude::*;

use crate::app::App;
use crate::memo;
use crate::route::{PHONE_HASH, Route};
use crate::words::chargers as words;

/// The card.
#[component]
pub fn ChargersEntry() -> impl IntoView {
    let app = App::get();
    let to_list = memo::text(move || {
        if app.has_several() { words::all() } else { words::add_another() }.to_owned()
    });
    let is_demo = memo::flag(move || app.endpoint.get().is_demo());
    view! {
        <section class="card">
            <h2 class="card__head">{words::title()}</h2>
            <div class="notice__actions">
                <a class="button" href=Route::Chargers.hash() data-testid="to-chargers" hidden=is_demo>
                    {to_list}
                </a>
                <a class="button" href=PHONE_HASH data-testid="to-phone">{words::on_phone()}</a>
            </div>
        </section>
    }
}
