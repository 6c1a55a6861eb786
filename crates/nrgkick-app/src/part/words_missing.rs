//! The notice that the words have not come, in the few that the page always has.

use leptos::prelude::*;

use crate::translation;
use crate::words::link;

/// The notice. The page is shown again when its words come, without it.
#[component]
pub fn WordsMissing() -> impl IntoView {
    let have_come = translation::have_come();
    view! {
        <section class="notice" data-tone="waiting" data-testid="words-missing" hidden=have_come>
            <p role="status">{if have_come { "" } else { link::words_missing() }}</p>
        </section>
    }
}
