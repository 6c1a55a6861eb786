//! The charges that a gateway keeps, by month, with the sums of each year.

use std::collections::BTreeMap;

use gateway_api::record::Charge;
use leptos::prelude::*;

use super::delete::Delete;
use super::month::MonthCard;
use super::text;
use crate::memo;
use crate::record::zone::Month;
use crate::record::{Keeper, Ledger};
use crate::words::record as words;

/// The cards; hidden where nobody keeps a record.
#[component]
pub fn List() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    // Built again when a month comes or goes, and not when a charge in it grows.
    let months =
        Memo::new(move |_| ledger.months().into_iter().map(|(month, _)| month).collect::<Vec<_>>());
    let open = RwSignal::new(None::<Month>);
    let shown = Memo::new(move |_| open.get().or_else(|| months.with(|all| all.first().copied())));
    let is_other = memo::flag(move || ledger.keeper.get() != Keeper::Gateway);
    let is_some = memo::flag(move || months.with(|months| !months.is_empty()));
    let is_whole = memo::flag(move || ledger.open_month().is_none());
    view! {
        <div class="charges__list" hidden=is_other>
            <section class="card" hidden=is_some><p data-testid="no-charges">{words::none()}</p></section>
            {move || {
                let cards = months.get().into_iter();
                cards.map(|month| view! { <MonthCard month open shown /> }).collect::<Vec<_>>()
            }}
            <p hidden=is_whole>
                <button
                    type="button" class="button" data-testid="older"
                    on:click=move |_| ledger.read_older()
                >
                    {words::older()}
                </button>
            </p>
            <Years />
            <Delete is_all=true />
        </div>
    }
}

/// The sums of each year.
#[component]
fn Years() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let years = Memo::new(move |_| {
        let mut years: BTreeMap<i64, Vec<Charge>> = BTreeMap::new();
        for (month, charges) in ledger.months() {
            years.entry(month.year).or_default().extend(charges);
        }
        let told = |(year, charges): (i64, Vec<Charge>)| {
            let mut parts = vec![words::count(charges.len() as u64)];
            let sums = ledger.sums(&charges);
            parts.push(text::energy(Some(sums.energy_wh)));
            // A sum that waits for curves is none: those of months that nobody opens are not read.
            if ledger.tariff.get().rates().is_some() && !sums.is_waiting {
                parts.push(text::amount(sums.cost, ledger.tariff.get().currency));
                let without = sums.without_cost as u64;
                parts.extend((without > 0).then(|| words::without_cost(without)));
            }
            (year.to_string(), parts.join(" · "))
        };
        years.into_iter().rev().map(told).collect::<Vec<_>>()
    });
    let is_none = memo::flag(move || years.with(Vec::is_empty));
    let is_whole = memo::flag(move || ledger.open_month().is_none());
    let row = |(year, told): (String, String)| {
        view! {
            <div class="details__row">
                <dt class="details__label">{year}</dt>
                <dd class="details__value">{told}</dd>
            </div>
        }
    };
    view! {
        <section class="card" hidden=is_none>
            <h2 class="card__head">{words::years()}</h2>
            <dl data-testid="years">
                {move || years.get().into_iter().map(row).collect::<Vec<_>>()}
            </dl>
            <p class="hint" hidden=is_whole>{words::older_missing()}</p>
        </section>
    }
}
