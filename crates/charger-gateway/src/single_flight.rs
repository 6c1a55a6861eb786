//! Reads that are the same share one exchange: whoever asks for what is being asked already waits
//! for that answer, and for a moment after it came the last one is served.
//!
//! Not here: whose turn it is, and what an answer is.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::GatewayError;

/// Keys above which those that nobody uses are forgotten.
const KEYS: usize = 32;

/// The reads of one kind, by what is asked for.
pub(crate) struct SingleFlight<K, V> {
    slots: Mutex<HashMap<K, Arc<Slot<V>>>>,
    /// For how long an answer serves others.
    max_age: Duration,
}

/// An answer, or why there is none, and when the exchange began: the charger's values are at most
/// as old as that.
#[derive(Clone, Debug)]
pub(crate) struct Landed<V> {
    pub(crate) result: Result<V, GatewayError>,
    pub(crate) begun: Instant,
}

/// What was asked for, and since when it can be known.
#[derive(Clone, Debug)]
pub(crate) struct Timed<V> {
    pub(crate) value: V,
    pub(crate) begun: Instant,
}

impl<V> Landed<V> {
    /// The answer with its time.
    pub(crate) fn timed(self) -> Result<Timed<V>, GatewayError> {
        let begun = self.begun;
        self.result.map(|value| Timed { value, begun })
    }
}

struct Slot<V>(Mutex<SlotState<V>>);

struct SlotState<V> {
    last: Option<(Landed<V>, Instant)>,
    /// Gone once the job is answered or given up.
    flight: Weak<watch::Sender<Option<Landed<V>>>>,
}

/// Where the answer to a read is sent: to all who wait for it by then.
pub(crate) struct ReadReply<V> {
    slot: Arc<Slot<V>>,
    waiting: Arc<watch::Sender<Option<Landed<V>>>>,
}

/// How a read is answered.
pub(crate) enum Joined<V> {
    /// By an answer that is fresh enough.
    Fresh(Landed<V>),
    /// By the exchange that was asked for already.
    Flight(Waiter<V>),
    /// By one that the caller has to ask for.
    First(Waiter<V>, ReadReply<V>),
}

/// Somebody who waits. Others are not concerned when one leaves.
pub(crate) struct Waiter<V>(watch::Receiver<Option<Landed<V>>>);

impl<K: Eq + Hash, V: Clone> SingleFlight<K, V> {
    pub(crate) fn new(max_age: Duration) -> Self {
        Self { slots: Mutex::default(), max_age }
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
        if let Some((last, landed)) = &state.last
            && now.duration_since(*landed) < self.max_age
        {
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

    /// Forgets every answer.
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
        let is_fresh = |(_, landed): &(_, Instant)| now.duration_since(*landed) < max_age;
        state.flight.strong_count() > 0 || state.last.as_ref().is_some_and(is_fresh)
    }
}

impl<V: Clone> ReadReply<V> {
    /// Whether nobody waits any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.waiting.is_closed()
    }

    /// Answers all who wait. `begun`: when the exchange began.
    pub(crate) fn send(self, result: Result<V, GatewayError>, begun: Instant) {
        let landed = Landed { result, begun };
        let mut state = lock(&self.slot.0);
        // What was refused without an exchange says nothing about the next moment.
        if matches!(landed.result, Ok(_) | Err(GatewayError::Read(_))) {
            state.last = Some((landed.clone(), Instant::now()));
        }
        state.flight = Weak::new();
        drop(state);
        self.waiting.send_replace(Some(landed));
    }
}

impl<V: Clone> Waiter<V> {
    /// The answer; nothing where the read was given up because nobody waited for it.
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
        tokio::time::advance(Duration::from_millis(1)).await;
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
