//! `GET /api` and `GET /chargers`: tell the page its gateway and the list of chargers.

use axum::Extension;
use axum::response::Response;
use gateway_api::{ApiStatus, ChargerEntry, ChargerState, Chargers, Gateway};
use http_service::{ApiError, Caller};
use tokio::time::Instant;

use crate::address::Place;

use super::{ChargerName, State, reply};

/// Answers even if the charger does not: the page waits for it before it shows anything. Callers
/// without the right to write get `read_only`, so that the page locks its controls.
pub(super) async fn api(
    state: State,
    name: ChargerName,
    caller: Option<Extension<Caller>>,
) -> Result<Response, ApiError> {
    let handle = state.charger(&name)?;
    let options = &state.options;
    let may_only_look = caller.is_some_and(|Extension(caller)| !caller.may_write());
    let status = handle.api(options.timing.api).await;
    let status = status.unwrap_or(ApiStatus { json: None, modbus: None, gateway: None });
    let gateway = Gateway {
        name: options.program.name.to_owned(),
        version: options.program.version.to_owned(),
        upstream: handle.known.upstream,
        read_only: options.read_only || may_only_look,
        charger_open: handle.known.status.seen(Instant::now()).open,
        events: true,
    };
    Ok(reply::document(&ApiStatus { gateway: Some(gateway), ..status }))
}

pub(super) async fn chargers(state: State) -> Response {
    let now = Instant::now();
    let chargers = state.fleet.all().into_iter().map(|handle| {
        let seen = handle.known.status.seen(now);
        let state = match seen.place {
            Place::Unknown => ChargerState::Searching,
            Place::At(_) | Place::Named => seen.link.into(),
        };
        let name = handle.known.name.clone();
        ChargerEntry { name, state, simulated: seen.simulated, found_by: handle.found_by }
    });
    reply::document(&Chargers { chargers: chargers.collect() })
}
