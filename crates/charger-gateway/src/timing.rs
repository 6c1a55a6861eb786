//! All time limits of the gateway.

use std::time::Duration;

use gateway_api::budget;
use gateway_api::outcome::{READ_BACK_LIMIT, READ_BACK_PAUSE};

/// Time limits of the gateway. The charger's client has its own, shorter limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Limit from a read's arrival to its answer, waiting for its turn included.
    pub read: Duration,
    /// Limit from a write's arrival to its turn; after it the write is not sent.
    pub turn: Duration,
    /// Limit of `GET /api`, for which the page waits before it shows anything.
    pub api: Duration,
    /// Time during which an answer serves later equal reads; zero: never.
    pub max_age: Duration,
    /// Average time between two exchanges for readers, after a burst of four; zero: no limit.
    pub per_exchange: Duration,
    /// Limit of an exchange of a write, in case the client's own limit fails.
    pub exchange: Duration,
    /// Pause between two read-backs.
    pub read_back_pause: Duration,
    /// Time after which the last read-back decides.
    pub read_back_limit: Duration,
    /// Minimum time between two writes that close relays: a resume or a switch of phases.
    pub relay_pause: Duration,
    /// Pause after a failed connect, in which requests fail at once; doubles with each failure.
    pub backoff_first: Duration,
    /// Maximum of that pause: short, so that a charger that is back is found soon. Without requests
    /// nothing is tried at all.
    pub backoff_most: Duration,
    /// Limit from the stop signal to the outcome of a sent write, whose read-back is shortened to
    /// fit.
    pub stop_write: Duration,
    /// Time from the stop signal until connections are cut, if a write is under way.
    pub drain: Duration,
    /// The same without a write under way.
    pub drain_idle: Duration,
    /// Limit for exchanges still under way after all clients were answered.
    pub finish: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            read: budget::READ,
            turn: budget::TURN,
            api: Duration::from_millis(1500),
            max_age: Duration::from_millis(500),
            per_exchange: Duration::from_millis(500),
            exchange: budget::EXCHANGE,
            read_back_pause: READ_BACK_PAUSE,
            read_back_limit: READ_BACK_LIMIT,
            relay_pause: budget::RELAY_PAUSE,
            backoff_first: Duration::from_millis(250),
            backoff_most: Duration::from_secs(3),
            stop_write: budget::STOP_WRITE,
            drain: budget::DRAIN,
            drain_idle: budget::DRAIN_IDLE,
            finish: budget::FINISH,
        }
    }
}

/// Maximum parts of a write: two groups of adjacent settings.
const PARTS: u32 = 2;

impl Timing {
    /// Returns the maximum time of a part once its sending begins: the sending, the read-back to
    /// its limit, and the last reading, which may begin just before that limit.
    fn begun(&self) -> Duration {
        self.exchange + self.read_back_limit + self.exchange
    }

    /// Returns the maximum time of a request: a write that waits for its turn and for the relays,
    /// reads the rated current, and is sent in all its parts.
    pub fn longest(&self) -> Duration {
        self.turn + self.relay_pause + self.exchange + self.begun() * PARTS
    }
}

/// A time in whole milliseconds, as answers have it.
pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateway_keeps_to_the_budget() {
        let timing = Timing::default();
        let one_part = timing.longest() - timing.begun() * (PARTS - 1);
        assert_eq!(one_part, budget::WRITE);
        assert_eq!(timing.begun(), budget::BEGUN);
        assert!(timing.longest() > budget::WRITE && timing.api < timing.read);
        assert!(timing.backoff_most + timing.backoff_most / 5 < Duration::from_secs(5));
    }
}
