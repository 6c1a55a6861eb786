//! The last observation of each value, its time, and the failure since.
//!
//! Its size is that of the configuration. Not here: the largest age
//! ([`document`](crate::document)).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nrgkick_model::custom_api::Observed;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::{Config, Source, Value};

/// An observation as a source gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sighting {
    /// The number or switch.
    pub observed: Observed,
    /// Its age at this moment; `None` if nothing tells it.
    pub age: Option<Duration>,
    /// Set where it is already what the file wants, as the number for `null`: it is not converted.
    pub is_final: bool,
}

impl From<Observed> for Sighting {
    fn from(observed: Observed) -> Self {
        Self { observed, age: Some(Duration::ZERO), is_final: false }
    }
}

/// An observation that was recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// The number or switch.
    pub observed: Observed,
    /// The time at which it came.
    pub at: Instant,
    /// Its age when it came; `None` if nothing told it.
    pub age: Option<Duration>,
}

/// The signs of life of a publisher that sends changes only.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Life {
    /// Set while the publisher is said to be there.
    pub is_there: bool,
    /// The last sign of life.
    pub last: Option<Instant>,
}

/// The observations of one value.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// The last observation.
    pub last: Option<Seen>,
    /// The signs of life of its publisher, where the configuration names them.
    pub life: Life,
    /// The last failure or remark since then.
    pub error: Option<Failure>,
    /// Set when the last result of the source was a failure.
    pub is_failing: bool,
    /// Set once the source has given a value or a failure.
    pub is_settled: bool,
}

/// A failure of a source.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The message.
    pub message: String,
    /// Its time.
    pub at: Instant,
}

/// The cells of all values, in the order of [`Config::values`].
#[derive(Debug)]
pub struct Store {
    start: Instant,
    /// For each value the time from which it is awaited.
    since: Vec<Instant>,
    cells: Mutex<Vec<Cell>>,
    changes: watch::Sender<u64>,
}

/// Longest message kept, in bytes: it may quote a device's answer.
const LONGEST_MESSAGE: usize = 300;

impl Store {
    /// Creates a store with the constants and nothing else.
    pub fn new(config: &Config) -> Self {
        let start = Instant::now();
        let cells = config.values.iter().map(|value| match value.source {
            Source::Fixed(observed) => {
                let last = Some(Seen { observed, at: start, age: None });
                Cell { last, is_settled: true, ..Cell::default() }
            }
            // Computed from other values.
            Source::Sum(_) | Source::Difference(_) | Source::Product(_) | Source::House(_) => {
                Cell { is_settled: true, ..Cell::default() }
            }
            Source::Http(_) | Source::Mqtt(_) | Source::Modbus(_) | Source::Push(_) => {
                Cell::default()
            }
        });
        let cells = Mutex::new(cells.collect());
        let since = vec![start; config.values.len()];
        Self { start, since, cells, changes: watch::Sender::new(0) }
    }

    /// Creates the store of `config` after that of `before`, with what was observed there of values
    /// that are the same.
    pub fn after(config: &Config, store: &Self, before: &Config) -> Self {
        let mut new = Self { start: store.start, ..Self::new(config) };
        let old = store.cells();
        let cells = new.cells.get_mut().unwrap_or_else(PoisonError::into_inner);
        for (index, value) in config.values.iter().enumerate() {
            if let Some(known) = config.observed_as(value, before) {
                cells[index].clone_from(&old[known]);
                new.since[index] = store.since[known];
            }
        }
        drop(old);
        new
    }

    /// Returns the time of the first start.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// Returns the time from which the value at `index` is awaited.
    pub fn since(&self, index: usize) -> Instant {
        self.since[index]
    }

    /// Records a source's observation or failure. An observation that the value does not accept is
    /// a failure too.
    pub fn record(
        &self,
        config: &Config,
        value: usize,
        found: Result<impl Into<Sighting>, String>,
    ) {
        self.record_all(config, [(value, found.map(Into::into))]);
    }

    /// As [`record`](Self::record), for what was read together: nobody sees a part of it.
    pub fn record_all(
        &self,
        config: &Config,
        found: impl IntoIterator<Item = (usize, Result<Sighting, String>)>,
    ) {
        let mut cells = self.cells();
        for (index, found) in found {
            if let (Some(value), Some(cell)) = (config.values.get(index), cells.get_mut(index)) {
                cell.record(value, found);
            }
        }
        drop(cells);
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Records what is known of a value's publisher: that it is there or not, and a sign of life.
    pub fn live(&self, value: usize, is_there: Option<bool>, is_sign: bool) {
        self.change(value, |cell| {
            // While it is there, every moment is a sign of life.
            if is_sign || cell.life.is_there {
                cell.life.last = Some(Instant::now());
            }
            cell.life.is_there = is_there.unwrap_or(cell.life.is_there);
        });
    }

    /// Ends the failing state after a reconnect, so that the next failure is logged again.
    pub fn reconnected(&self, config: &Config, value: usize, message: String) {
        let Some(of) = config.values.get(value) else { return };
        self.change(value, |cell| {
            if std::mem::take(&mut cell.is_failing) {
                tracing::info!(value = of.name, "its source is there again");
            }
            cell.error = Some(failure(message));
        });
    }

    /// Keeps a remark about a value; it does not count as a failure.
    pub fn remark(&self, value: usize, message: String) {
        self.change(value, |cell| cell.error = Some(failure(message)));
    }

    /// Returns all cells, locked: do not hold them across an `await`.
    pub fn cells(&self) -> MutexGuard<'_, Vec<Cell>> {
        self.cells.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a receiver that changes with every observation and failure.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn change(&self, value: usize, change: impl FnOnce(&mut Cell)) {
        if let Some(cell) = self.cells().get_mut(value) {
            change(cell);
        }
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }
}

impl Cell {
    fn record(&mut self, value: &Value, found: Result<Sighting, String>) {
        let accepted = found.and_then(|sighting| {
            let observed = match sighting.is_final {
                true => value.accept(sighting.observed)?,
                false => value.take(sighting.observed)?,
            };
            Ok(Sighting { observed, ..sighting })
        });
        let name = value.name.as_str();
        // Logged once: a device that is off at night fails thousands of times. A remark does not
        // count.
        let said = self.is_failing;
        self.is_settled = true;
        self.is_failing = accepted.is_err();
        match accepted {
            Ok(Sighting { observed, age, .. }) => {
                if said {
                    tracing::info!(value = name, "comes again");
                }
                // The same of unknown age again, as after each connection, is no news.
                let is_known = self.last.is_some_and(|last| last.observed == observed);
                if age.is_some() || !is_known {
                    self.last = Some(Seen { observed, at: Instant::now(), age });
                }
                self.error = None;
            }
            Err(message) => {
                let failure = failure(message);
                if !said {
                    tracing::warn!(value = name, error = failure.message, "does not come");
                }
                self.error = Some(failure);
            }
        }
    }
}

fn failure(mut message: String) -> Failure {
    if message.len() > LONGEST_MESSAGE {
        message.truncate(message.floor_char_boundary(LONGEST_MESSAGE));
        message.push('…');
    }
    Failure { message, at: Instant::now() }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::path::Path;
    use std::sync::Arc;

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn each_failure_is_said_once_and_anew_when_the_source_was_there_in_between() {
        let text = "[inverters.0]\ninv_power_ac_w = { mqtt = \"192.168.1.5\", topic = \"pv\" }\n";
        let config = Config::parse(text, Path::new("house.toml"), None).unwrap();
        let store = Store::new(&config);
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .without_time()
            .with_target(false)
            .finish();
        let bad =
            |payload: &str| store.record(&config, 0, Err::<Observed, _>(format!("pv: {payload}")));
        let good = || store.record(&config, 0, Ok(Observed::Number(5.0)));
        tracing::subscriber::with_default(subscriber, || {
            bad("\"abc\" is no number");
            bad("\"abd\" is no number");
            good();
            good();
            bad("broker 192.168.1.5:1883: no connection");
            store.reconnected(&config, 0, "connected to the broker".to_owned());
            store.reconnected(&config, 0, "connected to the broker".to_owned());
            bad("\"x\" is no number");
            good();
        });
        let said = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let said: Vec<&str> = said.lines().map(str::trim).collect();
        let expected = [
            ("WARN does not come", "abc"),
            ("INFO comes again", ""),
            ("WARN does not come", "no connection"),
            ("INFO its source is there again", ""),
            ("WARN does not come", "\\\"x\\\""),
            ("INFO comes again", ""),
        ];
        assert_eq!(said.len(), expected.len(), "{said:#?}");
        for (line, (begin, part)) in said.iter().zip(expected) {
            assert!(line.starts_with(begin) && line.contains(part), "{line}: {begin} {part}");
        }
    }
}
