//! Formats numbers with integer arithmetic.
//!
//! The standard library prints floats exactly, which takes 16 kB of code on the page; for currents,
//! powers and temperatures integers are sufficient.

/// Formats `value` with `decimals`, at most 9; a half is rounded away from zero; a result of
/// zero has no sign.
///
/// A number beyond 64 bits becomes "a very large number", NaN "NaN".
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just before")]
#[expect(clippy::cast_precision_loss, reason = "ten to the ninth is exact")]
pub fn fixed(value: f64, decimals: u8) -> String {
    let scale = 10_u64.pow(decimals.min(9).into());
    let scaled = (value.abs() * scale as f64).round();
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if scaled >= u64::MAX as f64 {
        return "a very large number".to_owned();
    }
    let scaled = scaled as u64;
    let sign = if value < 0.0 && scaled > 0 { "-" } else { "" };
    let whole = scaled / scale;
    if scale == 1 {
        return format!("{sign}{whole}");
    }
    let mut fraction = (scaled % scale).to_string();
    while fraction.len() < usize::from(decimals.min(9)) {
        fraction.insert(0, '0');
    }
    format!("{sign}{whole}.{fraction}")
}

/// Formats `value` with the decimals that it has, up to six.
pub fn shortest(value: f64) -> String {
    let text = fixed(value, 6);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// Limits `value` to `least` and `most`; NaN becomes `least`.
///
/// The standard library's `clamp` panics with the numbers in its message, which brings the printer
/// of floats into the page.
pub const fn within(value: f64, least: f64, most: f64) -> f64 {
    value.max(least).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_the_least() {
        assert_eq!(within(f64::NAN, 0.0, 1.0), 0.0);
        assert_eq!(within(7.0, 0.0, 1.0), 1.0);
        assert_eq!(within(-7.0, 6.0, 32.0), 6.0);
    }

    #[test]
    fn numbers_are_rounded_to_their_decimals() {
        for (value, decimals, text) in [
            (0.0, 1, "0.0"),
            (-0.04, 1, "0.0"),
            (-0.05, 1, "-0.1"),
            (16.0, 1, "16.0"),
            (2868.123, 3, "2868.123"),
            (46.911_354, 6, "46.911354"),
            (1.999, 0, "2"),
            // A half in decimal is rounded up, though the float is a little below it.
            (15.95, 1, "16.0"),
            (231.456, 2, "231.46"),
            (-12.0, 0, "-12"),
            (0.007, 2, "0.01"),
            (f64::NAN, 1, "NaN"),
            (f64::INFINITY, 1, "a very large number"),
            (1e300, 1, "a very large number"),
        ] {
            assert_eq!(fixed(value, decimals), text);
        }
    }

    #[test]
    fn they_are_printed_as_the_standard_library_would() {
        for tenths in -4000..4000 {
            let value = f64::from(tenths) / 10.0;
            assert_eq!(fixed(value, 1), format!("{value:.1}"));
            assert_eq!(shortest(value), format!("{value}"));
        }
    }

    #[test]
    fn shortest_has_no_zeros_at_the_end() {
        for (value, text) in
            [(16.55, "16.55"), (10.0, "10"), (1e9, "1000000000"), (-1.5, "-1.5"), (0.0, "0")]
        {
            assert_eq!(shortest(value), text);
        }
    }
}
