//! Numbers and switches as devices and programs write them for people.

use nrgkick_model::custom_api::Observed;

/// A value written as a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written<'t> {
    pub(super) observed: Observed,
    /// The unit after the number; empty without one.
    pub(super) unit: &'t str,
}

/// Reads a switch, or a number with or without a unit. `decimal_comma` is set where the file says
/// that a comma is the decimal sign.
///
/// # Errors
/// A message without the text.
pub(super) fn written(text: &str, decimal_comma: bool) -> Result<Written<'_>, String> {
    let text = text.trim();
    if let Some(flag) = switch(text) {
        return Ok(Written { observed: Observed::Flag(flag), unit: "" });
    }
    let no_number = || "is no number".to_owned();
    let (is_negative, rest) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let rest = rest.trim_start();
    let end =
        rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(end);
    let exponent = exponent(rest);
    let (exponent, unit) = rest.split_at(exponent);
    let mut plain = plain(digits, decimal_comma)?;
    plain.push_str(exponent);
    let number: f64 = plain.parse().map_err(|_| no_number())?;
    let number = if is_negative { -number } else { number };
    let observed = Observed::number(number).ok_or_else(no_number)?;
    Ok(Written { observed, unit: unit.trim() })
}

/// Reads the states of a switch as Home Assistant, Python and others write them.
fn switch(text: &str) -> Option<bool> {
    let is = |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["on", "true"]) { Some(true) } else { is(["off", "false"]).then_some(false) }
}

/// Returns the length of an exponent at the beginning of `text`.
fn exponent(text: &str) -> usize {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return 0 };
    let digits = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 { 0 } else { text.len() - digits.len() + count }
}

/// Writes digits with separators as a number with a decimal point only.
fn plain(digits: &str, decimal_comma: bool) -> Result<String, String> {
    let (dots, commas) = (digits.matches('.').count(), digits.matches(',').count());
    let decimal = match (dots, commas) {
        (0, 0) => None,
        // Both: the last one is the decimal sign.
        (1.., 1..) => digits.rfind(['.', ',']),
        (1, 0) if !decimal_comma => digits.find('.'),
        (0, 1) if decimal_comma || !is_ambiguous(digits) => digits.find(','),
        (0, 1) => {
            return Err(
                "can be two numbers, as its comma may separate thousands (decimal = \",\" \
                        where it is the decimal sign)"
                    .to_owned(),
            );
        }
        // Several of one kind separate thousands.
        _ => None,
    };
    let (whole, fraction) = match decimal {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, ""),
    };
    let separators = whole.matches(['.', ',']).count();
    let mut groups = whole.split(['.', ',']);
    let is_whole =
        groups.next().is_some_and(|first| separators == 0 || (1..=3).contains(&first.len()))
            && groups.all(|group| group.len() == 3);
    if !is_whole || fraction.contains(['.', ',']) || (whole.is_empty() && fraction.is_empty()) {
        return Err("is no number".to_owned());
    }
    let whole = whole.replace(['.', ','], "");
    Ok(format!("0{whole}.{fraction}0"))
}

/// `true` for a comma that may separate thousands, as in 1,234; not in 0,234.
fn is_ambiguous(digits: &str) -> bool {
    digits.split_once(',').is_some_and(|(whole, fraction)| {
        fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_devices_write_for_people_is_read() {
        for (text, number, unit) in [
            ("+5", 5.0, ""),
            (".5", 0.5, ""),
            ("5.", 5.0, ""),
            ("1,5", 1.5, ""),
            ("-0,25 kW", -0.25, "kW"),
            ("0,234 kW", 0.234, "kW"),
            ("78.2 %", 78.2, "%"),
            ("1234 W", 1234.0, "W"),
            ("1234W", 1234.0, "W"),
            ("\u{2212}12 W", -12.0, "W"),
            ("- 12", -12.0, ""),
            ("1.234,5", 1234.5, ""),
            ("1,234.5", 1234.5, ""),
            ("1,234,567", 1_234_567.0, ""),
            ("1.5e3", 1500.0, ""),
            ("1E-2 W", 0.01, "W"),
            ("007", 7.0, ""),
        ] {
            let observed = Observed::Number(number);
            assert_eq!(written(text, false), Ok(Written { observed, unit }), "{text}");
        }
        for (text, number) in [("1,234", 1.234), ("1.234", 1234.0), ("1.234,5", 1234.5)] {
            assert_eq!(written(text, true).unwrap().observed, Observed::Number(number), "{text}");
        }
        for (text, flag) in [("on", true), ("True", true), ("OFF", false), ("false", false)] {
            assert_eq!(written(text, false).unwrap().observed, Observed::Flag(flag), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_two_is_refused() {
        for text in ["", "W", "abc", ".", "1.2.3", "1,2,3", "--5", "inf", "NaN", "1e999", "0x10 "] {
            let found = written(text, false);
            assert!(
                found.as_ref().is_err_and(|error| error.contains("no number"))
                    // A number with an unknown unit is refused later.
                    || found.as_ref().is_ok_and(|found| found.unit == "x10"),
                "{text}: {found:?}"
            );
        }
        assert!(written("1,234", false).unwrap_err().contains("decimal = \",\""));
    }
}
