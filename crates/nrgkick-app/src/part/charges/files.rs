//! Files to save. Nothing is sent anywhere: a file is in its link.

use gateway_api::csv;
use gateway_api::record::{Charge, ChargeWithCurve, Charges};
use leptos::prelude::*;

use super::text;
use crate::record::export::{Column, Flavour};
use crate::record::{HERE, Ledger};
use crate::words::{self, record};
use crate::{browser, memo};

/// The link that saves `file`, which is of the type `kind`.
pub(super) fn save(
    label: &'static str,
    testid: &'static str,
    name: Memo<String>,
    kind: &'static str,
    file: impl Fn() -> String + Send + Sync + 'static,
) -> impl IntoView {
    let address = memo::text(move || browser::file_address(kind, &file()));
    view! { <a class="button" download=name href=address data-testid=testid>{label}</a> }
}

pub(super) const CSV: &str = "text/csv";
pub(super) const JSON: &str = "application/json";

/// The links that save `charges` in each form, as files that begin with `name`.
pub(super) fn of_charges(
    ledger: Ledger,
    name: &str,
    charges: Memo<Vec<Charge>>,
) -> impl IntoView + use<> {
    let named = |end: &str| {
        let name = format!("nrgkick-{name}{end}");
        memo::text(move || name.clone())
    };
    let plain = move || charges.with(|charges| csv::charges(charges));
    let json = move || {
        let document = Charges { charges: charges.get(), next: None };
        // Texts and numbers can always be written.
        serde_json::to_string(&document).unwrap_or_default()
    };
    view! {
        {save(record::csv(), "csv", named(".csv"), CSV, move || table(ledger, &charges.get()))}
        {save(record::csv_plain(), "csv-plain", named("-plain.csv"), CSV, plain)}
        {save(record::json(), "json", named(".json"), JSON, json)}
    }
}

/// The links that save a charge with its curve.
pub(super) fn of_one(one: Memo<Option<ChargeWithCurve>>) -> impl IntoView {
    let named = move |end: &'static str| {
        memo::text(move || {
            let id = one.with(|one| one.as_ref().map(|one| one.charge.id.clone()));
            format!("nrgkick-{}{end}", id.unwrap_or_default())
        })
    };
    let curve = move || one.with(|one| one.as_ref().map(csv::curve)).unwrap_or_default();
    let json = move || one.with(|one| serde_json::to_string(one).unwrap_or_default());
    view! {
        {save(record::csv_curve(), "csv-curve", named(".csv"), CSV, curve)}
        {save(record::json(), "json-one", named(".json"), JSON, json)}
    }
}

/// `charges` as the language writes a table.
fn table(ledger: Ledger, charges: &[Charge]) -> String {
    let currency = ledger.tariff.get().currency;
    let flavour = Flavour {
        decimal: words::decimal_sign(),
        zone: HERE,
        head: &|column| head(column, currency),
        words: &|charge, column| match column {
            Column::Complete => words::flag(charge.complete).to_owned(),
            _ => text::ended_by(charge).to_owned(),
        },
        cost: &|charge| match ledger.cost(charge) {
            Some(Ok(amount)) => amount.text(),
            _ => String::new(),
        },
    };
    flavour.csv(charges)
}

fn head(column: Column, currency: &str) -> String {
    let (name, unit) = match column {
        Column::Start => (record::start(), ""),
        Column::End => (record::end(), ""),
        Column::Duration => (record::duration(), "min"),
        Column::Energy => (record::energy(), "kWh"),
        Column::Cost => (record::cost(), currency),
        Column::CounterStart => (record::counter_start(), "kWh"),
        Column::CounterEnd => (record::counter_end(), "kWh"),
        Column::Peak => (record::peak(), "kW"),
        Column::Phases => (record::phases(), ""),
        Column::EndedBy => (record::ended_by(), ""),
        Column::Complete => (record::complete(), ""),
        Column::Label => (record::label(), ""),
        Column::Serial => (record::serial(), ""),
        Column::Id => ("ID", ""),
    };
    if unit.is_empty() { name.to_owned() } else { format!("{name} ({unit})") }
}
