//! The record as CSV (RFC 4180): a head, CRLF, times in UTC.
//!
//! A label that a spreadsheet would take for a formula gets an apostrophe in front.

use std::fmt::Write as _;

use gateway_api::record::{Charge, ChargeWithCurve, History, Spread};

const CHARGE_HEAD: &str = "id,start,end,duration_s,energy_wh,energy_from,before_wh,peak_w,phases,\
    ended_by,complete,unseen_s,counter_start_wh,counter_end_wh,serial_number,simulated,label";

/// Charges, a row each. `unseen_s` is the time of their gaps.
pub fn charges(charges: &[Charge]) -> String {
    let mut text = format!("{CHARGE_HEAD}\r\n");
    for charge in charges {
        let row = [
            charge.id.clone(),
            charge.start.clone(),
            charge.end.clone().unwrap_or_default(),
            charge.duration_s.to_string(),
            number(charge.energy_wh),
            charge.energy_from.map(word).unwrap_or_default(),
            number(charge.before_wh),
            number(charge.peak_w),
            number(charge.phases),
            charge.ended_by.map(|by| by.name().to_owned()).unwrap_or_default(),
            charge.complete.to_string(),
            unseen(charge).to_string(),
            number(charge.counter_start_wh),
            number(charge.counter_end_wh),
            field(&charge.serial_number),
            charge.simulated.to_string(),
            field(charge.label.as_deref().unwrap_or_default()),
        ];
        line(&mut text, &row);
    }
    text
}

/// The curve of a charge, a row for each point.
pub fn curve(charge: &ChargeWithCurve) -> String {
    let mut text = "at,power_w,current_set_a,counter_wh\r\n".to_owned();
    for point in &charge.curve {
        let set = number(point.current_set_a);
        line(&mut text, &[point.at.clone(), number(point.power_w), set, number(point.counter_wh)]);
    }
    text
}

/// A history, a row for each point.
pub fn history(history: &History) -> String {
    let mut text = "at,seen,missed,status".to_owned();
    let names = ["power_w", "current_set_a", "signalled_a", "l1_a", "l2_a", "l3_a", "housing_c"];
    for name in names {
        // Writing to a string cannot fail.
        let _ = write!(text, ",{name}_min,{name}_max,{name}_mean");
    }
    text.push_str("\r\n");
    for point in &history.points {
        let mut row = vec![
            point.at.clone(),
            point.seen.to_string(),
            point.missed.to_string(),
            number(point.status),
        ];
        let series: [Option<Spread>; 7] = [
            point.power_w,
            point.current_set_a,
            point.signalled_a,
            point.l1_a,
            point.l2_a,
            point.l3_a,
            point.housing_c,
        ];
        for spread in series {
            row.extend((0..3).map(|at| number(spread.map(|spread| spread[at]))));
        }
        line(&mut text, &row);
    }
    text
}

fn line(text: &mut String, fields: &[String]) {
    text.push_str(&fields.join(","));
    text.push_str("\r\n");
}

fn number<T: ToString>(number: Option<T>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn word(from: gateway_api::record::EnergyFrom) -> String {
    match from {
        gateway_api::record::EnergyFrom::Counter => "counter",
        gateway_api::record::EnergyFrom::Charge => "charge",
    }
    .to_owned()
}

fn unseen(charge: &Charge) -> i64 {
    let seconds = |text: &str| crate::wall::parse(text).unwrap_or_default();
    charge.gaps.iter().map(|gap| seconds(&gap.to) - seconds(&gap.from)).sum()
}

/// A text as a field: no formula, in quotes where it needs them.
fn field(text: &str) -> String {
    let is_formula =
        text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_label_is_a_formula_and_none_breaks_a_row() {
        for (label, expected) in [
            ("Anna, blue", "\"Anna, blue\""),
            ("the \"old\" one", "\"the \"\"old\"\" one\""),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            (" +1", "' +1"),
            ("@SUM(1,2)", "\"'@SUM(1,2)\""),
            ("-5", "'-5"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(field(label), expected);
        }
    }
}
