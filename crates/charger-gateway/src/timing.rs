//! Every wait of the gateway, as parameters.

use std::time::Duration;

use gateway_api::budget;
use gateway_api::outcome::{READ_BACK_LIMIT, READ_BACK_PAUSE};

/// How long things may take. The charger's client has limits of its own below these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From a read's arrival to its answer, waiting for its turn included.
    pub read: Duration,
    /// From a write's arrival to its turn; one that comes too late is not sent.
    pub turn: Duration,
    /// For `GET /api`, on which the page waits before it shows anything.
    pub api: Duration,
    /// For how long after it came an answer serves others who ask for the same; none where it is
    /// zero.
    pub max_age: Duration,
    /// The time between two exchanges that readers may have the charger asked, a burst of four
    /// aside; no limit where it is zero.
    pub per_exchange: Duration,
    /// For one exchange of a write: a second fence behind the client's own limit.
    pub exchange: Duration,
    /// Between two read-backs.
    pub read_back_pause: Duration,
    /// After which the last read-back decides.
    pub read_back_limit: Duration,
    /// The least time between two writes that close relays: a resume or a switch of phases.
    pub relay_pause: Duration,
    /// For which requests fail at once after a failed connect; doubles with each.
    pub backoff_first: Duration,
    /// The most of that, while somebody asks: short, so that who asks again soon after the charger
    /// is back is answered. Where nobody asks, nothing is tried at all.
    pub backoff_most: Duration,
    /// From the signal to stop to the outcome of a write that was sent: its read-back is cut to fit.
    pub stop_write: Duration,
    /// From the signal to stop until connections are cut, where a write was under way.
    pub drain: Duration,
    /// The same where none was.
    pub drain_idle: Duration,
    /// For what is still under way when the server has answered everyone and stops.
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

/// Parts in which one write may have to be sent: two groups of neighbours.
const PARTS: u32 = 2;

impl Timing {
    /// The longest that one part of a write takes once it is sent: the sending, the read-back to its
    /// limit, and the last reading, which may begin just before that.
    fn begun(&self) -> Duration {
        self.exchange + self.read_back_limit + self.exchange
    }

    /// The longest that a request can take: a write that waits for its turn and for the relays, asks
    /// for the rated current, and is sent in all its parts.
    pub fn longest(&self) -> Duration {
        self.turn + self.relay_pause + self.exchange + self.begun() * PARTS
    }
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
