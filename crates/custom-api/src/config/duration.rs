//! Times as people write them: `500ms`, `5s`, `2m`, `1h`.

use std::time::Duration;

/// The longest that is accepted: a day.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Nothing for what is no time, is zero, or is longer than a day.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (digits, unit) = text.split_at(end);
    let number: u64 = digits.parse().ok()?;
    let milliseconds = match unit.trim_start() {
        "ms" => 1,
        "s" => 1000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let duration = Duration::from_millis(number.checked_mul(milliseconds)?);
    (!duration.is_zero() && duration <= LONGEST).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_and_bounds() {
        assert_eq!(parse("5s"), Some(Duration::from_secs(5)));
        assert_eq!(parse("500 ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse("24h"), Some(LONGEST));
        for bad in ["5", "", "s", "0s", "-5s", "1.5s", "25h", "5 sec", "99999999999999999999s"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
