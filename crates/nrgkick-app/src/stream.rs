//! Events in place of polls: when a stream is opened and given up, and the documents that its
//! events make.
//!
//! Plain logic that takes the time. Not here: the stream itself ([`api`](crate::api)), and showing
//! what it brings ([`poll`](crate::poll)).

use std::time::Duration;

use gateway_api::budget;
use gateway_api::link::POLL_PAUSE;
use nrgkick_model::Readings;
use nrgkick_model::field::DocumentName;
use nrgkick_model::time::Moment;

use crate::api::Event;

/// Silence after which polls are made beside the stream: as long as a poll is waited for.
const QUIET: Duration = budget::PAGE_READ;
/// Silence after which a stream is given up, also before its first event: a web server in between
/// may keep events back, and a dead connection says nothing.
const SILENT: Duration = budget::PAGE_EVENT;
/// The pause after a stream failed, before the next is opened; doubles with each in a row.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// The longest of these pauses.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// When a stream is opened and given up: a state machine without a clock.
#[derive(Debug)]
pub struct Schedule {
    state: State,
    /// Streams in a row that failed before their first event.
    failures: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// No stream before this time.
    Closed { until: Moment },
    /// No event has come yet, since this time.
    Opening { since: Moment },
    /// The last event came at this time.
    Open { heard: Moment },
}

impl Schedule {
    /// Without a stream; the first is due at once.
    pub fn new() -> Self {
        Self { state: State::Closed { until: Moment::default() }, failures: 0 }
    }

    /// Whether a stream is to be opened.
    pub fn is_due(&self, now: Moment) -> bool {
        matches!(self.state, State::Closed { until } if now >= until)
    }

    /// A stream was opened.
    pub fn opened(&mut self, now: Moment) {
        self.state = State::Opening { since: now };
    }

    /// An event came.
    pub fn heard(&mut self, at: Moment) {
        (self.state, self.failures) = (State::Open { heard: at }, 0);
    }

    /// Whether the stream is to be given up.
    pub fn is_silent(&self, now: Moment) -> bool {
        match self.state {
            State::Opening { since: last } | State::Open { heard: last } => {
                now.since(last) >= SILENT
            }
            State::Closed { .. } => false,
        }
    }

    /// The stream failed: exponential backoff, ±20 % jitter. Clocks of pages begin when each is
    /// opened, so the last digits differ enough from page to page.
    pub fn failed(&mut self, now: Moment) {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(16)).min(LONGEST_PAUSE);
        self.failures += 1;
        let percent = 80 + u32::try_from(now.as_millis() % 41).unwrap_or_default();
        self.state = State::Closed { until: now + pause * percent / 100 };
    }

    /// The page closed the stream. The next is due at once.
    pub fn closed(&mut self) {
        self.state = State::Closed { until: Moment::default() };
    }

    /// For how long events take the place of polls, unless another comes; `None` where polls are
    /// made. They are until the first event has come.
    pub fn rest(&self, now: Moment) -> Option<Duration> {
        match self.state {
            State::Open { heard } => QUIET.checked_sub(now.since(heard)).filter(|d| !d.is_zero()),
            State::Closed { .. } | State::Opening { .. } => None,
        }
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self::new()
    }
}

/// The documents that the events of one stream make.
///
/// A change counts from the event before and not from what the page shows, which a poll may have
/// brought.
#[derive(Debug, Default)]
pub struct Documents {
    known: [Option<(Moment, Readings)>; DocumentName::ALL.len()],
    cycle: Option<Duration>,
}

impl Documents {
    /// Takes over an event that came at `received`.
    pub fn take(&mut self, event: Event, received: Moment) {
        for (known, told) in self.known.iter_mut().zip(event.documents) {
            let before = known.take().filter(|_| !event.is_snapshot);
            let Some(told) = told else {
                *known = before;
                continue;
            };
            *known = match (before, told.readings) {
                (Some((_, mut readings)), changed) => {
                    readings.merge(changed.unwrap_or_default());
                    Some((received - told.age, readings))
                }
                (None, readings) => readings.map(|readings| (received - told.age, readings)),
            };
        }
        if !event.is_snapshot && event.failed.is_none() {
            let age = self.get(DocumentName::Values).map(|(at, _)| received.since(at));
            // A change is made when all is read that was due, so the values' age is the time that
            // this took. The next time there may be a document more.
            self.cycle = age.map(|age| age * 3 / 2 + POLL_PAUSE);
        }
    }

    /// A document, with the time at which it was asked for.
    pub fn get(&self, document: DocumentName) -> Option<(Moment, &Readings)> {
        self.known[document as usize].as_ref().map(|(at, readings)| (*at, readings))
    }

    /// The time from one question for the values to the next, at most; `None` before the first change.
    pub const fn cycle(&self) -> Option<Duration> {
        self.cycle
    }
}

#[cfg(test)]
mod tests;
