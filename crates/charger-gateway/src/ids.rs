//! Remembers writes by id, so that a repeat is answered and not carried out.
//!
//! Browsers repeat a request if a reused connection closes during it. A repeat carries the same id;
//! it waits for the first and gets its outcome.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nrgkick_model::ControlWrite;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::GatewayError;
use crate::result::WriteResult;

/// Maximum writes remembered; more than can be under way at once.
const MAX_WRITES: usize = 256;
/// Time during which a write is remembered.
const TTL: Duration = Duration::from_secs(600);

/// The result of a write.
pub(crate) type Result = std::result::Result<WriteResult, GatewayError>;

/// The id of a write: 1 to 64 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WriteId(String);

impl WriteId {
    /// Parses an id; `None` if `text` is not valid.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        gateway_api::is_write_id(text)
            .then(|| String::from_utf8(text.to_vec()).ok().map(Self))
            .flatten()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

type Key = (String, WriteId);

struct Entry {
    write: ControlWrite,
    at: Instant,
    outcome: watch::Receiver<Option<Result>>,
}

/// The remembered writes; clones share them.
#[derive(Clone, Default)]
pub(crate) struct Ids(Arc<Mutex<HashMap<Key, Entry>>>);

/// The decision about a write.
pub(crate) enum Begin {
    /// The write is new: carry it out.
    First(Ticket),
    /// The write is a repeat: wait for this outcome.
    Repeat(Outcome),
    /// The id belongs to another write.
    Reused,
}

/// The outcome of a write that may still be under way.
pub(crate) struct Outcome(watch::Receiver<Option<Result>>);

/// The obligation to report the result of a write.
pub(crate) struct Ticket {
    ids: Ids,
    key: Key,
    outcome: watch::Sender<Option<Result>>,
}

impl Ids {
    /// Looks up `id` among the writes to `charger` and remembers it if it is new.
    pub(crate) fn begin(&self, charger: &str, id: WriteId, write: ControlWrite) -> Begin {
        let now = Instant::now();
        let key = (charger.to_owned(), id);
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, entry| now.duration_since(entry.at) < TTL);
        if let Some(entry) = entries.get(&key) {
            return if entry.write == write {
                Begin::Repeat(Outcome(entry.outcome.clone()))
            } else {
                Begin::Reused
            };
        }
        if entries.len() >= MAX_WRITES {
            let finished = entries.iter().filter(|(_, entry)| entry.outcome.borrow().is_some());
            let oldest = finished.min_by_key(|(_, entry)| entry.at).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                entries.remove(&oldest);
            }
        }
        let (sender, outcome) = watch::channel(None);
        entries.insert(key.clone(), Entry { write, at: now, outcome });
        Begin::First(Ticket { ids: self.clone(), key, outcome: sender })
    }
}

impl Ticket {
    /// Publishes the result. A write that was certainly not sent is forgotten, so that its repeat
    /// may be carried out.
    pub(crate) fn finish(self, result: &Result) {
        if result.as_ref().is_err_and(GatewayError::is_unsent) {
            let mut entries = self.ids.0.lock().unwrap_or_else(PoisonError::into_inner);
            entries.remove(&self.key);
        }
        self.outcome.send_replace(Some(result.clone()));
    }
}

impl Outcome {
    /// Waits for the result.
    pub(crate) async fn wait(mut self) -> Result {
        match self.0.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone().unwrap_or(Err(GatewayError::OutcomeLost)),
            // The first ended without a result; it may have been sent.
            Err(_) => Err(GatewayError::OutcomeLost),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nrgkick_model::Command;

    fn id(text: &str) -> WriteId {
        WriteId::parse(text.as_bytes()).unwrap()
    }

    fn pause(on: bool) -> ControlWrite {
        Command::ChargePause(on).into()
    }

    fn first(begin: Begin) -> Ticket {
        match begin {
            Begin::First(ticket) => ticket,
            Begin::Repeat(_) | Begin::Reused => panic!("not the first"),
        }
    }

    #[test]
    fn ids_are_1_to_64_visible_characters() {
        for good in ["x", "550e8400-e29b-41d4-a716-446655440000", &"!".repeat(64)] {
            assert!(WriteId::parse(good.as_bytes()).is_some(), "{good}");
        }
        for bad in ["", "a b", "ü", "a\n", &"x".repeat(65)] {
            assert!(WriteId::parse(bad.as_bytes()).is_none(), "{bad}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_repeat_is_known_by_charger_id_and_write_for_ten_minutes() {
        let ids = Ids::default();
        first(ids.begin("a", id("x"), pause(true))).finish(&Err(GatewayError::OutcomeLost));
        assert!(matches!(ids.begin("a", id("x"), pause(true)), Begin::Repeat(_)));
        assert!(matches!(ids.begin("a", id("x"), pause(false)), Begin::Reused));
        assert!(matches!(ids.begin("b", id("x"), pause(true)), Begin::First(_)));
        tokio::time::advance(TTL).await;
        assert!(matches!(ids.begin("a", id("x"), pause(false)), Begin::First(_)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_that_is_finished_makes_room() {
        let ids = Ids::default();
        let running = first(ids.begin("a", id("running"), pause(true)));
        for number in 0..MAX_WRITES {
            tokio::time::advance(Duration::from_millis(1)).await;
            let ticket = first(ids.begin("a", id(&number.to_string()), pause(true)));
            ticket.finish(&Err(GatewayError::OutcomeLost));
        }
        assert_eq!(ids.0.lock().unwrap().len(), MAX_WRITES);
        assert!(matches!(ids.begin("a", id("running"), pause(true)), Begin::Repeat(_)));
        assert!(matches!(ids.begin("a", id("0"), pause(true)), Begin::First(_)), "forgotten");
        drop(running);
    }

    #[tokio::test]
    async fn what_was_not_sent_may_be_tried_again_and_what_got_lost_is_said() {
        let ids = Ids::default();
        first(ids.begin("a", id("x"), pause(true))).finish(&Err(GatewayError::Full));
        drop(first(ids.begin("a", id("x"), pause(true))));
        let Begin::Repeat(outcome) = ids.begin("a", id("x"), pause(true)) else {
            panic!("a write without an outcome must not be carried out again");
        };
        assert_eq!(outcome.wait().await, Err(GatewayError::OutcomeLost));
    }
}
