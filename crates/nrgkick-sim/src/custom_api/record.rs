//! The poller's memory.

use std::time::Duration;

use http::StatusCode;
use nrgkick_model::custom_api::{DeviceInfo, DeviceValues};
use tokio::time::Instant;

use super::report::{LastFetch, Report, ms};
use super::settings::Settings;

/// The settings, the counters and the last fetch.
#[derive(Debug, Default)]
pub(super) struct Record {
    settings: Settings,
    /// Counts changes of the settings: a fetch begun under older ones is not recorded.
    generation: u64,
    fetches: u64,
    failures: u64,
    interval: Option<Duration>,
    last: Option<Fetch>,
}

/// One fetch of both documents.
#[derive(Debug)]
pub(super) struct Fetch {
    pub(super) began: Instant,
    /// On the charger's clock.
    pub(super) at: Duration,
    pub(super) values: Result<DeviceValues, Failure>,
    pub(super) info: Result<DeviceInfo, Failure>,
}

/// The reason why a document is missing.
#[derive(Debug)]
pub(super) struct Failure {
    /// `None` if no answer came.
    pub(super) status: Option<StatusCode>,
    pub(super) message: String,
}

impl Record {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    pub(super) const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) const fn generation(&self) -> u64 {
        self.generation
    }

    /// Replaces the settings and clears all results.
    pub(super) fn begin_anew(&mut self, settings: Settings) {
        let generation = self.generation + 1;
        *self = Self { settings, generation, ..Self::default() };
    }

    /// Records a fetch, unless the settings have changed since `generation`.
    pub(super) fn add(&mut self, generation: u64, fetch: Fetch) {
        if generation != self.generation {
            return;
        }
        self.fetches += 1;
        self.failures += u64::from(fetch.values.is_err() || fetch.info.is_err());
        self.interval = self.last.as_ref().map(|last| fetch.began.duration_since(last.began));
        self.last = Some(fetch);
    }

    pub(super) fn report(&self, now: Instant) -> Report {
        let fetch = self.last.as_ref();
        let manner = self.settings.manner;
        Report {
            url: self.settings.url.clone(),
            fetches: self.fetches,
            failures: self.failures,
            last: fetch.map(|fetch| fetch.report(now)),
            values: fetch.and_then(|fetch| fetch.values.as_ref().ok().cloned()),
            info: fetch.and_then(|fetch| fetch.info.as_ref().ok().cloned()),
            interval_ms: self.interval.map(ms),
            every_ms: self.settings.every.bounds().map(ms),
            keep_alive: manner.keep_alive,
            http: manner.version,
            host: manner.host,
        }
    }
}

impl Fetch {
    fn report(&self, now: Instant) -> LastFetch {
        let failures = [self.values.as_ref().err(), self.info.as_ref().err()];
        let failures: Vec<_> = failures.into_iter().flatten().collect();
        let messages: Vec<_> = failures.iter().map(|failure| failure.message.as_str()).collect();
        let status = failures.first().map_or(Some(StatusCode::OK), |failure| failure.status);
        LastFetch {
            at: self.at.as_secs_f64(),
            age_ms: ms(now.duration_since(self.began)),
            status: status.map(|status| status.as_u16()),
            error: (!messages.is_empty()).then(|| messages.join("; ")),
        }
    }
}
