//! The accounts of a charger since the start: counts of reads and failures, the last writes with
//! their callers, and settings that changed elsewhere.
//!
//! Written by owner, link and routes, read by `/healthz` and `/metrics`. Memory is bounded; nothing
//! here asks the charger.

mod counters;
mod settings;

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use gateway_api::accounts::MAX_ENTRIES;
use http_service::ApiError;
use nrgkick_model::ControlWrite;

pub(crate) use counters::{Counters, ErrorKind, LATENCY_BOUNDS_MS, WriteKind};
pub(crate) use settings::{Change, SettingsWatch};

use crate::error::GatewayError;
use crate::result::WriteResult;

/// The accounts of a charger, shared by its owner and the routes.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    pub(crate) counters: Counters,
    journal: Mutex<Journal>,
}

#[derive(Debug, Default)]
struct Journal {
    writes: VecDeque<WriteRecord>,
    changes: VecDeque<(SystemTime, Change)>,
}

/// A write with its outcome.
#[derive(Clone, Debug)]
pub(crate) struct WriteRecord {
    pub(crate) at: SystemTime,
    pub(crate) caller: Option<IpAddr>,
    pub(crate) write: ControlWrite,
    /// The name of the outcome, or the code of the error for which nothing was sent.
    pub(crate) outcome: &'static str,
    pub(crate) message: Option<String>,
}

impl Accounts {
    /// Records a write requested by `caller`.
    pub(crate) fn wrote(
        &self,
        caller: Option<IpAddr>,
        write: ControlWrite,
        result: &Result<WriteResult, GatewayError>,
    ) {
        let kind = WriteKind::of(result);
        self.counters.wrote(kind);
        let (outcome, message) = match result {
            Ok(result) => (kind.name(), result.answer.message.clone()),
            Err(error) => (ApiError::from(error.clone()).code(), Some(error.to_string())),
        };
        let record = WriteRecord { at: SystemTime::now(), caller, write, outcome, message };
        self.with(|journal| enter(&mut journal.writes, record));
    }

    /// Records settings that changed without a write from here.
    pub(crate) fn changed(&self, changes: impl IntoIterator<Item = Change>) {
        let now = SystemTime::now();
        self.with(|journal| {
            for change in changes {
                enter(&mut journal.changes, (now, change));
            }
        });
    }

    /// Returns the last writes, the newest first.
    pub(crate) fn writes(&self) -> Vec<WriteRecord> {
        self.with(|journal| journal.writes.iter().rev().cloned().collect())
    }

    /// Returns the last changes made elsewhere, the newest first.
    pub(crate) fn changes(&self) -> Vec<(SystemTime, Change)> {
        self.with(|journal| journal.changes.iter().rev().copied().collect())
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut Journal) -> T) -> T {
        use_it(&mut self.journal.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn enter<T>(entries: &mut VecDeque<T>, entry: T) {
    if entries.len() >= MAX_ENTRIES {
        entries.pop_front();
    }
    entries.push_back(entry);
}

#[cfg(test)]
mod tests {
    use nrgkick_model::Command;

    use super::*;

    #[test]
    fn the_last_200_writes_are_remembered_the_newest_first() {
        let accounts = Accounts::default();
        for host in 0..=250_u8 {
            let caller = Some(IpAddr::from([192, 168, 1, host]));
            let write = Command::ChargePause(true).into();
            accounts.wrote(caller, write, &Err(GatewayError::Full));
        }
        let writes = accounts.writes();
        assert_eq!(writes.len(), 200);
        assert_eq!(writes[0].caller, Some(IpAddr::from([192, 168, 1, 250])));
        assert_eq!(writes[199].caller, Some(IpAddr::from([192, 168, 1, 51])));
        assert_eq!(
            (writes[0].outcome, writes[0].write),
            ("busy", Command::ChargePause(true).into())
        );
    }
}
