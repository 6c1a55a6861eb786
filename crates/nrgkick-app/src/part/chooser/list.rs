//! The chargers, each a link to its page.

use leptos::prelude::*;

use super::{ADDRESS, Edit, HEADING, NAME, fill};
use crate::app::App;
use crate::chooser::{self, Board, Row, link};
use crate::part::Reading;
use crate::words::chargers as words;
use crate::{browser, format, memo};

/// The list. It is built again where a charger comes, goes or has another name, and not when one
/// does something else.
#[component]
pub fn List() -> impl IntoView {
    let rows = chooser::rows(expect_context());
    view! {
        <ul class="chooser__list">
            {move || rows.get().into_iter().map(row).collect::<Vec<_>>()}
        </ul>
    }
}

fn row(row: Row) -> impl IntoView {
    let (app, board) = (App::get(), expect_context::<Board>());
    let Row { key, name, is_shown } = row;
    let shown = {
        let key = key.clone();
        Memo::new(move |_| board.glance(&key).told.shown(app.ui.get().now))
    };
    let (label, is_real) = (label(board, key.clone(), name.clone()), is_real(board, key.clone()));
    let is_own = board.list() == chooser::List::Own;
    let href = if is_shown { "#/".to_owned() } else { link::with("", "charger", &key) };
    view! {
        <li class="chooser__row" data-testid="charger">
            <a
                class="chooser__link" href=href aria-current=is_shown.to_string()
                data-tone=memo::text(move || shown.with(|shown| shown.tone.name().to_owned()))
            >
                <bdi class="chooser__name">{label}</bdi>
                <Reading quantity=memo::quantity(move || shown.with(|shown| shown.power.clone())) />
                <span class="chooser__state">
                    {memo::text(move || shown.with(|shown| shown.state.clone()))}
                </span>
                <span class="chooser__mark" hidden=is_real>{words::simulated()}</span>
                <span class="chooser__mark" hidden=!is_shown>{words::shown()}</span>
            </a>
            {is_own.then(|| actions(key, name, label, is_shown))}
        </li>
    }
}

/// The name as the user gave it, or else as the charger has it in the app, or else its address.
fn label(board: Board, key: String, name: String) -> Memo<String> {
    memo::text(move || {
        let name = Some(name.clone()).filter(|name| !name.is_empty());
        let known = || board.glance(&key).device.filter(|device| !device.is_empty());
        format::short(&name.or_else(known).unwrap_or_else(|| key.clone()))
    })
}

fn is_real(board: Board, key: String) -> Memo<bool> {
    memo::flag(move || !board.glance(&key).is_simulated)
}

/// What can be done with a charger of this device. The one that is shown stays in the list.
fn actions(key: String, name: String, label: Memo<String>, is_shown: bool) -> impl IntoView {
    let (board, edit) = (expect_context::<Board>(), expect_context::<Edit>());
    let change = {
        let key = key.clone();
        move |_| {
            fill(NAME, &name);
            fill(ADDRESS, &key);
            edit.changed.set(Some(key.clone()));
            browser::focus(NAME);
        }
    };
    let remove = move |_| {
        let mut list = board.known();
        if let Some(place) = list.iter().position(|charger| charger.origin == key) {
            edit.removed.set(Some((place, list.remove(place))));
            edit.changed.set(None);
            board.save(list);
            browser::focus(HEADING);
        }
    };
    view! {
        <div class="chooser__actions">
            <button
                type="button" class="button" data-testid="change-charger" on:click=change
                aria-label=memo::text(move || words::change_one(&label.get()))
            >
                {words::change()}
            </button>
            <button
                type="button" class="button" data-testid="remove-charger" on:click=remove
                hidden=is_shown aria-label=memo::text(move || words::remove_one(&label.get()))
            >
                {words::remove()}
            </button>
        </div>
    }
}
