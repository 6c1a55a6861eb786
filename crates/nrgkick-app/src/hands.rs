//! Hands before the page: free, or before a display on the wall, which keeps them off.
//!
//! `?kiosk` in the address makes the page a display. It changes nothing until somebody has unlocked
//! it, and nothing again some time after the last touch; the touch after that only wakes it. This
//! keeps hands off. It is no lock against the network: that is what a server's tokens are for.
//!
//! Plain logic at a given moment, in the first load, because it locks the controls from the first
//! moment on. Not here: the PIN, and the touches themselves ([`kiosk`](crate::kiosk)).

use std::time::Duration;

use nrgkick_model::time::Moment;

use crate::browser;

/// The parameter of the address bar that makes the page a display.
pub const PARAMETER: &str = "kiosk";

/// The time after the last touch at which a display locks itself and rests.
pub const REST_AFTER: Duration = Duration::from_secs(60);

/// What hands may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hands {
    /// No display: everything.
    #[default]
    Free,
    /// A display on the wall.
    Display {
        /// The last touch; at first the start of the page.
        touched: Moment,
        /// Whether somebody has unlocked it since it last rested.
        is_open: bool,
    },
}

impl Hands {
    /// What the address bar asks for, at the start of the page. A display is locked.
    pub fn asked(now: Moment) -> Self {
        match browser::parameter(PARAMETER) {
            Some(_) => Self::Display { touched: now, is_open: false },
            None => Self::Free,
        }
    }

    /// Whether the page is a display.
    pub const fn is_display(self) -> bool {
        matches!(self, Self::Display { .. })
    }

    /// The time since the last touch of a display; none where the page is no display.
    pub fn idle(self, now: Moment) -> Option<Duration> {
        match self {
            Self::Free => None,
            Self::Display { touched, .. } => Some(now.since(touched)),
        }
    }

    /// Whether it is a display that nobody uses: the next touch only wakes it.
    pub fn rests(self, now: Moment) -> bool {
        self.idle(now).is_some_and(|idle| idle >= REST_AFTER)
    }

    /// Whether nothing may be changed.
    pub fn are_kept_off(self, now: Moment) -> bool {
        self.is_display() && self.locks_in(now).is_none()
    }

    /// The time until an unlocked display locks itself, unless it is touched.
    pub fn locks_in(self, now: Moment) -> Option<Duration> {
        match self {
            Self::Display { touched, is_open: true } if !self.rests(now) => {
                Some(REST_AFTER - now.since(touched))
            }
            _ => None,
        }
    }

    /// After a touch. A display that has rested stays locked.
    #[must_use]
    pub fn touched(self, now: Moment) -> Self {
        match self {
            Self::Free => Self::Free,
            Self::Display { .. } => {
                Self::Display { touched: now, is_open: !self.are_kept_off(now) }
            }
        }
    }

    /// A display that is unlocked or locked now.
    #[must_use]
    pub const fn unlocked(self, now: Moment, is_open: bool) -> Self {
        match self {
            Self::Free => Self::Free,
            Self::Display { .. } => Self::Display { touched: now, is_open },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::from_millis(seconds * 1_000)
    }

    const DISPLAY: Hands = Hands::Display { touched: Moment::from_millis(100_000), is_open: false };

    #[test]
    fn a_page_that_is_no_display_keeps_nobody_off() {
        let free = Hands::asked(at(0));
        assert_eq!(free, Hands::Free);
        assert!(!free.are_kept_off(at(9_999)) && !free.rests(at(9_999)));
        assert_eq!(free.touched(at(5)).unlocked(at(5), false), Hands::Free);
    }

    #[test]
    fn a_display_is_locked_however_often_it_is_touched() {
        let mut hands = DISPLAY;
        for seconds in 100..200 {
            assert!(hands.are_kept_off(at(seconds)), "{seconds}");
            hands = hands.touched(at(seconds));
        }
    }

    #[test]
    fn an_unlocked_display_counts_down_from_the_last_touch_and_locks() {
        let hands = DISPLAY.unlocked(at(110), true);
        assert_eq!(hands.locks_in(at(110)), Some(REST_AFTER));
        assert_eq!(hands.locks_in(at(169)), Some(Duration::from_secs(1)));
        let touched = hands.touched(at(169));
        assert_eq!(touched.locks_in(at(169)), Some(REST_AFTER));
        for (hands, end) in [(hands, 170), (touched, 229)] {
            assert!(!hands.are_kept_off(at(end - 1)));
            assert!(hands.are_kept_off(at(end)) && hands.rests(at(end)));
            assert!(hands.touched(at(end)).are_kept_off(at(end)), "the touch only wakes it");
            assert!(!hands.touched(at(end)).rests(at(end)));
        }
        assert!(hands.unlocked(at(111), false).are_kept_off(at(111)));
    }

    #[test]
    fn a_clock_that_is_behind_the_last_touch_does_no_harm() {
        let hands = DISPLAY.unlocked(at(110), true);
        assert_eq!(hands.locks_in(at(109)), Some(REST_AFTER));
        assert!(!hands.rests(at(109)));
    }
}
