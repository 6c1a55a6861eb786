//! The bodies of `GET` and `POST /_sim/custom-api`.

use std::time::Duration;

use nrgkick_model::custom_api::{DeviceInfo, DeviceValues};
use serde::{Deserialize, Serialize};

use super::settings::{Every, HttpVersion, InvalidUrl, ServerUrl, Settings};

/// The poller's settings, counters and last result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The server; `None` if there is none.
    pub url: Option<ServerUrl>,
    /// Count of fetches of both documents since the start, a reset or a change.
    pub fetches: u64,
    /// Count of these that did not bring both documents.
    pub failures: u64,
    /// The last fetch.
    pub last: Option<LastFetch>,
    /// The values of the last fetch; `None` if it failed. The use a charger makes of older ones is
    /// not known.
    pub values: Option<DeviceValues>,
    /// The devices of the last fetch; `None` if it failed.
    pub info: Option<DeviceInfo>,
    /// Time from the start of the last fetch but one to the start of the last, ms.
    pub interval_ms: Option<u64>,
    /// The shortest and the longest pause between two fetches, ms.
    pub every_ms: [u64; 2],
    /// Set when connections are reused.
    pub keep_alive: bool,
    /// Version of HTTP.
    pub http: HttpVersion,
    /// Set when requests have a header `Host`.
    pub host: bool,
}

/// The result of one fetch of both documents.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LastFetch {
    /// Its start on the charger's clock, s; the clock stands still with `--speed 0`.
    pub at: f64,
    /// Real time since its start, ms.
    pub age_ms: u64,
    /// Status of the first unusable answer, otherwise of the values; `None` if no answer came.
    pub status: Option<u16>,
    /// The failures, each with the path of its document.
    pub error: Option<String>,
}

/// The body of `POST /_sim/custom-api`: settings to change; missing keys stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// The server, as `http://HOST:PORT`.
    pub url: Option<String>,
    /// The shortest and the longest pause, ms.
    pub every_ms: Option<[u64; 2]>,
    /// Reuses connections.
    pub keep_alive: Option<bool>,
    /// Version of HTTP.
    pub http: Option<HttpVersion>,
    /// Sends a header `Host`.
    pub host: Option<bool>,
}

/// An invalid change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidChange {
    /// The text is not a usable server address.
    #[error("url: {0}")]
    Url(#[from] InvalidUrl),
    /// The pauses are out of order or out of range.
    #[error("every_ms: {0:?} is not two times in order from 10 to 3600000")]
    Every([u64; 2]),
    /// No server is set, neither before nor by the change.
    #[error("url: missing, and no server was named before")]
    NoServer,
}

impl Change {
    /// Returns the settings with this change.
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

/// Returns whole milliseconds; longer times than fit do not occur.
pub(super) fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
