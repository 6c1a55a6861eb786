//! Parser for times in flags and files: `500ms`, `5s`, `2m`, `1h 30m`.

use std::ops::RangeInclusive;
use std::time::Duration;

use humantime::{format_duration, parse_duration};

/// Parses a time within `bounds`.
///
/// # Errors
/// A message for the user. A number without a unit is refused, and the message gives both
/// readings, as `10` could mean seconds or milliseconds.
pub fn duration(text: &str, bounds: &RangeInclusive<Duration>) -> Result<Duration, String> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(format!(
            "`{text}` has no unit: write {text}s for seconds or {text}ms for \
                            milliseconds"
        ));
    }
    let duration = parse_duration(text)
        .map_err(|_| format!("`{text}` is no time such as 500ms, 10s, 2m or 1h"))?;
    if bounds.contains(&duration) {
        return Ok(duration);
    }
    let (least, most) = (format_duration(*bounds.start()), format_duration(*bounds.end()));
    Err(format!("{text} is not between {least} and {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_secs(86_400);

    #[test]
    fn times_have_a_unit_and_bounds() {
        for (text, milliseconds) in
            [("500ms", 500), ("500 ms", 500), (" 5s ", 5_000), ("1h 30m", 5_400_000)]
        {
            assert_eq!(duration(text, &BOUNDS), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        assert_eq!(duration("24h", &BOUNDS), Ok(*BOUNDS.end()));
        for bad in ["", "s", "-5s", "five", "5 beats", "99999999999999999999s"] {
            let error = duration(bad, &BOUNDS).unwrap_err();
            assert!(error.contains("is no time such as"), "{bad}: {error}");
        }
    }

    #[test]
    fn a_bare_number_is_refused_with_both_readings() {
        let error = duration("10", &BOUNDS).unwrap_err();
        assert!(error.contains("10s") && error.contains("10ms"), "{error}");
        assert!(duration("0", &BOUNDS).is_err() && duration("1.5", &BOUNDS).is_err());
    }

    #[test]
    fn what_is_out_of_bounds_is_told_them() {
        for out in ["0s", "25h"] {
            let error = duration(out, &BOUNDS).unwrap_err();
            assert_eq!(error, format!("{out} is not between 1ms and 1day"));
        }
    }
}
