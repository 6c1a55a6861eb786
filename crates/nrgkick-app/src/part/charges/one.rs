//! One charge with its curve and all that is known of it.

use gateway_api::record::{Charge, ChargeWithCurve};
use leptos::prelude::*;

use super::chart::Chart;
use super::delete::Delete;
use super::label::LabelForm;
use super::month::address;
use super::{files, text};
use crate::memo;
use crate::record::Ledger;
use crate::record::place::Place;
use crate::record::plot::Series;
use crate::route::Route;
use crate::words::{self, record};

/// The cards of the charge that is shown.
#[component]
pub fn One() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let one = Memo::new(move |_| ledger.shown());
    let id = memo::text(move || ledger.place.get().charge().unwrap_or_default().to_owned());
    let title = memo::text(move || {
        let start = one.with(|one| one.as_ref().map(|one| words::local_time(&one.charge.start)));
        start.map_or_else(|| record::title().to_owned(), |start| record::sheet_one(&start))
    });
    let is_missing = memo::flag(move || one.with(Option::is_some));
    let is_unread = memo::flag(move || one.with(Option::is_none));
    let series = Memo::new(move |_| {
        one.with(|one| one.as_ref().map(|one| Series::of_charge(&one.curve)).unwrap_or_default())
    });
    let has_curve = memo::flag(move || series.with(|series| !series.samples.is_empty()));
    view! {
        <section class="card">
            <h1 class="card__head" id=id tabindex="-1" data-testid="one-title">{title}</h1>
            <p hidden=is_missing role="status">{record::reading()}</p>
            <div hidden=is_unread>
                <p hidden=has_curve data-testid="no-curve">{record::no_curve()}</p>
                <div hidden=memo::flag(move || !has_curve.get())><Chart series /></div>
            </div>
            <p><a class="button" href=Route::Charges.hash() data-testid="back">{record::back()}</a></p>
        </section>
        <div class="charges__list" hidden=is_unread>
            <section class="card">
                <h2 class="card__head">{record::facts()}</h2>
                {facts(ledger, one)}
                <div class="notice__actions">
                    <a class="button" href=sheet(ledger) data-testid="to-sheet-one">{record::sheet()}</a>
                    {files::of_one(one)}
                </div>
            </section>
            <LabelForm one />
            <Delete is_all=false />
        </div>
    }
}

fn sheet(ledger: Ledger) -> Memo<String> {
    memo::text(move || {
        let id = ledger.place.get().charge().unwrap_or_default().to_owned();
        address(&Place::ChargeSheet(id))
    })
}

/// Names and texts of all facts of a charge.
fn told(ledger: Ledger, charge: &Charge) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        (record::start(), words::local_time(&charge.start)),
        (record::end(), text::end(charge)),
        (record::duration(), text::duration(charge.duration_s)),
        (record::energy(), text::energy(charge.energy_wh)),
    ];
    let cost = ledger.cost(charge);
    if cost.is_some() {
        facts.push((record::cost(), text::cost(cost, ledger.tariff.get().currency)));
    }
    facts.extend([
        (record::peak(), text::power(charge.peak_w)),
        (record::phases(), charge.phases.map_or_else(|| words::NONE.into(), |n| n.to_string())),
        (record::ended_by(), text::ended_by(charge).to_owned()),
        (record::counter_start(), text::counter(charge.counter_start_wh)),
        (record::counter_end(), text::counter(charge.counter_end_wh)),
        (record::complete(), words::flag(charge.complete).to_owned()),
        (record::serial(), charge.serial_number.clone()),
    ]);
    facts.retain(|(_, text)| !text.is_empty());
    facts
}

fn facts(ledger: Ledger, one: Memo<Option<ChargeWithCurve>>) -> impl IntoView {
    let facts = Memo::new(move |_| {
        one.with(|one| one.as_ref().map(|one| told(ledger, &one.charge)).unwrap_or_default())
    });
    let remarks = Memo::new(move |_| {
        one.with(|one| {
            let Some(one) = one else { return Vec::new() };
            let mut found = text::remarks(&one.charge);
            let why = text::why_no_cost(ledger.cost(&one.charge));
            found.extend(Some(why.to_owned()).filter(|why| !why.is_empty()));
            found
        })
    });
    let row = |(name, text): (&'static str, String)| {
        view! {
            <div class="details__row">
                <dt class="details__label">{name}</dt>
                <dd class="details__value">{text}</dd>
            </div>
        }
    };
    view! {
        <dl data-testid="facts">{move || facts.get().into_iter().map(row).collect::<Vec<_>>()}</dl>
        <div data-testid="remarks">
            {move || {
                let all = remarks.get().into_iter();
                all.map(|text| view! { <p class="hint">{text}</p> }).collect::<Vec<_>>()
            }}
        </div>
    }
}
