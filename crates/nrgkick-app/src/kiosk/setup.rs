//! The settings of a display, on the page that is none: the PIN, and the addresses.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::pin::Pin;
use crate::words::kiosk as words;
use crate::{browser, hands, memo, store};

/// The field for a new PIN.
const FIELD: &str = "kiosk-pin";

/// The card.
#[component]
pub fn KioskSetup() -> impl IntoView {
    let is_set = RwSignal::new(has_pin());
    let said = RwSignal::new("");
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        said.set(match Pin::parse(&browser::typed(FIELD)) {
            None => words::pin_invalid(),
            Some(pin) => keep(Some(&pin)),
        });
        is_set.set(has_pin());
    };
    let remove = move |_| {
        said.set(keep(None));
        is_set.set(has_pin());
    };
    let state = memo::text(move || {
        if is_set.get() { words::pin_set() } else { words::pin_none() }.to_owned()
    });
    let secure = if browser::is_secure() { words::secure() } else { words::plain() };
    let link = |mode: &str| browser::query_with(hands::PARAMETER, Some(mode)).unwrap_or_default();
    view! {
        <section class="card" data-testid="kiosk-setup">
            <h2 class="card__head">{words::title()}</h2>
            <p>{words::about()}</p>
            <div class="notice__actions">
                <a class="button" data-testid="to-kiosk" href=link("")>{words::open_view()}</a>
                <a class="button" data-testid="to-kiosk-control" href=link("control")>
                    {words::open_control()}
                </a>
            </div>
            <p class="hint" data-testid="secure">{secure}</p>
            <form class="form kiosk__form" on:submit=save novalidate>
                <div>
                    <label class="form__label" for=FIELD>{words::pin_label()}</label>
                    <input
                        id=FIELD class="form__input" data-testid="pin" type="text"
                        inputmode="numeric" autocomplete="off" maxlength="8"
                        aria-describedby="kiosk-pin-hint"
                    />
                    <p class="hint" id="kiosk-pin-hint">{words::pin_hint()}</p>
                    <p class="form__error" role="alert" data-testid="pin-error">{said}</p>
                </div>
                <p role="status" data-testid="pin-state">{state}</p>
                <div class="notice__actions">
                    <button type="submit" class="button button--main" data-testid="pin-save">
                        {words::pin_save()}
                    </button>
                    <button
                        type="button" class="button" data-testid="pin-remove"
                        hidden=memo::flag(move || !is_set.get()) on:click=remove
                    >
                        {words::pin_remove()}
                    </button>
                </div>
            </form>
        </section>
    }
}

fn has_pin() -> bool {
    store::pin().is_ok_and(|pin| pin.is_some_and(|pin| Pin::parse(&pin).is_some()))
}

/// Keeps the PIN, and empties the field. Returns what went wrong; empty where nothing did.
fn keep(pin: Option<&Pin>) -> &'static str {
    match store::set_pin(pin.map(Pin::digits)) {
        Ok(()) => {
            if let Some(field) = browser::input(FIELD) {
                field.set_value("");
            }
            ""
        }
        Err(store::NotKept) => words::pin_not_kept(),
    }
}
