//! What was observed last, when, and what went wrong since.
//!
//! As large as the configuration and never larger. Not here: how old is too old
//! ([`document`](crate::document)).

use std::sync::{Mutex, MutexGuard, PoisonError};

use nrgkick_model::custom_api::Observed;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::{Config, Source};

/// What is known of one value.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// The last observation and its moment.
    pub last: Option<(Observed, Instant)>,
    /// The last failure since, or a remark.
    pub error: Option<Failure>,
    /// Whether the last that its source said was a failure.
    pub is_failing: bool,
    /// Whether its source has said yes or no at least once.
    pub is_settled: bool,
}

/// A failure of a source.
#[derive(Clone, Debug)]
pub struct Failure {
    /// In words.
    pub message: String,
    /// Its moment.
    pub at: Instant,
}

/// The cells of all values, in the order of [`Config::values`].
#[derive(Debug)]
pub struct Store {
    start: Instant,
    cells: Mutex<Vec<Cell>>,
    changes: watch::Sender<u64>,
}

/// Longest message kept, in bytes: a device's answer may be in it.
const LONGEST_MESSAGE: usize = 300;

impl Store {
    /// With what never changes, and nothing else.
    pub fn new(config: &Config) -> Self {
        let start = Instant::now();
        let cells = config.values.iter().map(|value| match value.source {
            Source::Fixed(observed) => {
                Cell { last: Some((observed, start)), is_settled: true, ..Cell::default() }
            }
            // Others decide about these.
            Source::Sum(_) | Source::Difference(_) | Source::House(_) => {
                Cell { is_settled: true, ..Cell::default() }
            }
            Source::Http(_) | Source::Mqtt(_) | Source::Modbus(_) | Source::Push(_) => {
                Cell::default()
            }
        });
        Self { start, cells: Mutex::new(cells.collect()), changes: watch::Sender::new(0) }
    }

    /// The moment from which a value that was never observed is awaited.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// Keeps what a source found, or why it found nothing. What does not fit the place of the
    /// value is a failure as well.
    pub fn record(&self, config: &Config, value: usize, found: Result<Observed, String>) {
        let Some(of) = config.values.get(value) else { return };
        let fitted = found.and_then(|observed| of.accept(observed));
        let name = of.name.as_str();
        self.change(value, |cell| {
            // Said once: a device that is off at night fails thousands of times. A remark is none.
            let said = cell.is_failing;
            cell.is_settled = true;
            cell.is_failing = fitted.is_err();
            match fitted {
                Ok(observed) => {
                    if said {
                        tracing::info!(value = name, "comes again");
                    }
                    cell.last = Some((observed, Instant::now()));
                    cell.error = None;
                }
                Err(message) => {
                    let failure = failure(message);
                    if !said {
                        tracing::warn!(value = name, error = failure.message, "does not come");
                    }
                    cell.error = Some(failure);
                }
            }
        });
    }

    /// Keeps a remark about a value that may come all the same.
    pub fn remark(&self, value: usize, message: String) {
        self.change(value, |cell| cell.error = Some(failure(message)));
    }

    /// All cells, locked: do not hold them across a wait.
    pub fn cells(&self) -> MutexGuard<'_, Vec<Cell>> {
        self.cells.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes with every observation and failure.
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

fn failure(mut message: String) -> Failure {
    if message.len() > LONGEST_MESSAGE {
        message.truncate(message.floor_char_boundary(LONGEST_MESSAGE));
        message.push('…');
    }
    Failure { message, at: Instant::now() }
}
