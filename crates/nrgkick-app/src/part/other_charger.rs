//! The notice that another charger than the expected one answers.

use leptos::prelude::*;

use crate::app::App;
use crate::memo;
use crate::words::link;

/// The notice, which asks for a confirmation. Until then changes are locked.
#[component]
pub fn OtherCharger() -> impl IntoView {
    let app = App::get();
    let text = memo::text(move || {
        let meant = app.expected_serial.get().unwrap_or_default();
        app.other_serial().map(|found| link::other_charger_why(&found, &meant)).unwrap_or_default()
    });
    let confirm = move |_| {
        if let Some(found) = untrack(|| app.other_serial()) {
            app.confirm_serial(found);
        }
    };
    view! {
        <section
            class="notice notice--top" data-tone="error" data-testid="stranger"
            hidden=memo::flag(move || text.with(String::is_empty))
        >
            <div role="alert">
                <p><strong>{link::other_charger()}</strong></p>
                <p>{text}</p>
            </div>
            <div class="notice__actions">
                <button
                    type="button" class="button" data-testid="confirm-charger" on:click=confirm
                >
                    {link::confirm_other()}
                </button>
            </div>
        </section>
    }
}
