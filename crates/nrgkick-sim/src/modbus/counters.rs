//! Counters for tests: connections, transactions and requested registers.

use std::collections::VecDeque;

use serde::Serialize;

use super::codec::Request;
use super::registers::touches_optional;

/// A read that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReadRecord {
    /// First register, 0-based.
    pub address: u16,
    /// Number of registers.
    pub quantity: u16,
}

/// Counts since start or reset. A request counts when it arrives, whatever its result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Accepted connections.
    pub connections: u64,
    /// Requests of any kind, for other units too.
    pub transactions: u64,
    /// The latest reads for this unit, oldest first; at most [`Counters::MAX_RECORDS`].
    pub reads: VecDeque<ReadRecord>,
    /// Write requests for this unit.
    pub writes: u64,
    /// Reads that touch rows which only some chargers have.
    pub optional_reads: u64,
}

impl Counters {
    /// Most reads that are kept.
    pub const MAX_RECORDS: usize = 256;

    pub(super) fn request(&mut self, request: &Request) {
        match *request {
            Request::Read { address, quantity } => {
                if self.reads.len() == Self::MAX_RECORDS {
                    self.reads.pop_front();
                }
                self.reads.push_back(ReadRecord { address, quantity });
                self.optional_reads += u64::from(touches_optional(address, quantity));
            }
            Request::WriteOne { .. } | Request::WriteMany { .. } => self.writes += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_kept_up_to_a_bound_and_optional_ones_counted() {
        let mut counters = Counters::default();
        for address in 0..300 {
            counters.request(&Request::Read { address, quantity: 1 });
        }
        assert_eq!(counters.reads.len(), Counters::MAX_RECORDS);
        assert_eq!(counters.reads[0], ReadRecord { address: 44, quantity: 1 });
        // 80 to 121 and 186 to 193.
        assert_eq!(counters.optional_reads, 42 + 8);
        counters.request(&Request::WriteOne { address: 194, word: 60 });
        assert_eq!(counters.writes, 1);
    }
}
