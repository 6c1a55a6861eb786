//! Charges as CSV (RFC 4180): a head, CRLF, times in UTC.
//!
//! A text that a spreadsheet would take for a formula gets an apostrophe in front.

use crate::record::{Charge, ChargeWithCurve, EnergyFrom};
use crate::utc;

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
            cell(&charge.serial_number, ','),
            charge.simulated.to_string(),
            cell(charge.label.as_deref().unwrap_or_default(), ','),
        ];
        line(&mut text, &row, ',');
    }
    text
}

/// The curve of a charge, a row for each point.
pub fn curve(charge: &ChargeWithCurve) -> String {
    let mut text = "at,power_w,current_set_a,counter_wh\r\n".to_owned();
    for point in &charge.curve {
        let set = number(point.current_set_a);
        let row = [point.at.clone(), number(point.power_w), set, number(point.counter_wh)];
        line(&mut text, &row, ',');
    }
    text
}

/// Adds a row of `cells` with `separator` between them.
pub fn line(text: &mut String, cells: &[String], separator: char) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(separator);
        }
        text.push_str(cell);
    }
    text.push_str("\r\n");
}

/// A number, empty where there is none.
pub fn number<T: ToString>(number: Option<T>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// A text as a cell: no formula, in quotes where it needs them.
pub fn cell(text: &str, separator: char) -> String {
    let is_formula =
        text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([separator, '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// The time of the gaps of a charge that are listed, s.
pub fn unseen(charge: &Charge) -> i64 {
    let seconds = |text: &str| utc::parse(text).unwrap_or_default();
    charge.gaps.iter().map(|gap| seconds(&gap.to) - seconds(&gap.from)).sum()
}

fn word(from: EnergyFrom) -> String {
    match from {
        EnergyFrom::Counter => "counter",
        EnergyFrom::Charge => "charge",
    }
    .to_owned()
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
            assert_eq!(cell(label, ','), expected);
        }
    }

    #[test]
    fn a_separator_is_quoted_where_it_separates() {
        assert_eq!(cell("a;b,c", ';'), "\"a;b,c\"");
        assert_eq!(cell("a,b", ';'), "a,b");
    }
}
