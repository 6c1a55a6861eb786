//! The loop that fetches, and fetches on request.

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

/// Fetches, and remembers the last fetch. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Poller(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Whose clock tells when something was fetched.
    unit: Unit,
    /// What a reset goes back to.
    initial: Settings,
    record: Mutex<Record>,
    /// Held for a whole fetch, so that fetches follow one another.
    client: tokio::sync::Mutex<Client>,
    /// A pause begins anew.
    changed: Notify,
}

impl Poller {
    /// A charger's poller; `unit` is the charger.
    pub fn new(unit: Unit, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            unit,
            initial: settings.clone(),
            record: Mutex::new(Record::new(settings)),
            client: tokio::sync::Mutex::default(),
            changed: Notify::new(),
        }))
    }

    /// Fetches at once and then for ever, in real time whatever the charger's clock does.
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

    /// Fetches both documents now, where a server is named, after any fetch that is under way.
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

    /// Changes the settings, fetches at once, and shows what came. Counts begin anew where
    /// something is changed.
    ///
    /// # Errors
    /// Where a setting cannot be, or there is no server; then nothing changes.
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

    /// Back to the settings of the start, with nothing fetched.
    pub fn reset(&self) {
        self.record().begin_anew(self.0.initial.clone());
        self.0.changed.notify_one();
    }

    /// What was done and understood.
    pub fn report(&self) -> Report {
        self.record().report(Instant::now())
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What `answer` says, where it came with 200 and is understood.
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

/// What an error's body says: the message of our own servers' errors, else its start.
fn words(body: &[u8]) -> String {
    let error: Option<Value> = serde_json::from_slice(body).ok();
    let message = error.as_ref().and_then(|error| error.pointer("/error/message")?.as_str());
    understanding::start(message.map_or(body, str::as_bytes))
}
