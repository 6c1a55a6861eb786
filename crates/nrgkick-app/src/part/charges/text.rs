//! Charges in words.

use gateway_api::record::{Charge, EndedBy, EnergyFrom, Gap, GapReason};

use crate::format::{self, GROUP};
use crate::record::cost::NoCost;
use crate::record::money::{Amount, Price};
use crate::record::tariff::{Base, Rates, Tariff};
use crate::words::{self, local_time, record};

/// Energy, or the sign for none.
pub(super) fn energy(watt_hours: Option<u64>) -> String {
    format::energy(watt_hours.map(number)).text()
}

/// A counter in kWh with all its decimals, as it stands on a sheet.
pub(super) fn counter(watt_hours: Option<u64>) -> String {
    watt_hours.map_or_else(
        || words::NONE.to_owned(),
        |wh| format::grouped(&format!("{}.{:03}", wh / 1000, wh % 1000)) + " kWh",
    )
}

#[expect(clippy::cast_precision_loss, reason = "a counter of Wh, for people")]
fn number(number: u64) -> f64 {
    number as f64
}

/// Power, or the sign for none.
pub(super) fn power(watts: Option<u32>) -> String {
    format::power(watts.map(f64::from)).text()
}

/// A length of time.
pub(super) fn duration(seconds: u64) -> String {
    format::duration(Some(number(seconds))).text()
}

/// An amount with its currency.
pub(super) fn amount(amount: Amount, currency: &str) -> String {
    format!("{}{GROUP}{currency}", format::grouped(&amount.text()))
}

/// What a charge costs; empty without a tariff, a dash where there is no cost.
pub(super) fn cost(cost: Option<Result<Amount, NoCost>>, currency: &str) -> String {
    match cost {
        None => String::new(),
        Some(Ok(amount)) => self::amount(amount, currency),
        Some(Err(NoCost::NotRead)) => "…".to_owned(),
        Some(Err(_)) => words::NONE.to_owned(),
    }
}

/// Why there is no cost; empty where there is one.
pub(super) fn why_no_cost(cost: Option<Result<Amount, NoCost>>) -> &'static str {
    match cost {
        None | Some(Ok(_)) => "",
        Some(Err(NoCost::NoEnergy)) => record::cost_no_energy(),
        Some(Err(NoCost::NotRead)) => record::cost_waiting(),
        Some(Err(NoCost::NoCurve)) => record::cost_no_curve(),
        Some(Err(NoCost::Unseen)) => record::cost_unseen(),
    }
}

/// Why a charge ended; empty while it runs.
pub(super) fn ended_by(charge: &Charge) -> &'static str {
    match charge.ended_by {
        None => "",
        Some(EndedBy::Unplugged) => record::by_unplugged(),
        Some(EndedBy::Limit) => record::by_limit(),
        Some(EndedBy::Paused) => record::by_paused(),
        Some(EndedBy::Error) => record::by_error(),
        Some(EndedBy::Vehicle) => record::by_vehicle(),
        Some(EndedBy::Unknown) => record::by_unknown(),
    }
}

/// The end, or that it runs.
pub(super) fn end(charge: &Charge) -> String {
    charge.end.as_deref().map_or_else(|| record::runs().to_owned(), local_time)
}

/// What was not seen of a charge, and what else is odd about its figures.
pub(super) fn remarks(charge: &Charge) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(charge.seen_from.as_deref().map(|from| record::seen_from(&local_time(from))));
    found.extend(charge.before_wh.map(|before| record::before(&energy(Some(before)))));
    found.extend(charge.gaps.iter().map(gap));
    if charge.more_gaps > 0 {
        found.push(record::more_gaps(charge.more_gaps.into()));
    }
    if let Some(by) = charge.clock_set_s.filter(|by| *by != 0) {
        found.push(record::clock_set(&format::length(by.unsigned_abs())));
    }
    if charge.energy_from == Some(EnergyFrom::Charge) {
        found.push(record::from_charge().to_owned());
    }
    if found.is_empty() && !charge.complete {
        found.push(record::incomplete().to_owned());
    }
    found
}

fn gap(gap: &Gap) -> String {
    let (from, to) = (local_time(&gap.from), local_time(&gap.to));
    if gap.reason == GapReason::Counter {
        return record::gap_counter(&from, &to);
    }
    let rise = gap.energy_wh.map(|wh| {
        let energy = energy(Some(wh));
        if gap.counted { record::gap_counted(&energy) } else { record::gap_left_out(&energy) }
    });
    format!("{} {}", record::gap(&from, &to), rise.unwrap_or_default()).trim_end().to_owned()
}

/// The prices that costs are worked out by, in a sentence; empty where there are none.
pub(super) fn prices(tariff: &Tariff) -> String {
    let text =
        |price: Price| format!("{}{GROUP}{}", format::grouped(&price.text()), tariff.currency);
    match (tariff.rates(), tariff.base) {
        (None, _) => String::new(),
        (Some(Rates::One(price)), Base::Employer) => record::sheet_flat(&text(price)),
        (Some(Rates::One(price)), Base::Own) => record::sheet_one_price(&text(price)),
        (Some(Rates::Two(price, second)), _) => {
            let (from, to) = second.window.texts();
            // In the order of their names.
            record::sheet_two_prices(&from, &text(price), &text(second.price), &to)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample::charge;

    #[test]
    fn gaps_are_said_with_what_the_counter_knows_of_them() {
        let gap = |reason, energy_wh, counted| Gap {
            from: "2026-11-29T17:10:00Z".into(),
            to: "2026-11-29T17:20:00Z".into(),
            reason,
            energy_wh,
            counted,
        };
        let charge = Charge {
            complete: false,
            seen_from: Some("2026-11-29T17:00:00Z".into()),
            before_wh: Some(1_500),
            gaps: vec![
                gap(GapReason::Away, Some(1_200), true),
                gap(GapReason::Away, Some(40), false),
                gap(GapReason::Counter, None, false),
            ],
            more_gaps: 2,
            clock_set_s: Some(-7_200),
            ..charge()
        };
        let said = remarks(&charge).join("\n");
        for part in [
            "first seen on 2026-11-29T17:00:00Z",
            "1.50 kWh for this vehicle",
            "by 1.20 kWh meanwhile, which is part of the energy",
            "by 0.04 kWh meanwhile, which is not part",
            "17:20:00Z the counter of the charger jumped",
            "2 more gaps",
            "set by 2 h",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert_eq!(remarks(&super::super::super::super::record::sample::charge()), [""; 0]);
    }

    #[test]
    fn a_counter_is_told_to_its_last_watt_hour() {
        assert_eq!(counter(Some(1_234_567_089)), "1\u{202f}234\u{202f}567.089 kWh");
        assert_eq!(counter(None), "—");
    }

    #[test]
    fn the_prices_are_said_as_they_count() {
        let tariff = |text| Tariff::read(text).unwrap();
        assert_eq!(prices(&Tariff::default()), "");
        let two = prices(&tariff("EUR own 0.32 0.2233@22:00-06:00 0.34"));
        let wanted = "0.32\u{202f}EUR; from 22:00 to 06:00 0.2233\u{202f}EUR";
        assert!(two.contains(wanted), "{two}");
        let flat = prices(&tariff("CHF employer - - 0.34"));
        assert!(flat.contains("employer") && flat.contains("0.34\u{202f}CHF"), "{flat}");
    }
}
