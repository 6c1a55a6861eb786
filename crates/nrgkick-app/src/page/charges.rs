//! The record of charges: the curve of now, the list, one charge, and sheets to print.

use leptos::prelude::*;

use crate::app::App;
use crate::memo;
use crate::part::charges::{List, Now, One, Sheet, TariffForm};
use crate::record::place::Place;
use crate::record::{Keeper, Ledger};
use crate::words::record as words;

/// The screen.
#[component]
pub fn Charges() -> impl IntoView {
    let ledger = Ledger::start(App::get());
    provide_context(ledger);
    let is = move |wanted: fn(&Place) -> bool| memo::flag(move || !ledger.place.with(wanted));
    let failure = memo::text(move || match ledger.failure.get() {
        reason if reason.is_empty() => reason,
        reason => words::failed(&reason),
    });
    // The views of a place are there while it is seen: the ids of their cards are those of the address.
    let one = is(|place| matches!(place, Place::Charge(_)));
    let sheet = is(Place::is_sheet);
    view! {
        <div class="charges">
            <p class="form__error" role="alert" data-testid="record-failure">{failure}</p>
            <div class="charges__list" hidden=is(|place| *place == Place::List)>
                <h1 class="charges__title">{words::title()}</h1>
                <Now />
                <List />
                <div hidden=memo::flag(move || ledger.keeper.get() != Keeper::Gateway)>
                    <TariffForm />
                </div>
            </div>
            <div class="charges__list" hidden=one>
                {move || (!one.get()).then(|| view! { <One /> })}
            </div>
            <div hidden=sheet>{move || (!sheet.get()).then(|| view! { <Sheet /> })}</div>
        </div>
    }
}
