//! Adding, naming and removing a charger of this device; at a gateway how its owner does that.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::{ADDRESS, Edit, HEADING, NAME, fill};
use crate::chooser::{Board, List};
use crate::saved_chargers::{self, LONGEST_NAME, SavedCharger};
use crate::words::chargers as words;
use crate::{browser, format, memo, store};

/// What can be done to the list.
#[component]
pub fn Editor() -> impl IntoView {
    let board = expect_context::<Board>();
    let is = move |list| memo::flag(move || board.list() == list);
    let (is_own, is_gateway) = (is(List::Own), is(List::Gateway));
    let note = memo::text(move || {
        match board.list() {
            List::Gateway => words::at_proxy(),
            List::Demo => words::in_demo(),
            List::Own => "",
        }
        .to_owned()
    });
    view! {
        <section class="card" data-testid="chargers-note" hidden=is_own>
            <p>{note}</p>
            <p hidden=memo::flag(move || !is_gateway.get())>
                <code class="chooser__code">"--charger garage=http://192.168.1.50"</code>
            </p>
        </section>
        <Form />
    }
}

/// The form for a charger of this device, and the way back from a removal.
#[component]
fn Form() -> impl IntoView {
    let (board, edit) = (expect_context::<Board>(), expect_context::<Edit>());
    let error = RwSignal::new(String::new());
    let is_elsewhere = memo::flag(move || board.list() != List::Own);
    let is_adding = memo::flag(move || edit.changed.with(Option::is_none));
    let either = move |adding: fn() -> &'static str, changing: fn() -> &'static str| {
        memo::text(move || if is_adding.get() { adding() } else { changing() }.to_owned())
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match take(board, edit) {
            Ok(()) => close(edit, error),
            Err(reason) => error.set(reason),
        }
    };
    let tab_only = memo::flag(move || {
        board.saved.track();
        store::of_tab().is_none()
    });
    view! {
        <section class="card" hidden=is_elsewhere>
            <Removed />
            <p class="hint" role="status" data-testid="tab-only" hidden=tab_only>{words::tab_only()}</p>
            <h2 class="card__head">{either(words::add_title, words::change_title)}</h2>
            <form class="form" on:submit=submit novalidate data-testid="charger-editor">
                <Fields error />
                <div class="notice__actions">
                    <button type="submit" class="button button--main" data-testid="keep-charger">
                        {either(words::add, words::save)}
                    </button>
                    <button
                        type="button" class="button" hidden=is_adding
                        on:click=move |_| close(edit, error)
                    >
                        {words::cancel()}
                    </button>
                </div>
            </form>
        </section>
    }
}

/// Name and address.
#[component]
fn Fields(
    /// What is wrong with them; empty while nothing is.
    error: RwSignal<String>,
) -> impl IntoView {
    let is_wrong = memo::bool_attribute(memo::flag(move || error.with(|error| !error.is_empty())));
    view! {
        <div>
            <label class="form__label" for=NAME>{words::name()}</label>
            <input
                id=NAME class="form__input" data-testid=NAME type="text" autocomplete="off"
                maxlength=LONGEST_NAME.to_string() dir="auto" aria-describedby="charger-name-hint"
            />
            <p class="hint" id="charger-name-hint">{words::name_hint()}</p>
        </div>
        <div>
            <label class="form__label" for=ADDRESS>{words::address()}</label>
            <input
                id=ADDRESS class="form__input" data-testid=ADDRESS type="text" inputmode="url"
                autocapitalize="none" autocomplete="off" spellcheck="false"
                placeholder="http://192.168.1.50" aria-invalid=is_wrong
                aria-describedby="charger-error"
            />
            <p class="form__error" role="alert" id="charger-error" data-testid="charger-error">
                {error}
            </p>
        </div>
    }
}

/// Who was removed, and the way back.
#[component]
fn Removed() -> impl IntoView {
    let (board, edit) = (expect_context::<Board>(), expect_context::<Edit>());
    let text = memo::text(move || {
        let label = |(_, charger): &(usize, SavedCharger)| format::short(charger.label());
        edit.removed
            .with(|removed| removed.as_ref().map(|removed| words::removed(&label(removed))))
            .unwrap_or_default()
    });
    let undo = move |_| {
        if let Some((place, charger)) = edit.removed.try_update(Option::take).flatten() {
            let mut list = board.known();
            if list.iter().all(|known| known.origin != charger.origin) {
                list.insert(place.min(list.len()), charger);
                board.save(list);
            }
            browser::focus(HEADING);
        }
    };
    view! {
        <div class="chooser__removed">
            <p role="status" data-testid="removed">{text}</p>
            <button
                type="button" class="button" data-testid="undo" on:click=undo
                hidden=memo::flag(move || text.with(String::is_empty))
            >
                {words::undo()}
            </button>
        </div>
    }
}

/// Takes what was typed into the list.
fn take(board: Board, edit: Edit) -> Result<(), String> {
    let mut list = untrack(|| board.known());
    let instead = edit.changed.get_untracked();
    let charger = saved_chargers::typed(
        &list,
        instead.as_deref(),
        &browser::typed(NAME),
        &browser::typed(ADDRESS),
    )?;
    let place = list.iter().position(|known| Some(&known.origin) == instead.as_ref());
    match place.and_then(|place| list.get_mut(place)) {
        Some(known) => *known = charger,
        None => list.push(charger),
    }
    edit.removed.set(None);
    board.save(list);
    Ok(())
}

fn close(edit: Edit, error: RwSignal<String>) {
    error.set(String::new());
    edit.changed.set(None);
    fill(NAME, "");
    fill(ADDRESS, "");
    browser::focus(HEADING);
}
