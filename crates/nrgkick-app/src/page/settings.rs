//! The settings: connection, colours, and what the gateway remembers. The form for the address
//! stands above, because it is asked for elsewhere too.

use leptos::prelude::*;

use crate::app::App;
use crate::part::{Accounts, Diagnosis, ThemeChoice};

/// The settings of this device.
#[component]
pub fn Settings() -> impl IntoView {
    view! {
        <div class="settings">
            <section class="card">
                <h2 class="card__head">"Connection"</h2>
                <Diagnosis />
            </section>
            <section class="card">
                <h2 class="card__head" id="theme">"Colours"</h2>
                <ThemeChoice ui=App::get().ui />
            </section>
            <Accounts />
        </div>
    }
}
