//! The two documents to the letter.

use leptos::prelude::*;
use nrgkick_model::custom_api::status::ValuesAnswer;

use super::Page;

/// The bodies that the charger would get now.
#[component]
pub fn Documents() -> impl IntoView {
    let page = Page::get();
    let path = |at: usize| page.text(move |status, _| status.fetched[at].path.clone());
    let values = page.text(|status, _| match &status.values {
        ValuesAnswer::Document(document) => {
            serde_json::to_string_pretty(document).unwrap_or_default()
        }
        ValuesAnswer::Unavailable(reason) => format!("503: {reason}"),
    });
    let info =
        page.text(|status, _| serde_json::to_string_pretty(&status.info).unwrap_or_default());
    view! {
        <section class="card sources__documents">
            <h2 class="card__head">"What the charger gets"</h2>
            <p class="hint">
                "To the letter, as of the last answer. This page shows them without asking there: \
                 whoever opens the two addresses counts above as the charger."
            </p>
            <details>
                <summary>{path(0)}</summary>
                <pre class="reading" data-testid="values-document">{values}</pre>
            </details>
            <details>
                <summary>{path(1)}</summary>
                <pre class="reading" data-testid="info-document">{info}</pre>
            </details>
        </section>
    }
}
