//! The routes of both proxies, once at the root for the first charger and once per name.
//!
//! Every path but a charger's name is matched as it was written: what is encoded or doubled is
//! another path, and 404.

mod api;
mod events;
mod health;
mod read;
mod reply;
mod write;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

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

pub(crate) use health::HEALTH_PATH;
pub(crate) use write::LONGEST_BODY;

/// What all routes share.
pub(crate) struct Shared {
    pub(crate) fleet: Fleet,
    pub(crate) options: Options,
    pub(crate) ids: Ids,
    /// By the charger's name, made when somebody first listens.
    feeds: Mutex<HashMap<String, Arc<Feed>>>,
    /// Event streams that may be open at once.
    streams: Arc<Semaphore>,
}

/// Event streams at once, over all chargers. No limit of connections counts them.
const STREAMS: usize = 1024;

type State = axum::extract::State<Arc<Shared>>;

/// The routes over `fleet`, without the layers that every server has; see [`serve`](crate::serve).
pub fn router(fleet: Fleet, options: Options) -> Router {
    let of_a_charger = || {
        Router::new()
            .route("/info", get(read::info))
            .route("/values", get(read::values))
            .route("/control", get(write::get_control).post(write::post_control))
            .route("/api", get(api::api))
            .route("/events", get(events::events))
    };
    let feeds = Mutex::default();
    let streams = Arc::new(Semaphore::new(STREAMS));
    Router::new()
        .merge(of_a_charger())
        .nest("/c/{name}", of_a_charger())
        .route("/chargers", get(api::chargers))
        .route(HEALTH_PATH, get(health::healthz))
        .with_state(Arc::new(Shared { fleet, options, ids: Ids::default(), feeds, streams }))
}

/// The `{name}` of `/c/{name}/…`; none at the root, which means the first charger.
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
    fn charger(&self, name: &ChargerName) -> Result<Arc<Handle>, ApiError> {
        self.fleet.named(name.0.as_deref())
    }

    fn feed(&self, handle: &Arc<Handle>) -> Arc<Feed> {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        let feed = feeds.entry(handle.name.clone());
        let new = || Feed::new(Arc::clone(handle), self.options.timing.read);
        Arc::clone(feed.or_insert_with(new))
    }
}
