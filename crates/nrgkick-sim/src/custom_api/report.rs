//! What `GET /_sim/custom-api` shows, and what `POST` changes.

use std::time::Duration;

use nrgkick_model::custom_api::{DeviceInfo, DeviceValues};
use serde::{Deserialize, Serialize};

use super::settings::{Every, HttpVersion, InvalidUrl, ServerUrl, Settings};

/// What the poller did and understood.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The server; nothing where there is none.
    pub url: Option<ServerUrl>,
    /// How often both documents were fetched since the start, a reset or a change.
    pub fetches: u64,
    /// How many of these did not bring both documents.
    pub failures: u64,
    /// The last fetch.
    pub last: Option<LastFetch>,
    /// What the last fetch understood of the values; nothing where it failed. What a charger
    /// makes of older ones is not known.
    pub values: Option<DeviceValues>,
    /// What the last fetch understood of the devices; nothing where it failed.
    pub info: Option<DeviceInfo>,
    /// From the beginning of the last fetch but one to that of the last, ms.
    pub interval_ms: Option<u64>,
    /// The shortest and the longest pause between two fetches, ms.
    pub every_ms: [u64; 2],
    /// Whether a connection is used again.
    pub keep_alive: bool,
    /// Version of HTTP.
    pub http: HttpVersion,
    /// Whether requests have a header `Host`.
    pub host: bool,
}

/// How a fetch of both documents went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LastFetch {
    /// When it began on the charger's clock, s; it stands still with `--speed 0`.
    pub at: f64,
    /// How long ago that was, ms.
    pub age_ms: u64,
    /// Status of the first answer that could not be used, else of the values'; nothing where no
    /// answer came.
    pub status: Option<u16>,
    /// What was wrong, each document with its path.
    pub error: Option<String>,
}

/// The body of `POST /_sim/custom-api`: settings to change; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// The server, as `http://HOST:PORT`.
    pub url: Option<String>,
    /// The shortest and the longest pause, ms.
    pub every_ms: Option<[u64; 2]>,
    /// Whether a connection is used again.
    pub keep_alive: Option<bool>,
    /// Version of HTTP.
    pub http: Option<HttpVersion>,
    /// Whether requests have a header `Host`.
    pub host: Option<bool>,
}

/// A change that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidChange {
    /// No server to ask.
    #[error("url: {0}")]
    Url(#[from] InvalidUrl),
    /// A pause that cannot be.
    #[error("every_ms: {0:?} is not two times in order from 10 to 3600000")]
    Every([u64; 2]),
    /// There is no server, neither now nor in the change.
    #[error("url: missing, and no server was named before")]
    NoServer,
}

impl Change {
    /// The settings with this change.
    pub(super) fn apply(self, mut settings: Settings) -> Result<Settings, InvalidChange> {
        if let Some(url) = self.url {
            settings.url = Some(url.parse()?);
        }
        if let Some(bounds) = self.every_ms {
            let [least, most] = bounds.map(Duration::from_millis);
            settings.every = Every::new(least, most).ok_or(InvalidChange::Every(bounds))?;
        }
        let manner = &mut settings.manner;
        manner.keep_alive = self.keep_alive.unwrap_or(manner.keep_alive);
        manner.version = self.http.unwrap_or(manner.version);
        manner.host = self.host.unwrap_or(manner.host);
        if settings.url.is_none() {
            return Err(InvalidChange::NoServer);
        }
        Ok(settings)
    }
}

/// Whole milliseconds; a time that long does not occur.
pub(super) fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
