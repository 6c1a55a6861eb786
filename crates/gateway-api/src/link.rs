//! Whether the charger answers, and how far the last data can be trusted.
//!
//! A pure state machine: the one poller tells it what happened and when. `E` is the poller's own
//! error, so that each can say what its reader can do about it; `D` is the data, of which nothing
//! but its age is asked.

use std::time::Duration;

use nrgkick_model::field::DocumentName;
use nrgkick_model::time::Moment;

use crate::snapshot::Snapshot;

/// Pause between the last answer of a poll and the next poll.
pub const POLL_PAUSE: Duration = Duration::from_secs(2);
/// `/info` is asked again after this time.
pub const INFO_PERIOD: Duration = Duration::from_secs(60);
/// `/info` that could not be read is asked for again after this time.
pub const INFO_RETRY: Duration = Duration::from_secs(10);
/// The least age at which data is stale, whether polls fail, hang or nobody polls.
pub const STALE_AFTER: Duration = Duration::from_secs(6);
/// Age of the data after which the charger counts as lost.
pub const LOST_AFTER: Duration = Duration::from_secs(30);

/// Data that grows old.
pub trait Aged {
    /// How old it is; nothing where it was never received.
    fn age(&self, now: Moment) -> Option<Duration>;

    /// How long the last cycle took that succeeded, from one question to the next. Who is always
    /// slow is not away.
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

/// Whether what is `age` old is old for somebody who answers once in a `cycle`: the larger of
/// [`STALE_AFTER`] and twice the cycle, and never more than [`LOST_AFTER`].
fn is_old(age: Duration, cycle: Duration) -> bool {
    age >= (cycle * 2).clamp(STALE_AFTER, LOST_AFTER)
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
    },
    /// The data is old, and the charger may be back with the next poll.
    Stale {
        /// The last data.
        snapshot: D,
        /// What the last poll failed with; nothing where none has ended since.
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
    /// All states.
    pub const ALL: [Self; 4] = [Self::Connecting, Self::Live, Self::Stale, Self::Lost];

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
        Self::Live { snapshot }
    }

    /// A poll failed.
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

    /// What is known changes, and how fresh it is does not.
    #[must_use]
    pub fn map(self, change: impl FnOnce(D) -> D) -> Self {
        match self {
            Self::Live { snapshot } => Self::Live { snapshot: change(snapshot) },
            Self::Stale { snapshot, error } => Self::Stale { snapshot: change(snapshot), error },
            Self::Lost { last, error } => Self::Lost { last: last.map(change), error },
            Self::Connecting { .. } => self,
        }
    }

    /// Whether [`Link::aged`] would change anything.
    pub fn is_overdue(&self, now: Moment) -> bool {
        match self {
            Self::Live { snapshot } => is_stale(snapshot, now),
            Self::Stale { snapshot, error } => error.is_some() && is_lost(snapshot, now),
            Self::Connecting { .. } | Self::Lost { .. } => false,
        }
    }

    /// Time has passed, with a poll that hangs or without any.
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

    /// The last data.
    pub const fn snapshot(&self) -> Option<&D> {
        match self {
            Self::Connecting { .. } => None,
            Self::Live { snapshot } | Self::Stale { snapshot, .. } => Some(snapshot),
            Self::Lost { last, .. } => last.as_ref(),
        }
    }

    /// The last data, unless it is too old to say anything of now.
    pub const fn current(&self) -> Option<&D> {
        match self {
            Self::Lost { .. } => None,
            other => other.snapshot(),
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

impl<E> Link<E> {
    /// The age of `document` where it is old; nothing where it is fresh or was never received.
    /// The link's own state is about the measured values.
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
        // A poll that hangs tells nothing; the clock does.
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
        // One poll that failed is enough; the next may hang.
        assert_eq!(link.aged(at(40_000)).state(), LinkState::Lost);
        // Nobody has asked since: the next poll may be answered.
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
