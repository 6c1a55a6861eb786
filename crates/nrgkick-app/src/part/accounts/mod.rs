//! What a gateway remembers of its charger: answers, the last writes, changes elsewhere.
//!
//! Read when the settings are shown, and every 10 s while they are.

mod entries;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, Accounts as Data};
use crate::app::App;
use crate::endpoint::{Endpoint, GatewayEndpoint};
use crate::route::Route;
use crate::words::accounts as words;
use crate::words::local_time;
use crate::{browser, memo};
use entries::Entry;

/// Time between two reads, ms.
const PERIOD: u64 = 10_000;
/// The accounts that were read last, and the base of the gateway that told them.
type Seen = RwSignal<Option<(String, Arc<Data>)>>;

/// Lines of each list before the rest is asked for.
const FIRST: usize = 10;

/// The card with the accounts; hidden where no gateway keeps any.
#[component]
pub fn Accounts() -> impl IntoView {
    let app = App::get();
    let seen: Seen = RwSignal::new(None);
    let is_missing = RwSignal::new(false);
    let endpoint = move || gateway(&app.endpoint.get());
    // The clock stands still while the page is hidden, and so does this.
    let turn = Memo::new(move |_| {
        let ui = app.ui.get();
        (ui.route == Route::Settings).then(|| ui.now.as_millis() / PERIOD)
    });
    Effect::new(move |_| {
        if let (Some(_), Some(gateway)) = (turn.get(), endpoint()) {
            spawn_local(read(app, gateway, seen, is_missing));
        }
    });
    let from = move |text: fn(&Data) -> String| {
        memo::text(move || {
            seen.with(|seen| seen.as_ref().map(|(_, data)| text(data))).unwrap_or_default()
        })
    };
    let missing =
        memo::text(move || if is_missing.get() { words::missing() } else { "" }.to_owned());
    let is_all = RwSignal::new(false);
    let is_short = memo::flag(move || {
        let longest =
            |data: &Data| data.charger.writes.len().max(data.charger.changed_elsewhere.len());
        is_all.get()
            || seen.with(|seen| seen.as_ref().map_or(0, |(_, data)| longest(data))) <= FIRST
    });
    view! {
        <section class="card" data-testid="accounts" hidden=memo::flag(move || endpoint().is_none())>
            <h2 class="card__head">{words::title()}</h2>
            <p data-testid="summary">{from(entries::summary)}</p>
            <p class="hint">{from(|data| words::started(&local_time(&data.started)))}</p>
            <p class="hint" role="status">{missing}</p>
            <h3 class="accounts__head">{words::last_changes()}</h3>
            {list(seen, is_all, "writes", |data| {
                data.charger.writes.iter().map(entries::of_write).collect()
            })}
            <h3 class="accounts__head">{words::elsewhere()}</h3>
            <p class="hint">{words::about_elsewhere()}</p>
            {list(seen, is_all, "elsewhere", |data| {
                data.charger.changed_elsewhere.iter().map(entries::of_change).collect()
            })}
            <button class="button" type="button" hidden=is_short on:click=move |_| is_all.set(true)>
                {words::show_all()}
            </button>
        </section>
    }
}

fn gateway(endpoint: &Endpoint) -> Option<GatewayEndpoint> {
    match endpoint {
        Endpoint::Gateway(gateway) => Some(gateway.clone()),
        Endpoint::Searching | Endpoint::Direct(_) | Endpoint::Demo(_) | Endpoint::NotSet(_) => None,
    }
}

/// Reads the accounts once. If that fails, those that were read before stay.
async fn read(app: App, from: GatewayEndpoint, seen: Seen, is_missing: RwSignal<bool>) {
    if seen.with_untracked(|seen| seen.as_ref().is_some_and(|(base, _)| *base != from.base)) {
        seen.set(None);
    }
    let accounts = api::accounts(&from).await;
    // Another charger may be shown by now.
    let now = app.endpoint.with_untracked(|endpoint| gateway(endpoint));
    if now.is_some_and(|now| now.base == from.base) {
        is_missing.set(accounts.is_none());
        if let Some(accounts) = accounts {
            seen.set(Some((from.base, Arc::new(accounts))));
        }
    }
}

/// A list with the id `id`. Its lines are plain elements, filled in when an entry is added: as
/// views they would weigh more than everything else in the settings.
fn list(
    seen: Seen,
    is_all: RwSignal<bool>,
    id: &'static str,
    entries: fn(&Data) -> Vec<Entry>,
) -> impl IntoView {
    let entries = Memo::new(move |_| {
        let mut entries =
            seen.with(|seen| seen.as_ref().map(|(_, data)| entries(data))).unwrap_or_default();
        entries.truncate(if is_all.get() { usize::MAX } else { FIRST });
        entries
    });
    let nothing = memo::text(move || {
        if entries.with(Vec::is_empty) { words::no_changes() } else { "" }.to_owned()
    });
    Effect::new(move |_| entries.with(|entries| fill(id, entries)));
    view! {
        <p class="hint">{nothing}</p>
        <ul class="accounts" id=id data-testid=id></ul>
    }
}

/// Replaces the lines of the list `id`.
fn fill(id: &str, entries: &[Entry]) {
    let Some(list) = browser::element(id) else { return };
    list.set_text_content(None);
    for entry in entries {
        let texts = [
            ("details__label", &entry.what),
            ("details__value", &entry.outcome),
            ("details__help", &entry.when),
            ("details__help", &entry.message),
        ];
        if let Some(line) = browser::append(&list, "li", "details__row", "") {
            for (class, text) in texts {
                browser::append(&line, "span", class, text);
            }
        }
    }
}
