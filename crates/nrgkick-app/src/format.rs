//! Numbers as people read them.
//!
//! Plain functions from a value to text, so that they are tested without a browser. Decimals follow
//! the sign of the language in use. Thousands are set apart by a narrow space in every language: a
//! comma or a point is the decimal sign elsewhere, and what stands in a field may be sent.

mod field;

use nrgkick_model::number::fixed;

use crate::words;

pub use field::{as_read, reading};

/// A number and its unit, apart, because the unit is set smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The number, or the sign for "no value".
    pub number: String,
    /// The unit's symbol; empty where there is none or no value.
    pub unit: &'static str,
}

impl Quantity {
    /// No value.
    pub fn none() -> Self {
        Self { number: words::NONE.to_owned(), unit: "" }
    }

    /// `number` with `unit`.
    pub const fn new(number: String, unit: &'static str) -> Self {
        Self { number, unit }
    }

    /// Number and unit in one text, for what is read aloud.
    pub fn text(&self) -> String {
        if self.unit.is_empty() {
            return self.number.clone();
        }
        format!("{} {}", self.number, self.unit)
    }
}

/// `name` as long as there is room for; the whole one is in the details.
pub fn short(name: &str) -> String {
    const ROOM: usize = 40;
    let mut short: String = name.chars().take(ROOM).collect();
    if short.len() < name.len() {
        short.push('…');
    }
    short
}

/// Between thousands.
pub const GROUP: char = '\u{202f}';

/// `value` with `decimals`, thousands set apart, with the sign that is as wide as a digit.
fn number(value: f64, decimals: u8) -> String {
    grouped(&fixed(value, decimals))
}

/// The decimal number `text`, with a point, as it is shown. What is no number stays as it is.
pub fn grouped(text: &str) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let sign = if digits.len() < text.len() { "−" } else { "" };
    let whole = digits.find('.').unwrap_or(digits.len());
    let mut shown = sign.to_owned();
    for (index, char) in digits.char_indices() {
        if index > 0 && index < whole && (whole - index).is_multiple_of(3) && char.is_ascii_digit()
        {
            shown.push(GROUP);
        }
        shown.push(if char == '.' { words::decimal_sign() } else { char });
    }
    shown
}

/// Power in kW, always with two decimals, so that the phases add up to their sum.
pub fn power(watts: Option<f64>) -> Quantity {
    watts.map_or_else(Quantity::none, |watts| Quantity::new(number(watts / 1000.0, 2), "kW"))
}

/// Energy in kWh.
pub fn energy(watt_hours: Option<f64>) -> Quantity {
    watt_hours.map_or_else(Quantity::none, |watt_hours| {
        let kilowatt_hours = watt_hours / 1000.0;
        let decimals = if kilowatt_hours < 99.995 { 2 } else { 1 };
        Quantity::new(number(kilowatt_hours, decimals), "kWh")
    })
}

/// An energy limit in kWh, with as many decimals as it has.
pub fn limit(watt_hours: Option<f64>) -> Quantity {
    watt_hours.map_or_else(Quantity::none, |watt_hours| {
        let text = fixed(watt_hours / 1000.0, 3);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        Quantity::new(grouped(text), "kWh")
    })
}

/// Current in A, to the charger's tenth.
pub fn current(amperes: Option<f64>) -> Quantity {
    amperes.map_or_else(Quantity::none, |amperes| Quantity::new(number(amperes, 1), "A"))
}

/// Voltage in V, whole.
pub fn voltage(volts: Option<f64>) -> Quantity {
    volts.map_or_else(Quantity::none, |volts| Quantity::new(number(volts, 0), "V"))
}

/// A length of time in hours and minutes, below a minute in seconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a u32")]
pub fn duration(seconds: Option<f64>) -> Quantity {
    seconds.map_or_else(Quantity::none, |seconds| {
        let seconds = seconds as u32;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        match (hours, minutes) {
            (0, 0) => Quantity::new(seconds.to_string(), "s"),
            (0, _) => Quantity::new(minutes.to_string(), "min"),
            _ => Quantity::new(grouped(&hours.to_string()) + " h " + &minutes.to_string(), "min"),
        }
    })
}

/// A length of time in the largest unit that fits.
pub fn length(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

/// An age in the largest unit that fits.
pub fn age(seconds: u64) -> String {
    words::link::age(&length(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_has_two_decimals_so_that_the_phases_add_up() {
        for (watts, text) in [
            (0.0, "0.00 kW"),
            (-0.8, "0.00 kW"),
            (640.0, "0.64 kW"),
            (3_641.0, "3.64 kW"),
            (9_996.0, "10.00 kW"),
            (10_934.0, "10.93 kW"),
            (-310.4, "\u{2212}0.31 kW"),
            (1_234_560.0, "1\u{202f}234.56 kW"),
        ] {
            assert_eq!(power(Some(watts)).text(), text, "{watts} W");
        }
        assert_eq!(power(None).text(), "—");
        let phases = [3_641.0, 3_652.0, 3_641.0];
        let shown = |watts| power(Some(watts)).number.parse::<f64>().unwrap();
        let sum: f64 = phases.into_iter().map(shown).sum();
        assert!((sum - shown(phases.iter().sum())).abs() < 1e-9);
    }

    #[test]
    fn a_long_name_is_cut_between_letters() {
        assert_eq!(short("NRGkick 🔌⚡️"), "NRGkick 🔌⚡️");
        assert_eq!(short(&"⚡".repeat(300)), "⚡".repeat(40) + "…");
    }

    #[test]
    fn thousands_are_set_apart_and_words_are_not() {
        for (text, shown) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1_000"),
            ("-12345.678", "−12_345.678"),
            ("18446744073709551615", "18_446_744_073_709_551_615"),
            ("NaN", "NaN"),
            ("a very large number", "a very large number"),
        ] {
            assert_eq!(grouped(text), shown.replace('_', &GROUP.to_string()));
        }
    }

    #[test]
    fn limits_show_what_was_set_and_no_more() {
        for (watt_hours, text) in [
            (0.0, "0 kWh"),
            (1.0, "0.001 kWh"),
            (500.0, "0.5 kWh"),
            (10_000.0, "10 kWh"),
            (12_340.0, "12.34 kWh"),
            (1_000_000.0, "1\u{202f}000 kWh"),
        ] {
            assert_eq!(limit(Some(watt_hours)).text(), text);
        }
    }

    #[test]
    fn times_are_hours_and_minutes_and_ages_grow_coarse() {
        assert_eq!(duration(Some(0.0)).text(), "0 s");
        assert_eq!(duration(Some(59.0)).text(), "59 s");
        assert_eq!(duration(Some(60.0)).text(), "1 min");
        assert_eq!(duration(Some(4_320.0)).text(), "1 h 12 min");
        assert_eq!(duration(Some(360_060.0)).text(), "100 h 1 min");
        assert_eq!(age(0), "0 s ago");
        assert_eq!(age(119), "119 s ago");
        assert_eq!(age(120), "2 min ago");
        assert_eq!(age(7_200), "2 h ago");
    }
}
