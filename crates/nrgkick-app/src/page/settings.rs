//! The settings: connection, colours, and what the gateway remembers. The form for the address
//! stands above, because it is asked for elsewhere too.

use leptos::prelude::*;

use crate::app::App;
use crate::kiosk::KioskSetup;
use crate::part::{
    Accounts, ChargersEntry, DemoChoice, Diagnosis, LanguageChoice, ThemeChoice, TokenLink, Trial,
};
use crate::route::Route;
use crate::words;

/// The settings of this device.
#[component]
pub fn Settings() -> impl IntoView {
    view! {
        <div class="settings">
            <section class="card">
                <h2 class="card__head">{words::settings::connection()}</h2>
                <Diagnosis />
            </section>
            <Trial />
            <ChargersEntry />
            <DemoChoice />
            <section class="card">
                <h2 class="card__head" id="theme">{words::common::colours()}</h2>
                <ThemeChoice ui=App::get().ui />
            </section>
            <section class="card">
                <LanguageChoice />
            </section>
            <TokenLink />
            <KioskSetup />
            <Accounts />
            <p>
                <a class="button" href=Route::Curious.hash() data-testid="to-curious">
                    {words::curious::title()}
                </a>
            </p>
        </div>
    }
}
