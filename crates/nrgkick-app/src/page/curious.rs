//! What was asked and answered, in the charger's own form: for the curious, and for support.

use leptos::prelude::*;

use crate::app::App;
use crate::memo;
use crate::part::{Asking, Diagnostics, RequestLog};
use crate::route::Route;
use crate::words::curious as words;

/// The screen.
#[component]
pub fn Curious() -> impl IntoView {
    let app = App::get();
    let has_no_registers = memo::flag(move || app.endpoint.get().registers().is_none());
    view! {
        <div class="settings">
            <h1>{words::title()}</h1>
            <p class="hint">{words::about()}</p>
            <p class="hint" hidden=has_no_registers>
                <a class="curious__way" href=Route::Details.hash()>{words::registers()}</a>
            </p>
            <Asking />
            <RequestLog />
            <Diagnostics />
        </div>
    }
}
