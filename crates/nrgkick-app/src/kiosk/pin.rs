//! The PIN of a display, and the pauses after wrong ones.
//!
//! It keeps hands off. A digest of so few digits would hide it from nobody who can read the storage
//! of the browser, so it is kept as it is, and the settings say so.

use std::time::Duration;

use nrgkick_model::time::Moment;

/// The least number of digits.
pub(super) const MIN: usize = 4;

/// The greatest number of digits.
pub(super) const MAX: usize = 8;

/// Wrong PINs that cost no pause.
const FREE: u32 = 3;

/// The pause after the first wrong PIN that costs one; each further one doubles it.
const PAUSE: Duration = Duration::from_secs(30);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// 4 to 8 digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// Reads `text`; `None` where it is no PIN.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_pin = (MIN..=MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_pin.then(|| Self(text.to_owned()))
    }

    /// The digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin")
    }
}

/// The wrong PINs since the last right one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wrong {
    /// How many. Outlives the page, so that loading it anew gains nothing.
    pub count: u32,
    /// The time of the last one, or the start of the page where it was before.
    pub at: Moment,
}

impl Wrong {
    /// One more.
    #[must_use]
    pub const fn and_now(self, now: Moment) -> Self {
        Self { count: self.count.saturating_add(1), at: now }
    }

    /// The time until the next PIN is looked at; none where it may be entered.
    pub fn wait(self, now: Moment) -> Option<Duration> {
        let doublings = self.count.checked_sub(FREE)?.min(10);
        let pause = (PAUSE * 2_u32.pow(doublings)).min(LONGEST);
        pause.checked_sub(now.since(self.at)).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_four_to_eight_digits() {
        for text in ["0000", "12345678", " 4711 "] {
            assert_eq!(Pin::parse(text).unwrap().digits(), text.trim());
        }
        for text in ["", "123", "123456789", "12a4", "-123", "١٢٣٤", "12 34"] {
            assert_eq!(Pin::parse(text), None, "{text}");
        }
        assert!(!format!("{:?}", Pin::parse("4711")).contains("4711"), "never in a log");
    }

    #[test]
    fn wrong_pins_slow_down_and_a_new_page_does_not_help() {
        let at = |seconds: u64| Moment::from_millis(seconds * 1_000);
        let mut wrong = Wrong { count: 0, at: at(5) };
        for pause in [0, 0, 30, 60, 120, 240, 480, 900, 900] {
            wrong = wrong.and_now(at(100));
            assert_eq!(wrong.wait(at(100)).unwrap_or_default(), Duration::from_secs(pause));
            assert_eq!(wrong.wait(at(100 + pause)), None);
        }
        let reloaded = Wrong { count: 4, at: at(3_600) };
        assert_eq!(reloaded.wait(at(3_659)), Some(Duration::from_secs(1)));
        let many = Wrong { count: u32::MAX, at: at(0) }.and_now(at(0));
        assert_eq!(many.wait(at(0)), Some(LONGEST));
    }
}
