//! The routes of both proxies, at the root for the first charger and under `/c/{name}` for each.
//!
//! Every path except a charger's name is matched verbatim: encoded characters or doubled slashes
//! make another path, which is 404.

mod api;
mod document;
mod events;
mod health;
mod metrics;
mod read;
mod reply;
mod write;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::routing::get;
use http::request::Parts;
use http_service::ApiError;
use tokio::sync::Semaphore;

use crate::events::Feed;
use crate::fleet::Fleet;
use crate::handle::Handle;
use crate::ids::Ids;
use crate::options::Options;

pub(crate) use document::document;
pub(crate) use health::HEALTH_PATH;
pub(crate) use read::at_once;
pub(crate) use write::LONGEST_BODY;

/// State shared by all routes.
pub(crate) struct Shared {
    pub(crate) fleet: Fleet,
    pub(crate) options: Options,
    pub(crate) ids: Ids,
    started: SystemTime,
    /// By the charger's name, created for the first listener.
    feeds: Mutex<HashMap<String, Arc<Feed>>>,
    /// Permits for event streams.
    streams: Arc<Semaphore>,
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
    };
    Router::new()
        .merge(of_a_charger())
        .nest("/c/{name}", of_a_charger())
        .route("/chargers", get(api::chargers))
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
            started: SystemTime::now(),
            feeds: Mutex::default(),
            streams: Arc::new(Semaphore::new(STREAMS)),
        }
    }

    fn charger(&self, name: &ChargerName) -> Result<Arc<Handle>, ApiError> {
        self.fleet.named(name.0.as_deref())
    }

    fn feed(&self, handle: &Arc<Handle>) -> Arc<Feed> {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        let feed = feeds.entry(handle.known.name.clone());
        let new = || Feed::new(Arc::clone(handle), self.options.timing.read);
        Arc::clone(feed.or_insert_with(new))
    }
}
