//! `GET /info` and `GET /values`, passed through to the charger.

use axum::Extension;
use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;
use http_service::{ApiError, Caller};
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use nrgkick_model::{Readings, Refusal};

use super::{ChargerName, State, reply};
use crate::privacy;

pub(super) async fn info(
    state: State,
    name: ChargerName,
    query: RawQuery,
    caller: Option<Extension<Caller>>,
) -> Result<Response, ApiError> {
    read(state, name, query, caller, DocumentName::Info).await
}

pub(super) async fn values(
    state: State,
    name: ChargerName,
    query: RawQuery,
    caller: Option<Extension<Caller>>,
) -> Result<Response, ApiError> {
    read(state, name, query, caller, DocumentName::Values).await
}

async fn read(
    state: State,
    name: ChargerName,
    RawQuery(query): RawQuery,
    caller: Option<Extension<Caller>>,
    document: DocumentName,
) -> Result<Response, ApiError> {
    let handle = state.charger(&name)?;
    let Ok(read) = Read::parse(document, query.as_deref()) else {
        return Ok(invalid_parameter());
    };
    let caller = caller.as_ref().map(|Extension(caller)| caller);
    let hides =
        privacy::concerns(document) && privacy::hides_from(caller, state.options.show_private);
    let answer = handle.read(read.clone(), state.options.timing.read).await?;
    let filter =
        |readings: &Readings| hides.then(|| privacy::without_private(&read, readings.clone()));
    reply::pass(&handle, &answer, filter)
}

/// Returns the charger's answer to an unknown flag. The charger is not asked, so that only known
/// requests reach it.
pub(super) fn invalid_parameter() -> Response {
    let refusal = Refusal::new(StatusCode::NOT_IMPLEMENTED.as_u16(), Refusal::INVALID_PARAMETER);
    reply::json(StatusCode::NOT_IMPLEMENTED, refusal.body())
}
