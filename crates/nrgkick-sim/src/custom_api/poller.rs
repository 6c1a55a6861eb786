//! The polling loop, and fetches on request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use nrgkick_model::custom_api::{INFO_PATH, VALUES_PATH};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::client::{Answer, Client};
use super::record::{Failure, Fetch, Record};
use super::report::{Change, InvalidChange, Report};
use super::settings::Settings;
use super::understanding::{self, Misunderstanding};
use crate::Unit;

/// Fetches both documents and keeps the last result. Clones share one state.
#[derive(Clone, Debug)]
pub struct Poller(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The charger, whose clock dates the fetches.
    unit: Unit,
    /// The settings that a reset restores.
    initial: Settings,
    record: Mutex<Record>,
    /// Locked for a whole fetch, so that fetches do not overlap.
    client: tokio::sync::Mutex<Client>,
    /// Restarts the pause before the next fetch.
    changed: Notify,
}

impl Poller {
    /// Creates the poller of the charger `unit`.
    pub fn new(unit: Unit, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            unit,
            initial: settings.clone(),
            record: Mutex::new(Record::new(settings)),
            client: tokio::sync::Mutex::default(),
            changed: Notify::new(),
        }))
    }

    /// Fetches at once and then at intervals, without end, in real time regardless of `--speed`.
    pub async fn run(&self) {
        self.fetch().await;
        loop {
            let pause = self.record().settings().every.draw();
            tokio::select! {
                () = sleep(pause) => self.fetch().await,
                () = self.0.changed.notified() => {}
            }
        }
    }

    /// Fetches both documents now if a server is set, after any fetch in progress.
    pub async fn fetch(&self) {
        let mut client = self.0.client.lock().await;
        let (settings, generation) = {
            let record = self.record();
            (record.settings().clone(), record.generation())
        };
        let Some(server) = &settings.url else { return };
        let (began, at) = (Instant::now(), self.0.unit.with(|charger| charger.now()));
        let mut get = async |path| {
            let answer = client.get(server, path, settings.manner, settings.limits).await;
            answer.map_err(|error| Failure { status: None, message: format!("{path}: {error}") })
        };
        let values = get(VALUES_PATH).await;
        let info = get(INFO_PATH).await;
        let values = read(VALUES_PATH, values, understanding::values);
        let info = read(INFO_PATH, info, understanding::info);
        self.record().add(generation, Fetch { began, at, values, info });
    }

    /// Changes the settings, fetches at once, and returns the report. A real change resets the
    /// counters.
    ///
    /// # Errors
    /// If a setting is invalid or there is no server; then nothing changes.
    pub async fn change(&self, change: Change) -> Result<Report, InvalidChange> {
        {
            let mut record = self.record();
            let settings = change.apply(record.settings().clone())?;
            if settings != *record.settings() {
                record.begin_anew(settings);
            }
        }
        self.fetch().await;
        self.0.changed.notify_one();
        Ok(self.report())
    }

    /// Restores the initial settings, with nothing fetched.
    pub fn reset(&self) {
        self.record().begin_anew(self.0.initial.clone());
        self.0.changed.notify_one();
    }

    /// Returns the counters and the last result.
    pub fn report(&self) -> Report {
        self.record().report(Instant::now())
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Parses an answer with status 200; any other answer is a failure.
fn read<T>(
    path: &str,
    answer: Result<Answer, Failure>,
    understand: fn(&[u8]) -> Result<T, Misunderstanding>,
) -> Result<T, Failure> {
    let Answer { status, body } = answer?;
    let message = match status {
        StatusCode::OK => match understand(&body) {
            Ok(document) => return Ok(document),
            Err(error) => error.to_string(),
        },
        _ => format!("answered {status}: {}", words(&body)),
    };
    Err(Failure { status: Some(status), message: format!("{path}: {message}") })
}

/// Returns the message in an error body of `custom-api`, or the start of any other body.
fn words(body: &[u8]) -> String {
    let error: Option<Value> = serde_json::from_slice(body).ok();
    let message = error.as_ref().and_then(|error| error.pointer("/error/message")?.as_str());
    understanding::start(message.map_or(body, str::as_bytes))
}
