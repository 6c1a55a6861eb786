//! Times as our documents have them: `2026-11-29T12:00:00Z`, and the calendar behind them.
//!
//! Not here: times that people type, which have more forms (`charge-record`), and time zones.

const DAY_S: i64 = 86_400;
/// Days of four centuries, after which the calendar repeats.
const ERA_DAYS: i64 = 146_097;
/// Days from the first of March of the year 0 until 1970.
const EPOCH: i64 = 719_468;

/// Seconds since 1970 of a time of a document: RFC 3339 in UTC with whole seconds. `None` for any
/// other text.
pub fn parse(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let since = days(year, month, day);
    let is_date = self::date(since) == (year, month, day);
    let is_time = hour < 24 && minute < 60 && second < 60;
    (is_date && is_time).then_some(since * DAY_S + hour * 3600 + minute * 60 + second)
}

/// Writes `seconds` since 1970 as [`parse`] reads them.
pub fn text(seconds: i64) -> String {
    let (year, month, day) = date(seconds.div_euclid(DAY_S));
    let of_day = seconds.rem_euclid(DAY_S);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Days from 1970 to a date of the Gregorian calendar.
pub const fn days(year: i64, month: i64, day: i64) -> i64 {
    // A year that begins in March has its odd day at its end.
    let year = if month < 3 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let (era, in_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * ERA_DAYS + in_era * 365 + in_era / 4 - in_era / 100 + of_year - EPOCH
}

/// The date that is so many days after 1970: year, month, day.
pub const fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + EPOCH;
    let (era, day) = (shifted.div_euclid(ERA_DAYS), shifted.rem_euclid(ERA_DAYS));
    let in_era = (day - day / 1_460 + day / 36_524 - day / (ERA_DAYS - 1)) / 365;
    let of_year = day - (365 * in_era + in_era / 4 - in_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = (from_march + 2) % 12 + 1;
    let year = era * 400 + in_era + if month < 3 { 1 } else { 0 };
    (year, month, of_year - (153 * from_march + 2) / 5 + 1)
}

fn numbers(text: &str, between: char, digits: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(between);
    let mut found = [0; 3];
    for (number, digits) in found.iter_mut().zip(digits) {
        let part = parts.next()?;
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = part.parse().ok().filter(|_| is_number)?;
    }
    parts.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of `date --utc +%s`.
    #[test]
    fn times_are_those_of_the_calendar() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("2024-12-31T00:00:00Z", 1_735_603_200),
            ("2026-11-29T12:00:00Z", 1_795_953_600),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
            assert_eq!(self::text(seconds), text);
        }
    }

    #[test]
    fn every_day_of_four_centuries_is_the_one_after_the_day_before() {
        let (first, last) = (days(1999, 1, 1), days(2401, 1, 1));
        for day in first..last {
            let (year, month, of_month) = date(day);
            assert_eq!(days(year, month, of_month), day);
            assert!((1..=12).contains(&month) && (1..=31).contains(&of_month));
        }
        assert_eq!(last - first, 402 * 365 + 98);
    }

    #[test]
    fn anything_else_is_no_time() {
        for bad in [
            "",
            "2026-11-29",
            "2026-11-29T12:00:00",
            "2026-11-29 12:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-29T24:00:00Z",
            "2026-11-29T12:00:00.5Z",
            "2026-11-29T12:00:00+01:00",
            "+026-11-29T12:00:00Z",
            "2026-11-29-1T12:00:00Z",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
