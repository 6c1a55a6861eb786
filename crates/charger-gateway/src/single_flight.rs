//! Shares one exchange between equal reads: a read that is already under way is joined, and its
//! answer also serves the reads within `max_age` after it.
//!
//! Not here: the order of jobs, and the content of answers.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::GatewayError;

/// Number of keys from which unused ones are removed.
const KEYS: usize = 32;

/// The reads of one kind, by key.
pub(crate) struct SingleFlight<K, V> {
    slots: Mutex<HashMap<K, Arc<Slot<V>>>>,
    /// Time during which an answer serves later reads.
    max_age: Duration,
}

/// The result of an exchange, and its start: the charger's values are at most that old.
#[derive(Clone, Debug)]
pub(crate) struct Landed<V> {
    pub(crate) result: Result<V, GatewayError>,
    pub(crate) begun: Instant,
}

/// An answer, and the start of its exchange.
#[derive(Clone, Debug)]
pub(crate) struct Timed<V> {
    pub(crate) value: V,
    pub(crate) begun: Instant,
}

impl<V> Landed<V> {
    /// Converts a good result into an answer with its time.
    pub(crate) fn timed(self) -> Result<Timed<V>, GatewayError> {
        let begun = self.begun;
        self.result.map(|value| Timed { value, begun })
    }
}

struct Slot<V>(Mutex<SlotState<V>>);

struct SlotState<V> {
    last: Option<(Landed<V>, Instant)>,
    /// Dropped once the job is answered or dropped.
    flight: Weak<watch::Sender<Option<Landed<V>>>>,
}

/// The sender of a read's answer to all its waiters.
pub(crate) struct ReadReply<V> {
    slot: Arc<Slot<V>>,
    waiting: Arc<watch::Sender<Option<Landed<V>>>>,
}

/// The source of a read's answer.
pub(crate) enum Joined<V> {
    /// A recent answer.
    Fresh(Landed<V>),
    /// An exchange that was requested already.
    Flight(Waiter<V>),
    /// A new exchange, which the caller has to request.
    First(Waiter<V>, ReadReply<V>),
}

/// A waiting reader. Dropping it does not affect the others.
pub(crate) struct Waiter<V>(watch::Receiver<Option<Landed<V>>>);

impl<K: Eq + Hash, V: Clone> SingleFlight<K, V> {
    pub(crate) fn new(max_age: Duration) -> Self {
        Self { slots: Mutex::default(), max_age }
    }

    /// Returns the recent answer to `key`, if there is one.
    pub(crate) fn fresh(&self, key: &K) -> Option<Landed<V>> {
        let slots = lock(&self.slots);
        let state = lock(&slots.get(key)?.0);
        state.fresh(Instant::now(), self.max_age).cloned()
    }

    /// Joins the read of `key`.
    pub(crate) fn join(&self, key: K) -> Joined<V> {
        let now = Instant::now();
        let mut slots = lock(&self.slots);
        if slots.len() >= KEYS {
            slots.retain(|_, slot| slot.is_used(now, self.max_age));
        }
        let slot = slots.entry(key).or_insert_with(Slot::empty);
        let mut state = lock(&slot.0);
        if let Some(last) = state.fresh(now, self.max_age) {
            return Joined::Fresh(last.clone());
        }
        if let Some(waiting) = state.flight.upgrade() {
            return Joined::Flight(Waiter(waiting.subscribe()));
        }
        let (waiting, waiter) = watch::channel(None);
        let waiting = Arc::new(waiting);
        state.flight = Arc::downgrade(&waiting);
        Joined::First(Waiter(waiter), ReadReply { slot: Arc::clone(slot), waiting })
    }

    /// Discards every answer.
    pub(crate) fn clear(&self) {
        for slot in lock(&self.slots).values() {
            lock(&slot.0).last = None;
        }
    }
}

impl<V> Slot<V> {
    fn empty() -> Arc<Self> {
        Arc::new(Self(Mutex::new(SlotState { last: None, flight: Weak::new() })))
    }

    fn is_used(&self, now: Instant, max_age: Duration) -> bool {
        let state = lock(&self.0);
        state.flight.strong_count() > 0 || state.fresh(now, max_age).is_some()
    }
}

impl<V> SlotState<V> {
    fn fresh(&self, now: Instant, max_age: Duration) -> Option<&Landed<V>> {
        let (last, landed) = self.last.as_ref()?;
        (now.duration_since(*landed) < max_age).then_some(last)
    }
}

impl<V: Clone> ReadReply<V> {
    /// `true` if nobody waits any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.waiting.is_closed()
    }

    /// Answers all waiters. `begun`: the start of the exchange.
    pub(crate) fn send(self, result: Result<V, GatewayError>, begun: Instant) {
        let landed = Landed { result, begun };
        let mut state = lock(&self.slot.0);
        // An error without an exchange is not kept: the next read may succeed.
        if matches!(landed.result, Ok(_) | Err(GatewayError::Read(_))) {
            state.last = Some((landed.clone(), Instant::now()));
        }
        state.flight = Weak::new();
        drop(state);
        self.waiting.send_replace(Some(landed));
    }
}

impl<V: Clone> Waiter<V> {
    /// Waits for the answer; `None` if the read was dropped unanswered.
    pub(crate) async fn landed(mut self) -> Option<Landed<V>> {
        self.0.wait_for(Option::is_some).await.ok().and_then(|landed| landed.clone())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Reads = SingleFlight<&'static str, u32>;

    fn first(reads: &Reads, key: &'static str) -> (Waiter<u32>, ReadReply<u32>) {
        match reads.join(key) {
            Joined::First(waiter, reply) => (waiter, reply),
            Joined::Fresh(_) | Joined::Flight(_) => panic!("{key} is known already"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn all_who_wait_get_one_answer_and_it_serves_others_for_a_moment() {
        let reads = Reads::new(Duration::from_millis(500));
        let begun = Instant::now();
        let (waiter, reply) = first(&reads, "values");
        let Joined::Flight(second) = reads.join("values") else { panic!("it is under way") };
        drop(first(&reads, "info"));
        drop(waiter);
        assert!(!reply.is_abandoned(), "the second still waits");
        tokio::time::advance(Duration::from_millis(200)).await;
        reply.send(Ok(7), begun);
        let landed = second.landed().await.unwrap();
        assert!(matches!(landed.result, Ok(7)) && landed.begun == begun);
        tokio::time::advance(Duration::from_millis(499)).await;
        assert!(matches!(reads.join("values"), Joined::Fresh(landed) if landed.begun == begun));
        assert!(matches!(reads.fresh(&"values"), Some(landed) if landed.begun == begun));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(reads.fresh(&"values").is_none());
        drop(first(&reads, "values"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_waits_for_is_given_up_and_asked_for_anew() {
        let reads = Reads::new(Duration::ZERO);
        let (waiter, reply) = first(&reads, "values");
        drop(waiter);
        assert!(reply.is_abandoned());
        let Joined::Flight(late) = reads.join("values") else { panic!("it is not given up yet") };
        assert!(!reply.is_abandoned());
        drop(reply);
        assert!(late.landed().await.is_none());
        let (_waiter, reply) = first(&reads, "values");
        reply.send(Ok(1), Instant::now());
        drop(first(&reads, "values"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_clearing_leaves_nothing_behind_and_keys_that_nobody_uses_go() {
        let reads = SingleFlight::<usize, u32>::new(Duration::from_secs(1));
        for key in 0..KEYS * 2 {
            let Joined::First(_, reply) = reads.join(key) else { panic!("{key}") };
            reply.send(Ok(1), Instant::now());
        }
        assert!(matches!(reads.join(0), Joined::Fresh(_)));
        reads.clear();
        assert!(matches!(reads.join(0), Joined::First(..)));
        assert_eq!(lock(&reads.slots).len(), 1);
    }
}
