//! The search for chargers in the network, by the gateway that served the page.
//!
//! What it finds is told and not taken: an announcement can be forged, so who starts the gateway
//! says which charger it reaches.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, Announced};
use crate::app::App;
use crate::chooser::{Board, List, link};
use crate::words::{self, chargers};
use crate::{format, memo};

/// What came of a search.
#[derive(Clone, Debug, Default, PartialEq)]
struct Search {
    is_running: bool,
    found: Vec<Announced>,
    /// Why there is nothing to see, or what is to be known of what there is.
    note: String,
}

/// The card, where a gateway can search.
#[component]
pub fn Network() -> impl IntoView {
    let (app, board) = (App::get(), expect_context::<Board>());
    let search = RwSignal::<Search>::default();
    let is_elsewhere = memo::flag(move || board.list() != List::Gateway);
    let is_running = memo::flag(move || search.with(|search| search.is_running));
    let found = Memo::new(move |_| search.with(|search| search.found.clone()));
    let note = memo::text(move || search.with(|search| search.note.clone()));
    let start = move |_| {
        if !is_running.get_untracked() {
            spawn_local(run(app, search));
        }
    };
    view! {
        <section class="card" hidden=is_elsewhere>
            <h2 class="card__head">{chargers::in_network()}</h2>
            <ul class="chooser__list">
                {move || found.get().into_iter().map(row).collect::<Vec<_>>()}
            </ul>
            <p role="status" data-testid="search-note">{note}</p>
            <button
                type="button" class="button" data-testid="search" on:click=start
                aria-busy=memo::bool_attribute(is_running)
            >
                {chargers::search()}
            </button>
        </section>
    }
}

async fn run(app: App, search: RwSignal<Search>) {
    let running = chargers::search_runs().to_owned();
    search.set(Search { is_running: true, note: running, found: Vec::new() });
    let endpoint = app.endpoint.get_untracked();
    search.set(match api::discover().await {
        Ok(found) if found.is_empty() => {
            Search { note: chargers::search_nobody().to_owned(), ..Search::default() }
        }
        Ok(found) => {
            Search { found, note: chargers::search_claims().to_owned(), ..Search::default() }
        }
        Err(error) => {
            let note = words::advice(&error, &endpoint).whole();
            Search { note, ..Search::default() }
        }
    });
}

/// One that was found: a link where the gateway serves it, and else how to begin.
fn row(found: Announced) -> impl IntoView {
    let facts = [found.model, found.serial_number, found.address];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let way = match (found.served_as, found.start) {
        (Some(name), _) => {
            let href = link::with("", "charger", &name);
            let words = chargers::search_served(&name);
            view! { <p><a class="chooser__target" href=href>{words}</a></p> }.into_any()
        }
        (None, Some(start)) => view! {
            <p>{chargers::search_start()}</p>
            <p><code class="chooser__code">{start}</code></p>
        }
        .into_any(),
        (None, None) => view! { <p>{chargers::search_closed()}</p> }.into_any(),
    };
    view! {
        <li class="chooser__row" data-testid="found">
            <bdi class="chooser__name">{format::short(&found.name)}</bdi>
            <p class="hint chooser__code">{facts}</p>
            {way}
            <p class="chooser__mark" hidden=!found.is_simulated>{chargers::simulated()}</p>
        </li>
    }
}
