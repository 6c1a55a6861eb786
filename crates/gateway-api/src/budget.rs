//! The one time budget: the limit of each step, from the charger to the page.
//!
//! Every limit of the servers and of the page is one of these or below one of these; the test at
//! the end checks that they add up. Each waiting side has a longer limit than the answering side
//! needs, so that a result always arrives.

use std::time::Duration;

use crate::link::POLL_PAUSE;
use crate::outcome::READ_BACK_LIMIT;

/// One request to a charger and its whole answer, connecting and settling included.
pub const EXCHANGE: Duration = Duration::from_millis(6500);
/// A read as the gateway serves it: its turn, and one or more exchanges.
pub const READ: Duration = Duration::from_secs(8);
/// The page's limit for a read.
pub const PAGE_READ: Duration = Duration::from_secs(10);
/// From one event of `GET /events` to the next at most: the pause of the poll behind it, and a read
/// of each document.
pub const EVENT: Duration = POLL_PAUSE.saturating_add(READ.saturating_mul(3));
/// What the page waits for an event before it gives the stream up. The stream's heartbeat is a
/// comment, which no page sees, so only events count.
pub const PAGE_EVENT: Duration = Duration::from_secs(40);

/// Limit for a write's turn in the queue; after it the write is not sent.
pub const TURN: Duration = Duration::from_secs(8);
/// The least time between two writes that close relays: a resume or a switch of phases.
pub const RELAY_PAUSE: Duration = Duration::from_secs(5);
/// A write from when it is sent to its outcome: the sending, the read-back to its limit, and the
/// last reading, which began just before that.
pub const BEGUN: Duration = EXCHANGE.saturating_add(READ_BACK_LIMIT).saturating_add(EXCHANGE);
/// A whole write of settings that are sent as one: its turn, the wait for the relays, the question
/// for the rated current, and what follows the sending.
pub const WRITE: Duration =
    TURN.saturating_add(RELAY_PAUSE).saturating_add(EXCHANGE).saturating_add(BEGUN);
/// The page's limit for a write; it sends one setting at a time.
pub const PAGE_WRITE: Duration = Duration::from_secs(40);

/// After a signal to stop: limit for the outcome of a write that was sent; its read-back is
/// shortened to fit.
pub const STOP_WRITE: Duration = Duration::from_secs(7);
/// After a signal to stop: limit until connections are closed, with a write under way.
pub const DRAIN: Duration = Duration::from_secs(8);
/// After a signal to stop: limit until connections are closed, without a write under way.
pub const DRAIN_IDLE: Duration = Duration::from_millis(3500);
/// Time for an outcome to reach its caller, and from there to the end of the process.
pub const FINISH: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use nrgkick_model::field::DocumentName;

    use super::*;

    #[test]
    fn whoever_waits_waits_longer_than_whoever_answers_can_take() {
        assert!(EXCHANGE < READ && READ < PAGE_READ);
        let steps = [TURN, RELAY_PAUSE, EXCHANGE, EXCHANGE, READ_BACK_LIMIT, EXCHANGE];
        assert_eq!(steps.iter().sum::<Duration>(), WRITE);
        assert!(WRITE < PAGE_WRITE);
        assert_eq!(DocumentName::ALL.map(|_| READ).iter().sum::<Duration>() + POLL_PAUSE, EVENT);
        assert!(EVENT < PAGE_EVENT);
    }

    #[test]
    fn a_server_that_is_told_to_stop_has_stopped_before_docker_kills_it() {
        assert!(EXCHANGE < STOP_WRITE, "a write that was just sent still hears its answer");
        assert!(STOP_WRITE < DRAIN, "its outcome still reaches who waits for it");
        assert!(DRAIN + FINISH <= Duration::from_secs(9));
        assert!(DRAIN_IDLE + FINISH * 2 <= Duration::from_secs(5));
    }
}
