//! Whether the charger answers, and how far the last data can be trusted.
//!
//! A pure state machine: the one poller tells it what happened and when. `E` is the poller's own
//! error, so that each can say what its reader can do about it; `D` is the data, of which nothing
//! but its age is asked.

use std::time::Duration;

use crate::snapshot::Snapshot;
use crate::time::Moment;

/// Pause between the last answer of a poll and the next poll.
pub const POLL_PAUSE: Duration = Duration::from_secs(2);
/// `/info` is asked again after this time.
pub const INFO_PERIOD: Duration = Duration::from_secs(60);
/// Missed polls after which data is stale.
pub const STALE_AFTER_MISSES: u32 = 2;
/// Age of the data after which the charger counts as lost.
pub const LOST_AFTER: Duration = Duration::from_secs(30);
/// Age after which data is stale although no poll was missed: the page was asleep.
pub const STALE_AFTER: Duration = Duration::from_secs(10);

/// Data that grows old.
pub trait Aged {
    /// How old it is; nothing where it was never received.
    fn age(&self, now: Moment) -> Option<Duration>;
}

impl Aged for Snapshot {
    fn age(&self, now: Moment) -> Option<Duration> {
        Self::age(self, now)
    }
}

/// The state of reaching a charger, or whatever else is polled.
#[derive(Clone, Debug, PartialEq)]
pub enum Link<E, D = Snapshot> {
    /// No data yet.
    Connecting {
        /// Since when.
        since: Moment,
        /// What the last attempt failed with.
        error: Option<E>,
    },
    /// The data is fresh.
    Live {
        /// The data.
        snapshot: D,
        /// Polls missed since; fewer than [`STALE_AFTER_MISSES`].
        missed: u32,
    },
    /// The data is old, and the charger may be back with the next poll.
    Stale {
        /// The last data.
        snapshot: D,
        /// What the last poll failed with; nothing where none was tried.
        error: Option<E>,
    },
    /// The charger has not answered for a long time.
    Lost {
        /// The last data, where there ever was any.
        last: Option<D>,
        /// What the last poll failed with.
        error: E,
    },
}

/// The four states without their data, for attributes and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkState {
    /// No data yet.
    Connecting,
    /// The data is fresh.
    Live,
    /// The data is old.
    Stale,
    /// The charger has not answered for a long time.
    Lost,
}

impl LinkState {
    /// The word for attributes and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Stale => "stale",
            Self::Lost => "lost",
        }
    }
}

impl<E, D: Aged> Link<E, D> {
    /// A link that has just been begun.
    pub const fn connecting(now: Moment) -> Self {
        Self::Connecting { since: now, error: None }
    }

    /// A poll was answered.
    #[must_use]
    pub fn answered(self, snapshot: D) -> Self {
        Self::Live { snapshot, missed: 0 }
    }

    /// A poll failed.
    #[must_use]
    pub fn missed(self, now: Moment, error: E) -> Self {
        match self {
            Self::Connecting { since, .. } if now.since(since) < LOST_AFTER => {
                Self::Connecting { since, error: Some(error) }
            }
            Self::Connecting { .. } => Self::Lost { last: None, error },
            Self::Live { snapshot, missed } if missed + 1 < STALE_AFTER_MISSES => {
                Self::Live { snapshot, missed: missed + 1 }
            }
            Self::Live { snapshot, .. } | Self::Stale { snapshot, .. } => {
                if snapshot.age(now).is_some_and(|age| age < LOST_AFTER) {
                    Self::Stale { snapshot, error: Some(error) }
                } else {
                    Self::Lost { last: Some(snapshot), error }
                }
            }
            Self::Lost { last, .. } => Self::Lost { last, error },
        }
    }

    /// Whether data that counts as fresh is too old for that: nobody polled, or a poll hangs.
    pub fn is_overdue(&self, now: Moment) -> bool {
        matches!(self, Self::Live { snapshot, .. }
            if snapshot.age(now).is_none_or(|age| age >= STALE_AFTER))
    }

    /// The poller goes on after a time in which it did not poll.
    #[must_use]
    pub fn resumed(self, now: Moment) -> Self {
        let is_overdue = self.is_overdue(now);
        match self {
            Self::Live { snapshot, .. } if is_overdue => Self::Stale { snapshot, error: None },
            other => other,
        }
    }

    /// The last data.
    pub const fn snapshot(&self) -> Option<&D> {
        match self {
            Self::Connecting { .. } => None,
            Self::Live { snapshot, .. } | Self::Stale { snapshot, .. } => Some(snapshot),
            Self::Lost { last, .. } => last.as_ref(),
        }
    }

    /// What the last poll failed with.
    pub const fn error(&self) -> Option<&E> {
        match self {
            Self::Connecting { error, .. } | Self::Stale { error, .. } => error.as_ref(),
            Self::Live { .. } => None,
            Self::Lost { error, .. } => Some(error),
        }
    }

    /// The state without its data.
    pub const fn state(&self) -> LinkState {
        match self {
            Self::Connecting { .. } => LinkState::Connecting,
            Self::Live { .. } => LinkState::Live,
            Self::Stale { .. } => LinkState::Stale,
            Self::Lost { .. } => LinkState::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::DocumentName;
    use crate::reading::Readings;

    const SECOND: u64 = 1_000;

    fn at(seconds: u64) -> Moment {
        Moment::from_millis(seconds * SECOND)
    }

    fn live(seconds: u64) -> Link<&'static str> {
        Link::connecting(at(0)).answered(Snapshot::default().with(
            at(seconds),
            DocumentName::Values,
            Readings::default(),
        ))
    }

    #[test]
    fn one_missed_poll_is_nothing_two_are_stale_and_30_seconds_are_lost() {
        let link = live(10).missed(at(12), "no answer");
        assert_eq!(link.state(), LinkState::Live);
        let link = link.missed(at(14), "no answer");
        assert_eq!((link.state(), link.error()), (LinkState::Stale, Some(&"no answer")));
        let link = link.missed(at(39), "no answer");
        assert_eq!(link.state(), LinkState::Stale);
        let link = link.missed(at(40), "refused");
        assert_eq!((link.state(), link.error()), (LinkState::Lost, Some(&"refused")));
        assert!(link.snapshot().is_some(), "lost keeps the last data");
        let link = link.answered(Snapshot::default().with(
            at(50),
            DocumentName::Values,
            Readings::default(),
        ));
        assert_eq!(link.state(), LinkState::Live);
    }

    #[test]
    fn an_error_on_connecting_is_told_at_once() {
        let link: Link<_> = Link::connecting(at(0)).missed(at(1), "wrong password");
        assert_eq!((link.state(), link.error()), (LinkState::Connecting, Some(&"wrong password")));
        let link = link.missed(at(30), "wrong password");
        assert_eq!(link.state(), LinkState::Lost);
        assert_eq!(link.snapshot(), None);
    }

    #[test]
    fn data_from_before_a_sleep_is_not_live() {
        assert_eq!(live(10).resumed(at(12)).state(), LinkState::Live);
        assert_eq!(live(10).resumed(at(20)).state(), LinkState::Stale);
        assert_eq!(live(10).resumed(at(20)).error(), None);
    }
}
