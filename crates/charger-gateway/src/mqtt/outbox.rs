//! What waits for the broker: of each topic the newest payload alone, so that a broker that is slow
//! costs no memory and gets no old values.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// A message; all are retained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) topic: String,
    pub(super) payload: String,
}

/// The messages that wait, at most one for each topic.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: Mutex<Waiting>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    order: VecDeque<String>,
    payloads: HashMap<String, String>,
    is_closed: bool,
}

impl Waiting {
    fn put(&mut self, message: Message) {
        let Message { topic, payload } = message;
        if self.payloads.insert(topic.clone(), payload).is_none() {
            self.order.push_back(topic);
        }
    }
}

impl Outbox {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets `message` take the place of the one that waits for the same topic.
    pub(super) fn put(&self, message: Message) {
        let mut waiting = self.waiting();
        if !waiting.is_closed {
            waiting.put(message);
        }
        drop(waiting);
        self.wake.notify_one();
    }

    /// Takes `last` and nothing more; what waits is forgotten.
    pub(super) fn close(&self, last: impl IntoIterator<Item = Message>) {
        let mut waiting = self.waiting();
        *waiting = Waiting { is_closed: true, ..Waiting::default() };
        last.into_iter().for_each(|message| waiting.put(message));
        drop(waiting);
        self.wake.notify_one();
    }

    /// Waits for the message that has waited longest; `None` once closed and empty.
    pub(super) async fn next(&self) -> Option<Message> {
        loop {
            {
                let mut waiting = self.waiting();
                if let Some(topic) = waiting.order.pop_front() {
                    let payload = waiting.payloads.remove(&topic).unwrap_or_default();
                    return Some(Message { topic, payload });
                }
                if waiting.is_closed {
                    return None;
                }
            }
            self.wake.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(topic: &str, payload: &str) -> Message {
        Message { topic: topic.to_owned(), payload: payload.to_owned() }
    }

    #[tokio::test]
    async fn the_newest_of_a_topic_takes_the_place_of_what_waits() {
        let outbox = Outbox::default();
        for number in 0..1_000 {
            outbox.put(message("a", &number.to_string()));
            outbox.put(message("b", &number.to_string()));
        }
        assert_eq!(outbox.waiting().order.len(), 2);
        assert_eq!(outbox.next().await, Some(message("a", "999")));
        outbox.put(message("c", "1"));
        outbox.close([message("d", "off")]);
        outbox.put(message("e", "late"));
        assert_eq!(outbox.next().await, Some(message("d", "off")));
        assert_eq!(outbox.next().await, None);
    }
}
