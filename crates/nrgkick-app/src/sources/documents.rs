//! The two documents in full.

use gateway_api::custom_api::ValuesAnswer;
use leptos::prelude::*;

use super::Page;
use crate::words::sources as words;

/// The bodies that the charger would get now.
#[component]
pub fn Documents() -> impl IntoView {
    let page = Page::get();
    let path = |at: usize| page.text(move |status| status.fetched[at].path.clone());
    let values = page.text(|status| match &status.values {
        ValuesAnswer::Document(document) => {
            serde_json::to_string_pretty(document).unwrap_or_default()
        }
        ValuesAnswer::Unavailable(reason) => words::status_503(reason),
    });
    let info = page.text(|status| serde_json::to_string_pretty(&status.info).unwrap_or_default());
    view! {
        <section class="card sources__documents">
            <h2 class="card__head">{words::charger_gets()}</h2>
            <p class="hint">
                {words::charger_gets_why()}
            </p>
            <details>
                <summary>{path(0)}</summary>
                <pre class="reading" tabindex="0" data-testid="values-document">{values}</pre>
            </details>
            <details>
                <summary>{path(1)}</summary>
                <pre class="reading" tabindex="0" data-testid="info-document">{info}</pre>
            </details>
        </section>
    }
}
