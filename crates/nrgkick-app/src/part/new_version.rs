//! The notice of a new version of the page. It lies over the page, so that nothing moves.

use leptos::prelude::*;

use crate::app::App;
use crate::words::version as words;
use crate::{browser, memo};

/// The notice, with a button that loads the page again. Not while a change has no outcome.
#[component]
pub fn NewVersion() -> impl IntoView {
    let app = App::get();
    let is_hidden = memo::flag(move || !app.is_outdated.get());
    let is_writing = memo::flag(move || app.is_writing());
    let reload = move |_| {
        if !is_writing.get_untracked() {
            browser::reload();
        }
    };
    view! {
        <section class="notice version" data-tone="idle" data-testid="new-version" hidden=is_hidden>
            <p role="status">{words::newer()}</p>
            <div class="version__actions">
                <button
                    type="button" class="button button--main" data-testid="reload"
                    aria-disabled=memo::bool_attribute(is_writing) on:click=reload
                >
                    {words::reload()}
                </button>
                <button
                    type="button" class="button" data-testid="not-now"
                    on:click=move |_| app.is_outdated.set(false)
                >
                    {words::later()}
                </button>
            </div>
        </section>
    }
}
