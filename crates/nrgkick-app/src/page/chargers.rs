//! All chargers with state and power of each, to choose one; and this one on a phone.

use leptos::prelude::*;

use crate::app::App;
use crate::chooser::Board;
use crate::memo;
use crate::part::chooser::{Edit, Editor, List, Network, Phone};
use crate::words::chargers as words;

/// The screen.
#[component]
pub fn Chargers() -> impl IntoView {
    let board = Board::start(App::get());
    provide_context(board);
    provide_context(Edit::new());
    let note = memo::text(move || {
        match board.has_failed.get() {
            true => words::no_list(),
            false => "",
        }
        .to_owned()
    });
    view! {
        <div class="chooser">
            <section class="card">
                <h1 class="card__head" id="chargers-list" tabindex="-1">{words::title()}</h1>
                <p class="form__error" role="alert">{note}</p>
                <List />
            </section>
            <Editor />
            <Network />
            <Phone />
        </div>
    }
}
