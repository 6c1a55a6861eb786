//! Counters of a charger's reads, exchanges, failures and writes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use gateway_api::Outcome;

use crate::error::GatewayError;
use crate::failure::FailureKind;
use crate::result::WriteResult;

/// Upper bounds of the latency buckets, ms: a charger answers in 20 to 300 ms, a slow one in
/// seconds, and no wait exceeds 10 s.
pub(crate) const LATENCY_BOUNDS_MS: [u64; 9] = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000];

/// The counters of a charger.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    reads: AtomicU64,
    shared: AtomicU64,
    exchanges: AtomicU64,
    answered: AtomicU64,
    failed: [AtomicU64; ErrorKind::ALL.len()],
    writes: [AtomicU64; WriteKind::ALL.len()],
    latency: Latency,
}

/// Kinds of failed exchanges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// No usable answer; see [`FailureKind`].
    Failure(FailureKind),
    /// An answer without the requested content, such as a refusal or no document.
    Declined,
}

impl ErrorKind {
    /// All kinds, in the order of their counters.
    pub(crate) const ALL: [Self; 7] = [
        Self::Failure(FailureKind::Connect),
        Self::Failure(FailureKind::Timeout),
        Self::Failure(FailureKind::Closed),
        Self::Failure(FailureKind::Protocol),
        Self::Failure(FailureKind::TooLarge),
        Self::Failure(FailureKind::Undecided),
        Self::Declined,
    ];

    /// Returns a stable name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Failure(FailureKind::Connect) => "connect",
            Self::Failure(FailureKind::Timeout) => "timeout",
            Self::Failure(FailureKind::Closed) => "closed",
            Self::Failure(FailureKind::Protocol) => "protocol",
            Self::Failure(FailureKind::TooLarge) => "too_large",
            Self::Failure(FailureKind::Undecided) => "undecided",
            Self::Declined => "declined",
        }
    }
}

/// Kinds of results of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteKind {
    /// It was sent, with this outcome.
    Sent(Outcome),
    /// Nothing of it was sent.
    NotSent,
    /// The outcome was lost inside the server.
    OutcomeLost,
}

impl WriteKind {
    /// All kinds, in the order of their counters.
    pub(crate) const ALL: [Self; 6] = [
        Self::Sent(Outcome::Verified),
        Self::Sent(Outcome::Refused),
        Self::Sent(Outcome::Mismatch),
        Self::Sent(Outcome::Unknown),
        Self::NotSent,
        Self::OutcomeLost,
    ];

    /// Returns the kind of `result`.
    pub(crate) const fn of(result: &Result<WriteResult, GatewayError>) -> Self {
        match result {
            Ok(result) => Self::Sent(result.answer.outcome),
            Err(GatewayError::OutcomeLost) => Self::OutcomeLost,
            Err(_) => Self::NotSent,
        }
    }

    /// Returns a stable name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sent(outcome) => outcome.name(),
            Self::NotSent => "not_sent",
            Self::OutcomeLost => "outcome_lost",
        }
    }
}

/// Histogram of the duration of exchanges.
#[derive(Debug, Default)]
struct Latency {
    /// Exchanges up to each of [`LATENCY_BOUNDS_MS`], and above the last; each counts in one
    /// bucket.
    buckets: [AtomicU64; LATENCY_BOUNDS_MS.len() + 1],
    sum_us: AtomicU64,
}

/// A copy of the histogram.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LatencySeen {
    /// As in [`LATENCY_BOUNDS_MS`], the rest in the last one; not cumulative.
    pub(crate) buckets: [u64; LATENCY_BOUNDS_MS.len() + 1],
    pub(crate) sum: Duration,
}

impl Counters {
    /// Counts a requested read. `is_shared`: it caused no exchange of its own.
    pub(crate) fn read(&self, is_shared: bool) {
        add(&self.reads, 1);
        add(&self.shared, u64::from(is_shared));
    }

    /// Counts an operation that took `exchanges` requests or transactions and `time`.
    pub(crate) fn exchanged(&self, exchanges: u32, time: Duration) {
        add(&self.exchanges, exchanges.into());
        let milliseconds = time.as_millis();
        let bucket = LATENCY_BOUNDS_MS.iter().position(|bound| milliseconds <= u128::from(*bound));
        add(&self.latency.buckets[bucket.unwrap_or(LATENCY_BOUNDS_MS.len())], 1);
        add(&self.latency.sum_us, u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    /// Counts an answer with the requested content.
    pub(crate) fn answered(&self) {
        add(&self.answered, 1);
    }

    /// Counts a failed exchange.
    pub(crate) fn failed(&self, kind: ErrorKind) {
        let kinds = ErrorKind::ALL.iter().position(|known| *known == kind);
        if let Some(counter) = kinds.and_then(|index| self.failed.get(index)) {
            add(counter, 1);
        }
    }

    /// Counts a finished write.
    pub(super) fn wrote(&self, kind: WriteKind) {
        let kinds = WriteKind::ALL.iter().position(|known| *known == kind);
        if let Some(counter) = kinds.and_then(|index| self.writes.get(index)) {
            add(counter, 1);
        }
    }

    /// Returns the number of requested reads.
    pub(crate) fn reads(&self) -> u64 {
        get(&self.reads)
    }

    /// Returns the number of reads without an exchange of their own.
    pub(crate) fn shared(&self) -> u64 {
        get(&self.shared)
    }

    /// Returns the number of requests or transactions sent.
    pub(crate) fn exchanges(&self) -> u64 {
        get(&self.exchanges)
    }

    /// Returns the number of operations that the charger answered.
    pub(crate) fn answers(&self) -> u64 {
        get(&self.answered)
    }

    /// Returns the failures by kind.
    pub(crate) fn failures(&self) -> impl Iterator<Item = (ErrorKind, u64)> {
        ErrorKind::ALL.into_iter().zip(self.failed.iter().map(get))
    }

    /// Returns the writes by kind of result.
    pub(crate) fn writes(&self) -> impl Iterator<Item = (WriteKind, u64)> {
        WriteKind::ALL.into_iter().zip(self.writes.iter().map(get))
    }

    /// Returns a copy of the latency histogram.
    pub(crate) fn latency(&self) -> LatencySeen {
        let buckets = std::array::from_fn(|index| get(&self.latency.buckets[index]));
        LatencySeen { buckets, sum: Duration::from_micros(get(&self.latency.sum_us)) }
    }
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_counter_and_its_word() {
        let counters = Counters::default();
        for (count, kind) in ErrorKind::ALL.into_iter().enumerate() {
            (0..=count).for_each(|_| counters.failed(kind));
        }
        let counted: Vec<_> =
            counters.failures().map(|(kind, count)| (kind.name(), count)).collect();
        assert_eq!(counted[0], ("connect", 1));
        assert_eq!(counted[6], ("declined", 7));
        for (count, kind) in WriteKind::ALL.into_iter().enumerate() {
            (0..=count).for_each(|_| counters.wrote(kind));
        }
        let counted: Vec<_> = counters.writes().map(|(kind, count)| (kind.name(), count)).collect();
        assert_eq!(counted[0], ("verified", 1));
        assert_eq!(counted[5], ("outcome_lost", 6));
    }

    #[test]
    fn an_exchange_counts_in_the_bucket_whose_bound_it_does_not_pass() {
        let counters = Counters::default();
        for milliseconds in [0, 10, 11, 5_000, 5_001] {
            counters.exchanged(1, Duration::from_millis(milliseconds));
        }
        let latency = counters.latency();
        assert_eq!(latency.buckets, [2, 1, 0, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(latency.sum, Duration::from_millis(10_022));
        assert_eq!(counters.exchanges(), 5);
    }
}
