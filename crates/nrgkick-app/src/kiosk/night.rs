//! The hours in which a display that nobody uses is dim, by the clock of the device.

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// When a display that rests is dim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Night {
    /// Never.
    Never,
    /// From a time to another one, which may be of the next day; in minutes since midnight, at
    /// most 1,440.
    Between(u16, u16),
}

impl Default for Night {
    /// From 22:00 to 6:00.
    fn default() -> Self {
        Self::Between(22 * 60, 6 * 60)
    }
}

impl Night {
    /// Reads `off`, or two times such as `22-6` or `21:30-6:15`; `None` where it is something else.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "off" {
            return Some(Self::Never);
        }
        let (from, to) = text.split_once('-')?;
        let (from, to) = (time(from)?, time(to)?);
        (from != to).then_some(Self::Between(from % DAY, to))
    }

    /// Whether it is night at `minute` of the day.
    pub const fn is_at(self, minute: u16) -> bool {
        match self {
            Self::Never => false,
            Self::Between(from, to) if from < to => from <= minute && minute < to,
            Self::Between(from, to) => from <= minute || minute < to,
        }
    }
}

/// A time of the day, in minutes; the end of the day is `24`.
fn time(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':').unwrap_or((text, "0"));
    let number = |text: &str, max: u16| {
        let is_short =
            matches!(text.len(), 1..=2) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|number| is_short && *number <= max)
    };
    let minutes = number(hour, 24)? * 60 + number(minute, 59)?;
    (minutes <= DAY).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_may_go_over_midnight() {
        let night = Night::default();
        for (hour, wanted) in
            [(0, true), (5, true), (6, false), (12, false), (21, false), (22, true)]
        {
            assert_eq!(night.is_at(hour * 60), wanted, "{hour}");
        }
        assert!(night.is_at(6 * 60 - 1) && !night.is_at(22 * 60 - 1));
        let noon = Night::parse("12-13:30").unwrap();
        assert!(noon.is_at(720) && noon.is_at(809) && !noon.is_at(810) && !noon.is_at(0));
        assert!((0..DAY).all(|minute| !Night::Never.is_at(minute)));
        let always = Night::parse("0-24").unwrap();
        assert!((0..DAY).all(|minute| always.is_at(minute)));
    }

    #[test]
    fn times_are_hours_with_or_without_minutes() {
        for (text, wanted) in [
            ("22-6", Some(Night::default())),
            ("22:00-06:00", Some(Night::default())),
            ("23:45-24", Some(Night::Between(1_425, DAY))),
            ("0-24", Some(Night::Between(0, DAY))),
            ("0-7", Some(Night::Between(0, 420))),
            ("off", Some(Night::Never)),
        ] {
            assert_eq!(Night::parse(text), wanted, "{text}");
        }
        for text in
            ["", "on", "22", "22-", "-6", "25-6", "22:60-6", "22-6-7", "+1-2", "24:01-1", "6-6"]
        {
            assert_eq!(Night::parse(text), None, "{text}");
        }
    }
}
