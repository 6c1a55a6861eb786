//! `GET /api` and `GET /chargers`: how the page learns where it is and what there is.

use axum::Extension;
use axum::response::Response;
use gateway_api::{ApiStatus, ChargerEntry, ChargerState, Chargers, Gateway};
use http_service::{ApiError, Caller};
use tokio::time::Instant;

use crate::address::Place;

use super::{ChargerName, State, reply};

/// Answers whether or not the charger does: the page waits for it before it shows anything.
/// Whoever may only look is told that the gateway is read-only, so that the page locks its controls.
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
        upstream: handle.upstream,
        read_only: options.read_only || may_only_look,
        charger_open: handle.status.seen(Instant::now()).open,
    };
    Ok(reply::document(&ApiStatus { gateway: Some(gateway), ..status }))
}

pub(super) async fn chargers(state: State) -> Response {
    let now = Instant::now();
    let chargers = state.fleet.all().into_iter().map(|handle| {
        let seen = handle.status.seen(now);
        let state = match seen.place {
            Place::Unknown => ChargerState::Searching,
            Place::At(_) | Place::Named => seen.link.into(),
        };
        let name = handle.name.clone();
        ChargerEntry { name, state, simulated: seen.simulated, found_by: handle.found_by }
    });
    reply::document(&Chargers { chargers: chargers.collect() })
}
