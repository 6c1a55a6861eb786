//! A month: its sums, and its charges while it is open.

use gateway_api::record::Charge;
use leptos::prelude::*;

use super::{files, text};
use crate::memo;
use crate::record::Ledger;
use crate::record::months::labels;
use crate::record::place::Place;
use crate::record::zone::Month;
use crate::route::Route;
use crate::words::{self, record};

/// The card of a month.
#[component]
pub fn MonthCard(
    /// The month.
    month: Month,
    /// The month that was opened; `None` while that is the latest.
    open: RwSignal<Option<Month>>,
    /// The month that is open.
    shown: Memo<Option<Month>>,
) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let charges = Memo::new(move |_| ledger.of_month(month));
    let is_closed = memo::flag(move || shown.get() != Some(month));
    Effect::new(move |_| {
        let charges = charges.get();
        ledger.tariff.track();
        if !is_closed.get() {
            ledger.want_costs(&charges);
        }
    });
    // What is hidden does no work.
    let seen = Memo::new(move |_| if is_closed.get() { Vec::new() } else { charges.get() });
    let id = format!("month-{}", month.text());
    let name = words::month_name(&month.text());
    view! {
        <section class="card month" data-testid="month" data-month=month.text()>
            <h2 class="month__head">
                <button
                    type="button" class="month__name" aria-controls=id.clone()
                    aria-expanded=memo::text(move || (!is_closed.get()).to_string())
                    on:click=move |_| open.set(Some(month))
                >
                    {name}
                </button>
            </h2>
            <p class="month__sums" data-testid="month-sums">{sums(ledger, charges)}</p>
            <p class="hint">{missing(ledger, month, charges)}</p>
            <div id=id hidden=is_closed>
                <ul class="month__list">{rows(ledger, seen)}</ul>
                {by_label(ledger, seen)}
                <div class="notice__actions">
                    <a class="button" href=sheet(month) data-testid="to-sheet">{record::sheet()}</a>
                    {files::of_charges(ledger, &month.text(), seen)}
                </div>
            </div>
        </section>
    }
}

/// The address of a place.
pub(super) fn address(place: &Place) -> String {
    format!("{}/{}", Route::Charges.hash(), place.name())
}

fn sheet(month: Month) -> String {
    address(&Place::MonthSheet(month))
}

/// Number, energy and cost of charges in a line.
pub(super) fn summed(ledger: Ledger, charges: &[Charge]) -> String {
    let sums = ledger.sums(charges);
    let mut parts = vec![record::count(sums.count as u64), text::energy(Some(sums.energy_wh))];
    let tariff = ledger.tariff.get();
    if tariff.rates().is_some() {
        parts.push(if sums.is_waiting {
            "…".to_owned()
        } else {
            text::amount(sums.cost, tariff.currency)
        });
    }
    parts.join(" · ")
}

fn sums(ledger: Ledger, charges: Memo<Vec<Charge>>) -> Memo<String> {
    memo::text(move || charges.with(|charges| summed(ledger, charges)))
}

/// What the sums of a month lack.
fn missing(ledger: Ledger, month: Month, charges: Memo<Vec<Charge>>) -> Memo<String> {
    memo::text(move || {
        let sums = charges.with(|charges| ledger.sums(charges));
        let mut found = Vec::new();
        if ledger.lacks(month) {
            found.push(record::older_missing().to_owned());
        }
        if sums.incomplete > 0 {
            found.push(record::some_incomplete(sums.incomplete as u64));
        }
        let has_price = ledger.tariff.get().rates().is_some();
        if has_price && !sums.is_waiting && sums.without_cost > 0 {
            found.push(record::without_cost(sums.without_cost as u64));
        }
        found.join(" ")
    })
}

/// The charges, built again when one comes or goes.
fn rows(ledger: Ledger, charges: Memo<Vec<Charge>>) -> impl IntoView {
    let ids = Memo::new(move |_| {
        charges.with(|all| all.iter().map(|charge| charge.id.clone()).collect::<Vec<_>>())
    });
    move || ids.get().into_iter().map(|id| row(ledger, charges, id)).collect::<Vec<_>>()
}

fn row(ledger: Ledger, charges: Memo<Vec<Charge>>, id: String) -> impl IntoView {
    let href = address(&Place::Charge(id.clone()));
    let of = move |tell: fn(Ledger, &Charge) -> String| {
        let id = id.clone();
        memo::text(move || {
            charges.with(|all| {
                let charge = all.iter().find(|charge| charge.id == id);
                charge.map(|charge| tell(ledger, charge)).unwrap_or_default()
            })
        })
    };
    view! {
        <li class="month__row">
            <a class="month__charge" href=href data-testid="charge">
                <span class="month__when">{of(|_, charge| words::local_time(&charge.start))}</span>
                <span class="month__energy">{of(|_, charge| text::energy(charge.energy_wh))}</span>
                <span class="month__label">
                    <bdi>{of(|_, charge| charge.label.clone().unwrap_or_default())}</bdi>
                    <span>{of(|_, charge| about(charge))}</span>
                </span>
                <span class="month__cost">
                    {of(|ledger, charge| {
                        text::cost(ledger.cost(charge), ledger.tariff.get().currency)
                    })}
                </span>
            </a>
        </li>
    }
}

/// Its duration or that it runs, and that not all was seen.
fn about(charge: &Charge) -> String {
    let length = text::duration(charge.duration_s);
    let state = if charge.end.is_none() { record::runs().to_owned() } else { length };
    if charge.complete { state } else { format!("{state}. {}", record::incomplete()) }
}

/// The sums of each label, where there is one.
fn by_label(ledger: Ledger, charges: Memo<Vec<Charge>>) -> impl IntoView {
    let sums = Memo::new(move |_| {
        let told = |(label, charges): (Option<String>, Vec<Charge>)| {
            (label.unwrap_or_else(|| record::no_label().to_owned()), summed(ledger, &charges))
        };
        let is_labelled = charges.with(|all| all.iter().any(|charge| charge.label.is_some()));
        let all = charges.with(|charges| labels(charges));
        all.into_iter().filter(|_| is_labelled).map(told).collect::<Vec<_>>()
    });
    let row = |(label, told): (String, String)| {
        view! {
            <div class="details__row">
                <dt class="details__label"><bdi>{label}</bdi></dt>
                <dd class="details__value">{told}</dd>
            </div>
        }
    };
    view! {
        <div hidden=memo::flag(move || sums.with(Vec::is_empty))>
            <h3 class="month__part">{record::by_label()}</h3>
            <dl data-testid="labels">
                {move || sums.get().into_iter().map(row).collect::<Vec<_>>()}
            </dl>
        </div>
    }
}
