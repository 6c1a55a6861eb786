//! A sheet to hand in: a month, or one charge. It is seen before it is printed.

use gateway_api::record::Charge;
use leptos::prelude::*;

use super::text;
use crate::record::Ledger;
use crate::record::place::Place;
use crate::route::Route;
use crate::words::{self, record};
use crate::{browser, memo};

/// The sheet of the place that is seen; hidden where that is no sheet.
#[component]
pub fn Sheet() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let charges = Memo::new(move |_| charges(ledger));
    Effect::new(move |_| {
        ledger.tariff.track();
        ledger.want_costs(&charges.get());
    });
    Effect::new(move |_| {
        if let Place::MonthSheet(month) = ledger.place.get() {
            ledger.read_until(month);
        }
    });
    let id = memo::text(move || ledger.place.get().name());
    let title = memo::text(move || match ledger.place.get() {
        Place::MonthSheet(month) => record::sheet_month(&words::month_name(&month.text())),
        _ => {
            let start = charges.with(|all| all.first().map(|one| words::local_time(&one.start)));
            record::sheet_one(&start.unwrap_or_default())
        }
    });
    let print = move |_| {
        if let Some(window) = browser::window() {
            // A browser without a printer does nothing.
            let _ = window.print();
        }
    };
    view! {
        <article class="card sheet" data-testid="sheet">
            <h1 class="card__head" id=id tabindex="-1">{title}</h1>
            {head(charges)}
            {table(ledger, charges)}
            {notes(ledger, charges)}
            <p class="sheet__signature">{record::signature()}</p>
            <div class="notice__actions sheet__actions">
                <button
                    type="button" class="button button--main" data-testid="print" on:click=print
                >
                    {record::print()}
                </button>
                <a class="button" href=Route::Charges.hash()>{record::back()}</a>
            </div>
        </article>
    }
}

/// What is on the sheet, the oldest first.
fn charges(ledger: Ledger) -> Vec<Charge> {
    let mut charges = match ledger.place.get() {
        Place::MonthSheet(month) => ledger.of_month(month),
        Place::ChargeSheet(_) => ledger.shown().map(|one| one.charge).into_iter().collect(),
        Place::List | Place::Charge(_) => Vec::new(),
    };
    charges.reverse();
    charges
}

/// Whose counter it is: one charger's, as a record is kept of each.
fn head(charges: Memo<Vec<Charge>>) -> impl IntoView {
    let serial = memo::text(move || {
        let mut serials: Vec<_> =
            charges.get().into_iter().map(|charge| charge.serial_number).collect();
        serials.dedup();
        serials.join(", ")
    });
    let is_real =
        memo::flag(move || charges.with(|all| all.iter().all(|charge| !charge.simulated)));
    view! {
        <p hidden=is_real data-testid="sheet-simulated"><strong>{record::sheet_simulated()}</strong></p>
        <p>{record::serial()} ": " <strong data-testid="sheet-serial">{serial}</strong></p>
    }
}

/// A row of the table; the last is the cost, which is shown where there is a tariff.
type Line = [String; 6];

fn line(ledger: Ledger, charge: &Charge) -> Line {
    let label = charge.label.clone().unwrap_or_default();
    let start = words::local_time(&charge.start);
    [
        if label.is_empty() { start } else { format!("{start}\n{label}") },
        text::end(charge),
        text::counter(charge.counter_start_wh),
        text::counter(charge.counter_end_wh),
        text::counter(charge.energy_wh),
        text::cost(ledger.cost(charge), ledger.tariff.get().currency),
    ]
}

/// Names of the columns, in their order.
fn heads() -> [&'static str; 6] {
    [
        record::start(),
        record::end(),
        record::counter_start(),
        record::counter_end(),
        record::energy(),
        record::cost(),
    ]
}

fn table(ledger: Ledger, charges: Memo<Vec<Charge>>) -> impl IntoView {
    let lines = Memo::new(move |_| {
        charges.with(|all| all.iter().map(|charge| line(ledger, charge)).collect::<Vec<_>>())
    });
    let has_cost = memo::flag(move || ledger.tariff.get().rates().is_some());
    let columns = move || heads().into_iter().take(if has_cost.get() { 6 } else { 5 });
    let cells = move |line: Line| {
        let cell = |(head, text): (&'static str, String)| view! { <td data-head=head>{text}</td> };
        columns().zip(line).map(cell).collect::<Vec<_>>()
    };
    let head =
        move || columns().map(|head| view! { <th scope="col">{head}</th> }).collect::<Vec<_>>();
    let sums = Memo::new(move |_| charges.with(|charges| ledger.sums(charges)));
    let energy = memo::text(move || text::counter(Some(sums.get().energy_wh)));
    let cost = memo::text(move || {
        let sums = sums.get();
        if sums.is_waiting {
            "…".to_owned()
        } else {
            text::amount(sums.cost, ledger.tariff.get().currency)
        }
    });
    view! {
        <table class="sheet__table">
            <thead><tr>{head}</tr></thead>
            <tbody data-testid="sheet-lines">
                {move || {
                    let rows = lines.get().into_iter();
                    rows.map(|line| view! { <tr>{cells(line)}</tr> }).collect::<Vec<_>>()
                }}
            </tbody>
            <tfoot>
                <tr>
                    <th scope="row" colspan="4">{record::sum()}</th>
                    <td data-testid="sheet-energy" data-head=record::energy()>{energy}</td>
                    <td
                        data-testid="sheet-cost" data-head=record::cost()
                        hidden=memo::flag(move || !has_cost.get())
                    >
                        {cost}
                    </td>
                </tr>
            </tfoot>
        </table>
    }
}

/// Gaps by their names, whose counter it is, and how costs were worked out.
fn notes(ledger: Ledger, charges: Memo<Vec<Charge>>) -> impl IntoView {
    let notes = Memo::new(move |_| {
        let mut notes = Vec::new();
        for charge in charges.get() {
            let mut remarks = text::remarks(&charge);
            let why = text::why_no_cost(ledger.cost(&charge));
            remarks.extend(Some(why.to_owned()).filter(|why| !why.is_empty()));
            let start = words::local_time(&charge.start);
            notes.extend(remarks.into_iter().map(|remark| format!("{start}: {remark}")));
        }
        if let Place::MonthSheet(month) = ledger.place.get()
            && ledger.lacks(month)
        {
            notes.push(record::older_missing().to_owned());
        }
        notes.push(record::sheet_counter().to_owned());
        let prices = text::prices(&ledger.tariff.get());
        if !prices.is_empty() {
            notes.push(prices);
            notes.push(record::sheet_rounding().to_owned());
        }
        notes
    });
    view! {
        <h2 class="month__part">{record::remarks()}</h2>
        <ul class="sheet__notes" data-testid="sheet-notes">
            {move || {
                let all = notes.get().into_iter();
                all.map(|note| view! { <li>{note}</li> }).collect::<Vec<_>>()
            }}
        </ul>
    }
}
