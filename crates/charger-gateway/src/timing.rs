//! Every wait of the gateway, as parameters.

use std::time::Duration;

use nrgkick_model::outcome::{READ_BACK_LIMIT, READ_BACK_PAUSE};

/// How long things may take. The charger's client has limits of its own below these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From a read's arrival to its answer, waiting for its turn included.
    pub read: Duration,
    /// From a write's arrival to its turn; one that comes too late is not sent.
    pub turn: Duration,
    /// For `GET /api`, on which the page waits before it shows anything.
    pub api: Duration,
    /// For one exchange of a write: a second fence behind the client's own limit.
    pub exchange: Duration,
    /// Between two read-backs.
    pub read_back_pause: Duration,
    /// After which the last read-back decides.
    pub read_back_limit: Duration,
    /// For which requests fail at once after a failed connect; doubles with each.
    pub backoff_first: Duration,
    /// The most of that: short, so that a page recovers soon after its charger.
    pub backoff_most: Duration,
    /// For what is still under way when the server has answered everyone and stops.
    pub finish: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            read: Duration::from_secs(8),
            turn: Duration::from_secs(8),
            api: Duration::from_millis(1500),
            exchange: Duration::from_secs(6),
            read_back_pause: READ_BACK_PAUSE,
            read_back_limit: READ_BACK_LIMIT,
            backoff_first: Duration::from_millis(250),
            backoff_most: Duration::from_secs(2),
            finish: Duration::from_secs(2),
        }
    }
}

impl Timing {
    /// The longest that a write takes once it was begun: it is sent, and read back to the limit,
    /// where one more exchange may have begun just before.
    pub fn begun(&self) -> Duration {
        self.exchange * 2 + self.read_back_limit + self.read_back_pause
    }

    /// The longest that a request can take: a write that waits for its turn, asks for the rated
    /// current, is sent, and is read back to the limit, where one more exchange of its own and
    /// one of a reader may have begun just before.
    pub fn longest(&self) -> Duration {
        self.turn + self.exchange * 2 + self.begun()
    }
}
