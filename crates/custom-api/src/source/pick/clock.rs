//! The age of a value, as its reply tells it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gateway_api::utc;
use serde_json::Value;

use crate::config::Clock;

/// How far the clock of a device may be ahead of this machine's.
const AHEAD: Duration = Duration::from_secs(60);
/// Unix times beyond this are in milliseconds: as seconds they are in the year 5138.
const MILLISECONDS: f64 = 1e11;

impl Clock {
    /// Returns the age of a value in `document`; `None` if nothing tells it. `is_kept` is set where
    /// the document lay somewhere for an unknown time.
    ///
    /// # Errors
    /// A message if the document should tell it and does not.
    pub(super) fn age(
        &self,
        document: &Value,
        is_kept: bool,
        now: SystemTime,
    ) -> Result<Option<Duration>, String> {
        match self {
            Self::Answer if is_kept => Ok(None),
            Self::Answer => Ok(Some(Duration::ZERO)),
            Self::Age(pointers, unit) => {
                let (pointer, found) = first(document, pointers)?;
                let age = number(found)
                    .filter(|age| *age >= 0.0)
                    .and_then(|age| Duration::try_from_secs_f64(age * unit.as_secs_f64()).ok())
                    .ok_or_else(|| format!("{pointer} is {found}, which is no age"))?;
                Ok(Some(age).filter(|_| !is_kept))
            }
            Self::Time(pointers) => {
                let (pointer, found) = first(document, pointers)?;
                let wrong = || {
                    format!(
                        "{pointer} is {found}, which is no time with its zone \
                         (2026-11-25T02:00:00+01:00) and no unix time"
                    )
                };
                let then = time(found).ok_or_else(wrong)?;
                let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
                match now.checked_sub(then) {
                    Some(age) => Ok(Some(age)),
                    None if then - now <= AHEAD => Ok(Some(Duration::ZERO)),
                    None => Err(format!(
                        "{pointer} is {found}, {} s ahead of this machine's clock: one of the two \
                         is wrong",
                        (then - now).as_secs()
                    )),
                }
            }
        }
    }
}

fn first<'d, 'p>(
    document: &'d Value,
    pointers: &'p [String],
) -> Result<(&'p str, &'d Value), String> {
    let found = pointers.iter().find_map(|at| Some((at.as_str(), document.pointer(at)?)));
    found.ok_or_else(|| {
        format!("the answer has nothing at {}, which should tell its age", pointers.join(" or "))
    })
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// Returns the time since the beginning of 1970, of RFC 3339 or in seconds or milliseconds.
fn time(value: &Value) -> Option<Duration> {
    let seconds = match number(value) {
        Some(number) if number > MILLISECONDS => number / 1000.0,
        Some(number) if number > 0.0 => number,
        Some(_) => return None,
        None => rfc3339(value.as_str()?)?,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// Parses a time with its zone (RFC 3339) into seconds since the beginning of 1970.
fn rfc3339(text: &str) -> Option<f64> {
    let text = text.trim();
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let zone = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = rest.split_at(zone);
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let mut parts = clock.splitn(3, ':');
    let (hour, minute): (i64, i64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let second: f64 = parts.next()?.parse().ok()?;
    let offset = match zone {
        "Z" | "z" => 0,
        zone => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
            if !(0..24).contains(&hours) || !(0..60).contains(&minutes) {
                return None;
            }
            let minutes = hours * 60 + minutes;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let is_right = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        // The calendar knows the length of each month.
        && utc::date(utc::days(year, month, day)) == (year, month, day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0.0..61.0).contains(&second);
    if !is_right {
        return None;
    }
    let minutes = (utc::days(year, month, day) * 24 + hour) * 60 + minute - offset;
    #[expect(clippy::cast_precision_loss, reason = "minutes of a date are far below 2^53")]
    Some(minutes as f64 * 60.0 + second)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: SystemTime = UNIX_EPOCH;

    /// The figures are those of `date -u -d TIME +%s`.
    #[test]
    fn times_of_all_kinds_are_the_same_moment() {
        for (text, seconds) in [
            (json!("2026-11-25T02:00:00+00:00"), 1_795_572_000.0),
            (json!("2026-11-25T03:30:00.5+01:30"), 1_795_572_000.5),
            (json!("2026-11-24T21:00:00-05:00"), 1_795_572_000.0),
            (json!("2026-11-25 02:00:00Z"), 1_795_572_000.0),
            (json!("2000-02-29T00:00:00Z"), 951_782_400.0),
            (json!("1970-01-01T00:00:01Z"), 1.0),
            (json!(1_795_572_000), 1_795_572_000.0),
            (json!(1_795_572_000_500_i64), 1_795_572_000.5),
            (json!("1795572000"), 1_795_572_000.0),
        ] {
            assert_eq!(time(&text).map(|time| time.as_secs_f64()), Some(seconds), "{text}");
        }
        for text in ["2026-11-25T02:00:00", "2026-13-01T00:00:00Z", "yesterday", "", "02:00"] {
            assert_eq!(time(&json!(text)), None, "{text}");
        }
        for text in [
            "2026-02-30T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-11-25T02:00:00+24:00",
            "2026-11-25T02:00:00+01:60",
            "2026-11-25T02:00:00+-1:00",
            "2026-11-25T02:00:00+9223372036854775807:00",
        ] {
            assert_eq!(time(&json!(text)), None, "{text} is no time");
        }
        assert_eq!(time(&json!(0)), None, "a clock that was never set");
    }

    #[test]
    fn an_age_is_told_or_refused() {
        let age = Clock::Age(vec!["/a".to_owned()], Duration::from_secs(1));
        let time = Clock::Time(vec!["/t".to_owned()]);
        let now = NOW + Duration::from_secs(1000);
        let seconds = |seconds| Ok(Some(Duration::from_secs(seconds)));
        assert_eq!(age.age(&json!({ "a": 7 }), false, now), seconds(7));
        assert_eq!(age.age(&json!({ "a": 7 }), true, now), Ok(None), "it lay for unknown time");
        assert!(age.age(&json!({ "a": -1 }), false, now).is_err());
        assert!(age.age(&json!({}), false, now).unwrap_err().contains("nothing at /a"));
        assert_eq!(time.age(&json!({ "t": 990 }), true, now), seconds(10));
        assert_eq!(time.age(&json!({ "t": 1050 }), false, now), seconds(0));
        let ahead = time.age(&json!({ "t": 1100 }), false, now).unwrap_err();
        assert!(ahead.contains("100 s ahead"), "{ahead}");
        assert_eq!(Clock::Answer.age(&json!({}), false, now), seconds(0));
        assert_eq!(Clock::Answer.age(&json!({}), true, now), Ok(None));
    }
}
