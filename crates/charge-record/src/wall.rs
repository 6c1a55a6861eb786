//! Wall time as the record keeps it: whole seconds since 1970, UTC, and its text (RFC 3339).
//!
//! Not here: clocks. Daylight saving has no effect, as nothing here knows a zone.

use std::time::SystemTime;

use gateway_api::utc;

/// Seconds since 1970, UTC.
pub type Wall = i64;

/// The last second of the year 9999, which RFC 3339 can still write.
const LAST: Wall = 253_402_300_799;

/// Returns the wall time of `time`; a time before 1970 is 0.
pub fn of(time: SystemTime) -> Wall {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    Wall::try_from(seconds).unwrap_or(LAST).min(LAST)
}

/// Writes `2026-11-29T03:40:00Z`. What RFC 3339 cannot write becomes its nearest bound.
pub fn text(wall: Wall) -> String {
    utc::text(wall.clamp(0, LAST))
}

/// Reads RFC 3339 with `Z` or an offset, or seconds since 1970. Fractions of a second are dropped.
///
/// # Errors
/// A sentence that quotes the text.
pub fn parse(text: &str) -> Result<Wall, String> {
    let bad = || {
        let shown: String = text.chars().take(40).collect();
        format!("{shown:?} is no time: write 2026-11-29T03:40:00Z or seconds since 1970")
    };
    if let Ok(seconds) = text.parse::<Wall>() {
        return if (0..=LAST).contains(&seconds) { Ok(seconds) } else { Err(bad()) };
    }
    // A `+` in a query that was not escaped arrives as a space.
    let text = text.trim_end().replace(' ', "+");
    let (local, offset) = split_offset(&text).ok_or_else(bad)?;
    if !local.contains('T') {
        return Err(bad());
    }
    let time = humantime::parse_rfc3339(&format!("{local}Z")).map_err(|_| bad())?;
    Some(of(time) - offset).filter(|wall| (0..=LAST).contains(wall)).ok_or_else(bad)
}

/// Splits the offset, s, off the end.
fn split_offset(text: &str) -> Option<(&str, Wall)> {
    if let Some(local) = text.strip_suffix('Z') {
        return Some((local, 0));
    }
    let (local, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (sign, rest) = offset.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let number = |text: &str, most: Wall| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<Wall>().ok().filter(|number| digits && *number <= most)
    };
    let seconds = number(hours, 23)? * 3600 + number(minutes, 59)? * 60;
    match sign {
        "+" => Some((local, seconds)),
        "-" => Some((local, -seconds)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_both_forms_and_written_in_utc() {
        let noon = 1_795_953_600;
        assert_eq!(text(noon), "2026-11-29T12:00:00Z");
        for same in [
            "1795953600",
            "2026-11-29T12:00:00Z",
            "2026-11-29T12:00:00.250Z",
            "2026-11-29T13:00:00+01:00",
            "2026-11-29T13:00:00 01:00",
            "2026-11-29T02:30:00-09:30",
        ] {
            assert_eq!(parse(same), Ok(noon), "{same}");
        }
        assert_eq!(text(-5), "1970-01-01T00:00:00Z");
        assert_eq!(text(Wall::MAX), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn anything_else_is_refused_and_quoted() {
        for bad in [
            "",
            "now",
            "-1",
            "2026-11-29",
            "2026-11-29T12:00:00",
            "2026-13-29T12:00:00Z",
            "1e9",
            "2026-11-29T12:00:00+1:00",
            "2026-11-29T12:00:00+01:60",
            "2026-11-29 12:00:00Z",
            "99999999999999999999",
            "253402300800",
            "é+01:00",
            "T",
            "Z",
            "0000-00-00T00:00:00Z",
        ] {
            assert!(parse(bad).is_err_and(|error| error.contains("is no time")), "{bad}");
        }
    }
}
