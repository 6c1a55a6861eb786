//! A file for whoever helps: shown first, and saved only then. Nothing is sent anywhere.

mod report;

use leptos::prelude::*;

use crate::app::App;
use crate::indent::indent;
use crate::words::curious;
use crate::{browser, memo};

/// The name of the file.
const NAME: &str = "nrgkick-web-diagnostics.json";

/// The card.
#[component]
pub fn Diagnostics() -> impl IntoView {
    let app = App::get();
    let file = RwSignal::new(String::new());
    let is_none = memo::flag(move || file.with(String::is_empty));
    let text = memo::text(move || file.get());
    let address =
        memo::text(move || file.with(|file| browser::file_address("application/json", file)));
    view! {
        <section class="card">
            <h2 class="card__head">{curious::diagnostics()}</h2>
            <p class="hint">{curious::diagnostics_about()}</p>
            <div class="notice__actions">
                <button
                    type="button" class="button" data-testid="diagnostics-show"
                    on:click=move |_| file.set(indent(&report::report(app).to_string()))
                >
                    {curious::prepare()}
                </button>
                <a
                    class="button button--main" download=NAME href=address
                    data-testid="diagnostics-save" hidden=is_none
                >
                    {curious::save()}
                </a>
            </div>
            <pre class="curious__text" data-testid="diagnostics-text" tabindex="0" hidden=is_none>
                {text}
            </pre>
        </section>
    }
}
