//! The state of the connection to a charger, from answers, failures and the age of the data.
//!
//! A pure state machine: the one poller reports each event with its time. `E` is the poller's own
//! error, so that each poller can explain what to do about it; `D` is the data, of which only the
//! age and the cycle are used.

use std::time::Duration;

use nrgkick_model::field::DocumentName;
use nrgkick_model::time::Moment;

use crate::snapshot::Snapshot;

/// Pause between the last answer of a poll and the next poll.
pub const POLL_PAUSE: Duration = Duration::from_secs(2);
/// Time after which `/info` is read again.
pub const INFO_PERIOD: Duration = Duration::from_secs(60);
/// Time after which an `/info` that failed is read again.
pub const INFO_RETRY: Duration = Duration::from_secs(10);
/// The least age at which data is stale, whether polls fail, hang or are not made.
pub const STALE_AFTER: Duration = Duration::from_secs(6);
/// Age of the data after which the charger counts as lost.
pub const LOST_AFTER: Duration = Duration::from_secs(30);

/// Data that grows old.
pub trait Aged {
    /// Returns the age of the data; `None` if it was never received.
    fn age(&self, now: Moment) -> Option<Duration>;

    /// Returns the duration of the last successful cycle, from one request to the next. A charger
    /// that is always slow is thereby not taken for an absent one.
    fn cycle(&self) -> Duration;
}

impl Aged for Snapshot {
    fn age(&self, now: Moment) -> Option<Duration> {
        Self::age(self, now)
    }

    fn cycle(&self) -> Duration {
        Self::cycle(self)
    }
}

/// `true` if an `age` is old for data that is renewed once in a `cycle`: the limit is the larger of
/// [`STALE_AFTER`] and twice the cycle, and at most [`LOST_AFTER`].
fn is_old(age: Duration, cycle: Duration) -> bool {
    age >= (cycle * 2).clamp(STALE_AFTER, LOST_AFTER)
}

/// The state of the connection to a charger, or to another polled device or server.
#[derive(Clone, Debug, PartialEq)]
pub enum Link<E, D = Snapshot> {
    /// No data yet.
    Connecting {
        /// Start of the first attempt.
        since: Moment,
        /// The error of the last attempt.
        error: Option<E>,
    },
    /// The data is fresh.
    Live {
        /// The data.
        snapshot: D,
    },
    /// The data is old; the next poll may succeed.
    Stale {
        /// The last data.
        snapshot: D,
        /// The error of the last poll; `None` if none has ended since.
        error: Option<E>,
    },
    /// The charger has not answered for a long time.
    Lost {
        /// The last data, if any was received.
        last: Option<D>,
        /// The error of the last poll.
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
    /// All states.
    pub const ALL: [Self; 4] = [Self::Connecting, Self::Live, Self::Stale, Self::Lost];

    /// Returns the name in attributes and reports.
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
    /// Starts without data and without an error.
    pub const fn connecting(now: Moment) -> Self {
        Self::Connecting { since: now, error: None }
    }

    /// Takes the data of a poll that was answered.
    #[must_use]
    pub fn answered(self, snapshot: D) -> Self {
        Self::Live { snapshot }
    }

    /// Takes the error of a poll that failed.
    #[must_use]
    pub fn missed(self, now: Moment, error: E) -> Self {
        match self {
            Self::Connecting { since, .. } if now.since(since) < LOST_AFTER => {
                Self::Connecting { since, error: Some(error) }
            }
            Self::Connecting { .. } => Self::Lost { last: None, error },
            Self::Live { snapshot } if !is_stale(&snapshot, now) => Self::Live { snapshot },
            Self::Live { snapshot } | Self::Stale { snapshot, .. } => {
                Self::Stale { snapshot, error: Some(error) }.aged(now)
            }
            Self::Lost { last, .. } => Self::Lost { last, error },
        }
    }

    /// Changes the data and keeps the state.
    #[must_use]
    pub fn map(self, change: impl FnOnce(D) -> D) -> Self {
        match self {
            Self::Live { snapshot } => Self::Live { snapshot: change(snapshot) },
            Self::Stale { snapshot, error } => Self::Stale { snapshot: change(snapshot), error },
            Self::Lost { last, error } => Self::Lost { last: last.map(change), error },
            Self::Connecting { .. } => self,
        }
    }

    /// Returns `true` if [`Link::aged`] would change the state.
    pub fn is_overdue(&self, now: Moment) -> bool {
        match self {
            Self::Live { snapshot } => is_stale(snapshot, now),
            Self::Stale { snapshot, error } => error.is_some() && is_lost(snapshot, now),
            Self::Connecting { .. } | Self::Lost { .. } => false,
        }
    }

    /// Updates the state to the time `now`, while a poll hangs or none is made.
    #[must_use]
    pub fn aged(self, now: Moment) -> Self {
        match self {
            Self::Live { snapshot } if is_stale(&snapshot, now) => {
                Self::Stale { snapshot, error: None }
            }
            Self::Stale { snapshot, error: Some(error) } if is_lost(&snapshot, now) => {
                Self::Lost { last: Some(snapshot), error }
            }
            other => other,
        }
    }

    /// Returns the last data.
    pub const fn snapshot(&self) -> Option<&D> {
        match self {
            Self::Connecting { .. } => None,
            Self::Live { snapshot } | Self::Stale { snapshot, .. } => Some(snapshot),
            Self::Lost { last, .. } => last.as_ref(),
        }
    }

    /// Returns the last data, unless the charger is lost.
    pub const fn current(&self) -> Option<&D> {
        match self {
            Self::Lost { .. } => None,
            other => other.snapshot(),
        }
    }

    /// Returns the error of the last poll.
    pub const fn error(&self) -> Option<&E> {
        match self {
            Self::Connecting { error, .. } | Self::Stale { error, .. } => error.as_ref(),
            Self::Live { .. } => None,
            Self::Lost { error, .. } => Some(error),
        }
    }

    /// Returns the state without its data.
    pub const fn state(&self) -> LinkState {
        match self {
            Self::Connecting { .. } => LinkState::Connecting,
            Self::Live { .. } => LinkState::Live,
            Self::Stale { .. } => LinkState::Stale,
            Self::Lost { .. } => LinkState::Lost,
        }
    }
}

impl<E> Link<E> {
    /// Returns the age of `document` if it is old; `None` if it is fresh or was never received. The
    /// link's own state depends on the measured values alone.
    pub fn old(&self, document: DocumentName, now: Moment) -> Option<Duration> {
        let snapshot = self.snapshot()?;
        let age = now.since(snapshot.at(document)?);
        is_old(age, snapshot.cycle()).then_some(age)
    }
}

fn is_stale(data: &impl Aged, now: Moment) -> bool {
    data.age(now).is_none_or(|age| is_old(age, data.cycle()))
}

fn is_lost(data: &impl Aged, now: Moment) -> bool {
    data.age(now).is_none_or(|age| age >= LOST_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nrgkick_model::Readings;

    fn at(milliseconds: u64) -> Moment {
        Moment::from_millis(milliseconds)
    }

    fn values(link: Link<&'static str>, milliseconds: u64) -> Link<&'static str> {
        let before = link.snapshot().cloned().unwrap_or_default();
        link.answered(before.with(at(milliseconds), DocumentName::Values, Readings::default()))
    }

    fn live(milliseconds: u64) -> Link<&'static str> {
        values(Link::connecting(at(0)), milliseconds)
    }

    /// A link whose last cycle took `seconds`.
    fn slow(seconds: u64) -> Link<&'static str> {
        let snapshot = Snapshot::default().paced(Duration::from_secs(seconds));
        Link::connecting(at(0)).answered(snapshot.with(
            at(10_000),
            DocumentName::Values,
            Readings::default(),
        ))
    }

    #[test]
    fn data_is_stale_after_6_seconds_whether_polls_fail_or_hang() {
        let missed = live(10_000).missed(at(12_000), "refused").missed(at(15_999), "refused");
        assert_eq!((missed.state(), missed.error()), (LinkState::Live, None));
        let missed = missed.missed(at(16_000), "refused");
        assert_eq!((missed.state(), missed.error()), (LinkState::Stale, Some(&"refused")));
        // A poll that hangs reports nothing, so only the clock shows it.
        assert_eq!(live(10_000).aged(at(15_999)).state(), LinkState::Live);
        let hangs = live(10_000).aged(at(16_000));
        assert_eq!((hangs.state(), hangs.error()), (LinkState::Stale, None));
        assert_eq!(values(hangs, 17_000).state(), LinkState::Live);
    }

    #[test]
    fn a_charger_that_is_always_slow_is_live_for_twice_its_cycle() {
        assert_eq!(slow(10).aged(at(29_999)).state(), LinkState::Live);
        assert_eq!(slow(10).aged(at(30_000)).state(), LinkState::Stale);
        assert_eq!(slow(2).aged(at(15_999)).state(), LinkState::Live, "never less than 6 s");
        assert_eq!(slow(60).aged(at(39_999)).state(), LinkState::Live);
        assert_eq!(slow(60).aged(at(40_000)).state(), LinkState::Stale, "lost is never live");
    }

    #[test]
    fn after_30_seconds_without_an_answer_the_charger_is_lost() {
        let link = live(10_000).missed(at(39_999), "no answer");
        assert_eq!(link.state(), LinkState::Stale);
        let missed = link.clone().missed(at(40_000), "refused");
        assert_eq!((missed.state(), missed.error()), (LinkState::Lost, Some(&"refused")));
        assert!(missed.snapshot().is_some(), "lost keeps the last data");
        assert_eq!(missed.current(), None, "and does not pass it off as now");
        assert_eq!(values(missed, 50_000).state(), LinkState::Live);
        // After one failed poll the age decides, also while the next poll hangs.
        assert_eq!(link.aged(at(40_000)).state(), LinkState::Lost);
        // No poll has been made since, so the next one may be answered.
        let slept = live(10_000).aged(at(600_000));
        assert_eq!((slept.state(), slept.error()), (LinkState::Stale, None));
        assert_eq!(slept.aged(at(600_001)).state(), LinkState::Stale);
    }

    #[test]
    fn an_error_on_connecting_is_told_at_once() {
        let link: Link<_> = Link::connecting(at(0)).missed(at(1_000), "wrong password");
        assert_eq!((link.state(), link.error()), (LinkState::Connecting, Some(&"wrong password")));
        let link = link.missed(at(30_000), "wrong password");
        assert_eq!(link.state(), LinkState::Lost);
        assert_eq!(link.snapshot(), None);
    }

    #[test]
    fn settings_grow_old_by_themselves_while_values_go_on() {
        let control = |link: Link<&'static str>, milliseconds| {
            let before = link.snapshot().cloned().unwrap_or_default();
            link.answered(before.with(at(milliseconds), DocumentName::Control, Readings::default()))
        };
        let mut link = control(live(10_000), 10_000);
        let old = |link: &Link<_>, now| link.old(DocumentName::Control, at(now));
        assert_eq!(old(&link, 15_999), None);
        for seconds in 1..=36 {
            link = values(link, 10_000 + seconds * 1_000);
        }
        assert_eq!(link.state(), LinkState::Live);
        assert_eq!(old(&link, 46_000), Some(Duration::from_secs(36)));
        link = control(link, 47_000);
        assert_eq!(old(&link, 47_100), None);
        assert_eq!(old(&live(10_000), 99_000), None, "never received is not old");
    }
}
