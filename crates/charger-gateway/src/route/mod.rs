//! The routes of both proxies, at the root for the first charger and under `/c/{name}` for each.
//!
//! Every path except a charger's name is matched verbatim: encoded characters or doubled slashes
//! make another path, which is 404.

mod api;
mod backup;
mod charges;
mod charges_change;
mod discover;
mod document;
mod events;
mod health;
mod history;
mod metrics;
mod read;
mod reply;
mod write;

use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::routing::get;
use charge_record::StoreError;
use gateway_api::accounts::MqttHealth;
use http::request::Parts;
use http_service::ApiError;
use tokio::sync::Semaphore;

use crate::backup::BACKUP_PATH;
use crate::events::{Feed, Feeds};
use crate::fleet::Fleet;
use crate::handle::Handle;
use crate::ids::Ids;
#[cfg(feature = "mqtt")]
use crate::mqtt::MqttLink;
use crate::options::Options;
use crate::record::Record;

pub(crate) use discover::Searcher;
pub(crate) use document::document;
pub(crate) use health::HEALTH_PATH;
pub(crate) use read::at_once;
pub(crate) use write::LONGEST_BODY;

/// State shared by all routes.
pub(crate) struct Shared {
    pub(crate) fleet: Fleet,
    pub(crate) options: Options,
    pub(crate) ids: Ids,
    pub(crate) record: Option<Arc<Record>>,
    pub(crate) searcher: Option<Searcher>,
    #[cfg(feature = "mqtt")]
    mqtt: Option<Arc<MqttLink>>,
    started: SystemTime,
    feeds: Arc<Feeds>,
    /// Permits for event streams.
    streams: Arc<Semaphore>,
}

/// The record, and the charger whose part of it is asked for; `None`: no charger is known yet.
struct Recorded {
    record: Arc<Record>,
    serial: Option<String>,
}

impl Recorded {
    /// The serial number; while none is known there is no charge either.
    fn known_serial(serial: Option<String>) -> Result<String, ApiError> {
        serial.ok_or_else(|| charges::failed(StoreError::Unknown))
    }
}

/// Maximum event streams at once, over all chargers. The limits of connections do not count them.
const STREAMS: usize = 1024;

type State = axum::extract::State<Arc<Shared>>;

/// Builds the routes over `fleet`, without the layers of every server; see [`serve`](crate::serve).
pub fn router(fleet: Fleet, options: Options) -> Router {
    routes(Arc::new(Shared::new(fleet, options)))
}

/// Builds the routes over their state.
pub(crate) fn routes(shared: Arc<Shared>) -> Router {
    let of_a_charger = || {
        Router::new()
            .route("/info", get(read::info))
            .route("/values", get(read::values))
            .route("/control", get(write::get_control).post(write::post_control))
            .route("/api", get(api::api))
            .route("/events", get(events::events))
            .route("/history", get(history::history))
            .route("/charges", get(charges::list).delete(charges_change::delete_all))
            .route(
                "/charges/{id}",
                get(charges::one).patch(charges_change::label).delete(charges_change::delete_one),
            )
    };
    Router::new()
        .merge(of_a_charger())
        .nest("/c/{name}", of_a_charger())
        .route("/chargers", get(api::chargers))
        .route("/discover", get(discover::discover))
        .route(BACKUP_PATH, get(backup::backup))
        .route(HEALTH_PATH, get(health::healthz))
        .route("/metrics", get(metrics::metrics))
        .with_state(shared)
}

/// The `{name}` of `/c/{name}/…`; `None` at the root, which stands for the first charger.
#[derive(Clone, Debug)]
pub struct ChargerName(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for ChargerName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| ApiError::not_found())?;
        Ok(Self(params.iter().find(|(key, _)| *key == "name").map(|(_, name)| name.to_owned())))
    }
}

impl Shared {
    pub(crate) fn new(fleet: Fleet, options: Options) -> Self {
        Self {
            fleet,
            options,
            ids: Ids::default(),
            record: None,
            searcher: None,
            #[cfg(feature = "mqtt")]
            mqtt: None,
            started: SystemTime::now(),
            feeds: Arc::new(Feeds::new(options.timing.read)),
            streams: Arc::new(Semaphore::new(STREAMS)),
        }
    }

    pub(crate) fn with_record(self, record: Option<Arc<Record>>) -> Self {
        Self { record, ..self }
    }

    /// Shares the polls of `feeds` with who else reads them.
    #[cfg(feature = "mqtt")]
    pub(crate) fn with_feeds(self, feeds: Arc<Feeds>) -> Self {
        Self { feeds, ..self }
    }

    /// Tells of the connection to a broker.
    #[cfg(feature = "mqtt")]
    pub(crate) fn with_mqtt(self, mqtt: Option<Arc<MqttLink>>) -> Self {
        Self { mqtt, ..self }
    }

    /// The connection to a broker for `/healthz`, where there is to be one.
    fn mqtt_health(&self) -> Option<MqttHealth> {
        #[cfg(feature = "mqtt")]
        return self.mqtt.as_ref().map(|link| link.health());
        #[cfg(not(feature = "mqtt"))]
        None
    }

    pub(crate) fn with_searcher(self, searcher: Searcher) -> Self {
        Self { searcher: Some(searcher), ..self }
    }

    /// The record of a charger.
    fn record_of(&self, name: &ChargerName) -> Result<Recorded, ApiError> {
        let handle = self.charger(name)?;
        let record = self.record.clone().ok_or_else(|| {
            let message = "No record is kept here: start this server with --data FILE.";
            ApiError::new(http::StatusCode::NOT_FOUND, gateway_api::code::NO_RECORD, message)
        })?;
        Ok(Recorded { serial: record.serial(&handle.known.name), record })
    }

    fn charger(&self, name: &ChargerName) -> Result<Arc<Handle>, ApiError> {
        self.fleet.named(name.0.as_deref())
    }

    fn feed(&self, handle: &Arc<Handle>) -> Arc<Feed> {
        self.feeds.of(handle)
    }
}
