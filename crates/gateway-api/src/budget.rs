//! The one time budget: how long each step may take, from the charger to the page.
//!
//! Every limit of the servers and of the page is one of these or below one of these; the test at
//! the end is what makes them add up. Whoever waits for an answer waits longer than whoever gives
//! it can take, so that a verdict always arrives.

use std::time::Duration;

use crate::outcome::READ_BACK_LIMIT;

/// One request to a charger and its whole answer, connecting and settling included.
pub const EXCHANGE: Duration = Duration::from_millis(6500);
/// A read as the gateway serves it: its turn, and one or more exchanges.
pub const READ: Duration = Duration::from_secs(8);
/// What the page waits for a read.
pub const PAGE_READ: Duration = Duration::from_secs(10);

/// A write's wait for its turn; one that comes too late is not sent.
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
/// What the page waits for a write; it sends one setting at a time.
pub const PAGE_WRITE: Duration = Duration::from_secs(40);

/// After a signal to stop: until a write that was sent has its outcome; its read-back is cut to fit.
pub const STOP_WRITE: Duration = Duration::from_secs(7);
/// After a signal to stop: until connections are cut where a write was under way.
pub const DRAIN: Duration = Duration::from_secs(8);
/// After a signal to stop: until connections are cut where no write was under way.
pub const DRAIN_IDLE: Duration = Duration::from_millis(3500);
/// For an outcome to reach who waits for it, and from there to the end of the process.
pub const FINISH: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_waits_longer_than_whoever_answers_can_take() {
        assert!(EXCHANGE < READ && READ < PAGE_READ);
        let steps = [TURN, RELAY_PAUSE, EXCHANGE, EXCHANGE, READ_BACK_LIMIT, EXCHANGE];
        assert_eq!(steps.iter().sum::<Duration>(), WRITE);
        assert!(WRITE < PAGE_WRITE);
    }

    #[test]
    fn a_server_that_is_told_to_stop_has_stopped_before_docker_kills_it() {
        assert!(EXCHANGE < STOP_WRITE, "a write that was just sent still hears its answer");
        assert!(STOP_WRITE < DRAIN, "its outcome still reaches who waits for it");
        assert!(DRAIN + FINISH <= Duration::from_secs(9));
        assert!(DRAIN_IDLE + FINISH * 2 <= Duration::from_secs(5));
    }
}
