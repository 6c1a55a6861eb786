//! `GET /api` and `GET /chargers`: tell the page its gateway and the list of chargers.

use axum::Extension;
use axum::response::Response;
use gateway_api::{ApiStatus, ChargerEntry, ChargerState, Chargers, Gateway, Measured};
use http_service::{ApiError, Caller};
use nrgkick_model::Readings;
use nrgkick_model::field::DocumentName;
use nrgkick_model::reading::Form;
use tokio::time::Instant;

use crate::address::Place;
use crate::status::Status;
use crate::timing::milliseconds;

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
        record: state.record.is_some(),
        chargers: state.fleet.all().len(),
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
        ChargerEntry {
            name: handle.known.name.clone(),
            state,
            simulated: seen.simulated,
            found_by: handle.found_by,
            measured: measured(&handle.known.status, now),
        }
    });
    reply::document(&Chargers { chargers: chargers.collect() })
}

/// What the charger does, of what others have read. No charger is asked for a list.
fn measured(status: &Status, now: Instant) -> Option<Measured> {
    let (age, answer) = status.fresh(DocumentName::Values, now)?;
    let readings = answer.readings.as_ref().ok()?;
    let mut rows = Readings::default();
    for field in Measured::FIELDS {
        rows.set(field, readings.reported(field).cloned());
    }
    let values = rows.to_json(DocumentName::Values, &[], Form::Raw);
    let age_ms = milliseconds(age);
    Some(Measured { age_ms, values: serde_json::from_str(&values).ok()? })
}
