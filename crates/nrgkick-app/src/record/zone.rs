//! The time of day and the month of a moment, by the clock on the wall of whoever looks.

use gateway_api::utc;

const DAY_S: i64 = 86_400;

/// A time zone: by seconds since 1970 the minutes that its clocks are ahead of UTC.
#[derive(Clone, Copy)]
pub struct Zone(pub fn(i64) -> i64);

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Year.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
}

impl Month {
    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let is_number = |text: &str, digits| {
            text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_number(year, 4) || !is_number(month, 2) {
            return None;
        }
        let month = month.parse().ok().filter(|month| (1..=12).contains(month))?;
        Some(Self { year: year.parse().ok()?, month })
    }

    /// Writes `2026-11`.
    pub fn text(self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }
}

impl Zone {
    /// The seconds that the clock on the wall shows, as if since 1970.
    fn shifted(self, at: i64) -> i64 {
        at + (self.0)(at) * 60
    }

    /// Whether its clocks are as far ahead at `to` as at `from`, at most a day and a bit before.
    pub fn is_steady(self, from: i64, to: i64) -> bool {
        (self.0)(from) == (self.0)(to)
    }

    /// The month of the moment `at`, s since 1970.
    pub fn month(self, at: i64) -> Month {
        let (year, month, _) = utc::date(self.shifted(at).div_euclid(DAY_S));
        Month { year, month }
    }

    /// The minute of the day, 0 to 1,439.
    pub fn minute_of_day(self, at: i64) -> u16 {
        u16::try_from(self.shifted(at).rem_euclid(DAY_S) / 60).unwrap_or_default()
    }

    /// The clock on the wall as spreadsheets of every language read it: `2026-11-29 18:04:00`.
    pub fn text(self, at: i64) -> String {
        utc::text(self.shifted(at)).replace('T', " ").replace('Z', "")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Central Europe: an hour ahead, and two in summer, by the dates on which that changes.
    pub(crate) const VIENNA: Zone = Zone(|at| {
        // From 29 March to 25 October 2026, at 01:00 UTC.
        if (1_774_746_000..1_792_890_000).contains(&at) { 120 } else { 60 }
    });

    fn at(text: &str) -> i64 {
        utc::parse(text).unwrap()
    }

    #[test]
    fn the_month_is_that_of_the_wall() {
        let november = Month { year: 2026, month: 11 };
        assert_eq!(VIENNA.month(at("2026-10-31T22:59:59Z")), Month { year: 2026, month: 10 });
        assert_eq!(VIENNA.month(at("2026-10-31T23:00:00Z")), november);
        assert_eq!(VIENNA.month(at("2026-12-31T23:00:00Z")), Month { year: 2027, month: 1 });
    }

    /// On 25 October the hour from two to three comes twice.
    #[test]
    fn the_clock_jumps_where_summer_ends() {
        assert_eq!(VIENNA.text(at("2026-10-25T00:59:00Z")), "2026-10-25 02:59:00");
        assert_eq!(VIENNA.text(at("2026-10-25T01:00:00Z")), "2026-10-25 02:00:00");
        assert_eq!(VIENNA.minute_of_day(at("2026-10-25T01:00:00Z")), 120);
        assert_eq!(VIENNA.minute_of_day(at("2026-11-29T22:59:30Z")), 23 * 60 + 59);
        assert_eq!(VIENNA.minute_of_day(at("2026-11-29T23:00:00Z")), 0);
    }

    #[test]
    fn a_month_is_read_as_it_is_written_and_nothing_else_is() {
        let month = Month { year: 2026, month: 3 };
        assert_eq!((month.text(), Month::parse("2026-03")), ("2026-03".to_owned(), Some(month)));
        for bad in ["", "2026", "2026-13", "2026-00", "26-03", "2026-3", "2026-+3", "x"] {
            assert_eq!(Month::parse(bad), None, "{bad}");
        }
    }
}
