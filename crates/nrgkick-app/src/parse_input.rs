//! Parsing what people type into a control, before anything is sent.
//!
//! Ranges and steps are the model's; this adds the unit's own maximum, the comma that many
//! keyboards offer, and messages that name the value.

use nrgkick_model::command::{ChargingCurrent, EnergyLimit, InvalidCommand};
use nrgkick_model::number::fixed;

use crate::format::{GROUP, grouped};
use crate::words::control;

/// Reads a current in A, at most `max`.
///
/// # Errors
/// A sentence that names the value.
pub fn current(text: &str, max: f64) -> Result<ChargingCurrent, String> {
    let (amperes, min) = (number(text)?, ChargingCurrent::MIN);
    if amperes < min || amperes > max + 1e-6 {
        let value = text.trim();
        return Err(control::current_outside(
            &grouped(&fixed(max, 1)),
            &grouped(&fixed(min, 1)),
            value,
        ));
    }
    ChargingCurrent::from_amperes(amperes).map_err(|error| words(text, &error))
}

/// Reads an energy limit in kWh; nothing or 0 is no limit.
///
/// # Errors
/// A sentence that names the value.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just before")]
pub fn energy_limit(text: &str) -> Result<EnergyLimit, String> {
    if text.trim().is_empty() {
        return Ok(EnergyLimit::NONE);
    }
    let watt_hours = number(text)? * 1000.0;
    let max = EnergyLimit::MAX;
    if !(0.0..=f64::from(max)).contains(&watt_hours) {
        let max = grouped(&(max / 1000).to_string());
        return Err(control::limit_outside(&max, text.trim()));
    }
    if (watt_hours - watt_hours.round()).abs() > 1e-6 {
        return Err(control::limit_too_fine(text.trim()));
    }
    EnergyLimit::from_watt_hours(watt_hours.round() as u32).map_err(|error| words(text, &error))
}

/// Parses digits with an optional sign and one decimal point or comma; no exponent.
fn number(text: &str) -> Result<f64, String> {
    // The page's own way to write thousands.
    let text = text.trim().replace(GROUP, "");
    let text = text.as_str();
    let (sign, digits) = text.strip_prefix('-').map_or((1.0, text), |digits| (-1.0, digits));
    let (mut value, mut scale, mut seen) = (0.0, 0.0, false);
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                value = value * 10.0 + f64::from(byte - b'0');
                scale *= 10.0;
                seen = true;
            }
            b'.' | b',' if scale == 0.0 => scale = 1.0,
            _ => return Err(no_number(text)),
        }
    }
    if seen { Ok(sign * value / f64::max(scale, 1.0)) } else { Err(no_number(text)) }
}

fn no_number(text: &str) -> String {
    control::no_number(&text.chars().take(20).collect::<String>())
}

fn words(text: &str, error: &InvalidCommand) -> String {
    let value = text.trim();
    match error {
        InvalidCommand::OutOfRange { allowed, .. } => control::outside(&allowed.to_string(), value),
        InvalidCommand::TooFine { step, .. } => control::too_fine(step, value),
        other => format!("{other}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currents_take_comma_and_point() {
        for text in ["16", "16.0", " 16,0 "] {
            assert_eq!(current(text, 32.0).unwrap().amperes(), 16.0, "{text}");
        }
    }

    #[test]
    fn a_wrong_current_is_named() {
        for (text, part) in [
            ("5.9", "5.9 A is outside 6.0 to 16.0 A"),
            ("32.1", "32.1 A is outside"),
            ("abc", "“abc” is no number"),
            ("1e1", "“1e1” is no number"),
            ("NaN", "“NaN” is no number"),
            ("", "“” is no number"),
            ("20", "20 A is outside 6.0 to 16.0 A"),
            ("15.55", "15.55 is finer than the charger's steps of 0.1 A"),
        ] {
            let error = current(text, 16.0).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn limits_are_kilowatt_hours_to_the_watt_hour() {
        for (text, watt_hours) in [
            ("", 0),
            ("0", 0),
            ("10", 10_000),
            ("0,001", 1),
            ("12.345", 12_345),
            ("1\u{202f}000", 1_000_000),
        ] {
            assert_eq!(energy_limit(text).unwrap().watt_hours(), watt_hours, "{text}");
        }
        for (text, part) in [
            ("1000.1", "outside"),
            ("-1", "outside"),
            ("1.00005", "finer"),
            ("ten", "“ten” is no number"),
        ] {
            let error = energy_limit(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
