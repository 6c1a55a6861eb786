//! Keeping the screen on, and saying honestly whether that works.
//!
//! Here: the states, and when to ask again. Not here: asking (`wake_lock`).

use std::time::Duration;

use nrgkick_model::time::Moment;

use crate::words::kiosk as words;

/// The pause before a browser that refused or let go is asked again.
const AGAIN: Duration = Duration::from_secs(30);

/// Whether the screen is kept on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wake {
    /// The browser has been asked, at this time.
    Asked(Moment),
    /// It is kept on.
    On,
    /// The browser offers it only over HTTPS.
    NeedsHttps,
    /// The browser does not offer it.
    NotOffered,
    /// The browser refused, at this time, for this reason of its own.
    Refused(Moment, String),
    /// It was kept on until this time: the browser lets go when the page is hidden, for one.
    Lost(Moment),
}

impl Wake {
    /// Whether the browser is to be asked now.
    pub fn is_due(&self, now: Moment) -> bool {
        match self {
            Self::On | Self::NeedsHttps | Self::NotOffered => false,
            // At once when the page is seen again.
            Self::Lost(_) => true,
            // One that never answers is asked again, too.
            Self::Asked(at) | Self::Refused(at, _) => now.since(*at) >= AGAIN,
        }
    }

    /// In words.
    pub fn text(&self) -> String {
        let text = match self {
            Self::Asked(_) => words::wake_asked(),
            Self::On => words::wake_on(),
            Self::NeedsHttps => words::wake_https(),
            Self::NotOffered => words::wake_none(),
            Self::Refused(_, reason) => return words::wake_refused(reason),
            Self::Lost(_) => words::wake_lost(),
        };
        text.to_owned()
    }

    /// The name in attributes.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Asked(_) => "asked",
            Self::On => "on",
            Self::NeedsHttps => "needs-https",
            Self::NotOffered => "not-offered",
            Self::Refused(..) => "refused",
            Self::Lost(_) => "lost",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_refused_is_asked_again_later_and_who_cannot_is_not() {
        let at = |seconds: u64| Moment::from_millis(seconds * 1_000);
        for wake in [Wake::Refused(at(10), "NotAllowedError".into()), Wake::Asked(at(10))] {
            assert!(!wake.is_due(at(39)) && wake.is_due(at(40)), "{wake:?}");
        }
        assert!(Wake::Lost(at(10)).is_due(at(10)), "when the page is seen again");
        for wake in [Wake::On, Wake::NeedsHttps, Wake::NotOffered] {
            assert!(!wake.is_due(at(1_000_000)), "{wake:?}");
        }
    }

    #[test]
    fn only_one_state_says_that_the_screen_stays_on() {
        let at = Moment::default();
        for wake in [
            Wake::NeedsHttps,
            Wake::NotOffered,
            Wake::Refused(at, "low battery".into()),
            Wake::Lost(at),
        ] {
            assert!(wake.text().contains("may go off"), "{wake:?}");
        }
        assert!(Wake::On.text().contains("stays on"));
        assert!(Wake::Refused(at, "low battery".into()).text().contains("low battery"));
    }
}
