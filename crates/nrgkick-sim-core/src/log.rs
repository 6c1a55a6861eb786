//! The record of writes, refused ones included, for tests.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Serialize;

/// The API of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// JSON over HTTP.
    Http,
    /// Registers over Modbus.
    Modbus,
}

/// A recorded write request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteRecord {
    /// Simulated time since start or reset.
    pub at: Duration,
    /// Its API.
    pub via: Via,
    /// Its query, cut to 200 characters.
    pub query: String,
    /// The status of the answer; over Modbus 200, or the exception code.
    pub status: u16,
}

/// The latest writes, and the count of all.
#[derive(Clone, Debug, Default)]
pub(crate) struct WriteLog {
    count: usize,
    latest: VecDeque<WriteRecord>,
}

impl WriteLog {
    const MAX_RECORDS: usize = 10_000;
    const QUERY: usize = 200;

    pub(crate) fn push(&mut self, at: Duration, via: Via, query: &str, status: u16) {
        self.count += 1;
        if self.latest.len() == Self::MAX_RECORDS {
            self.latest.pop_front();
        }
        let query = query.chars().take(Self::QUERY).collect();
        self.latest.push_back(WriteRecord { at, via, query, status });
    }

    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &WriteRecord> {
        self.latest.iter()
    }
}
