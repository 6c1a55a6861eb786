//! `GET /discover`: the chargers that announce themselves in the gateway's network.
//!
//! It only tells. The gateway reaches the chargers that it was started with, whatever is found
//! here: an announcement can be forged.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::response::Response;
use futures_util::future::BoxFuture;
use gateway_api::code;
use gateway_api::found::{Found, FoundCharger};
use http::StatusCode;
use http_service::logging::Chain;
use http_service::{ApiError, Caller};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{State, reply};
use crate::address::Place;
use crate::discover::search;
use crate::handle::Handle;
use crate::probe::Probed;

/// How long announcements are listened for; who announces itself answers a question within a second.
const LISTEN: Duration = Duration::from_secs(4);
/// How long a search answers for the next one, too.
const KEEP: Duration = Duration::from_secs(10);

/// Asks an address who it is, as a stranger.
type Ask = Box<dyn Fn(SocketAddr) -> BoxFuture<'static, Probed> + Send + Sync>;

/// One search at a time, however many ask for one.
pub(crate) struct Searcher {
    ask: Ask,
    last: Mutex<Option<(Instant, Vec<FoundCharger>)>>,
}

impl Searcher {
    /// Searches by `ask`, for what does not announce its serial number.
    pub(crate) fn new(ask: Ask) -> Self {
        Self { ask, last: Mutex::default() }
    }

    async fn found(&self) -> Result<Vec<FoundCharger>, ApiError> {
        let mut last = self.last.lock().await;
        if let Some((_, found)) = last.as_ref().filter(|(at, _)| at.elapsed() < KEEP) {
            return Ok(found.clone());
        }
        let mut found = search(LISTEN, &self.ask).await.map_err(|error| {
            let message = format!("The network cannot be searched: {}.", Chain(&error));
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code::SEARCH_FAILED, message)
        })?;
        found.sort_by(|a, b| a.name.cmp(&b.name));
        *last = Some((Instant::now(), found.clone()));
        Ok(found)
    }
}

/// For callers who may change something: a search asks strangers, and a display needs none.
pub(super) async fn discover(
    state: State,
    caller: Option<Extension<Caller>>,
) -> Result<Response, ApiError> {
    if !caller.is_some_and(|Extension(caller)| caller.may_write()) {
        return Err(ApiError::view_only());
    }
    let Some(searcher) = &state.searcher else { return Err(ApiError::not_found()) };
    let mut found = searcher.found().await?;
    let (all, now) = (state.fleet.all(), Instant::now());
    for charger in &mut found {
        charger.served_as = served_as(&all, charger, now);
    }
    Ok(reply::document(&Found { found }))
}

/// The name of the same charger here: by its serial number, or where none is known, its address.
fn served_as(all: &[Arc<Handle>], found: &FoundCharger, now: Instant) -> Option<String> {
    let is_same = |handle: &&Arc<Handle>| {
        let seen = handle.known.status.seen(now);
        match (&seen.serial, &found.serial_number) {
            (Some(here), Some(there)) => here == there,
            _ => {
                matches!(seen.place, Place::At(place) if Some(place.ip().to_string()) == found.address)
            }
        }
    };
    all.iter().find(is_same).map(|handle| handle.known.name.clone())
}

#[cfg(test)]
mod tests {
    use gateway_api::budget;

    use super::*;
    use crate::discover::QUESTIONS;

    #[test]
    fn a_page_waits_for_a_search_however_many_announce_themselves() {
        assert!(LISTEN + QUESTIONS < budget::PAGE_READ);
    }
}
