//! `GET /info` and `GET /values`, passed through to the charger.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use http::{Method, Request, StatusCode};
use http_service::{ApiError, Caller};
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use nrgkick_model::{Readings, Refusal};

use super::{ChargerName, Shared, State, reply};
use crate::charger::Answer;
use crate::handle::Handle;
use crate::privacy;
use crate::single_flight::Timed;

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
    let hides = privacy::hides_from(caller, state.options.show_private);
    let answer = handle.read(read.clone(), state.options.timing.read).await?;
    pass(&handle, &read, &answer, hides)
}

/// Answers a read from memory, as [`read`] would; `None` if it is no valid read, or has to wait.
pub(crate) fn at_once(
    shared: &Shared,
    request: &Request<Body>,
    caller: Caller,
) -> Option<Response> {
    if request.method() != Method::GET {
        return None;
    }
    let (name, document) = split(request.uri().path())?;
    let document = match document {
        "/info" => DocumentName::Info,
        "/values" => DocumentName::Values,
        _ => return None,
    };
    let read = Read::parse(document, request.uri().query()).ok()?;
    let handle = shared.fleet.find(name)?;
    let answer = handle.read_at_once(&read)?.map_err(ApiError::from);
    let hides = privacy::hides_from(Some(&caller), shared.options.show_private);
    let passed = answer.and_then(|answer| pass(&handle, &read, &answer, hides));
    Some(passed.into_response())
}

/// Splits `/c/{name}` off a path. A name with encoded characters is left to the router.
fn split(path: &str) -> Option<(Option<&str>, &str)> {
    let Some(rest) = path.strip_prefix("/c/") else { return Some((None, path)) };
    let (name, _) = rest.split_once('/')?;
    (!name.contains('%')).then_some((Some(name), &rest[name.len()..]))
}

/// Passes an answer on, without private values if the caller may not see them.
fn pass(
    handle: &Handle,
    read: &Read,
    answer: &Timed<Arc<Answer>>,
    hides_private: bool,
) -> Result<Response, ApiError> {
    let hides = hides_private && privacy::concerns(read.document);
    let filter =
        |readings: &Readings| hides.then(|| privacy::without_private(read, readings.clone()));
    reply::pass(handle, answer, filter)
}

/// Returns the charger's answer to an unknown flag. The charger is not asked, so that only known
/// requests reach it.
pub(super) fn invalid_parameter() -> Response {
    let refusal = Refusal::new(StatusCode::NOT_IMPLEMENTED.as_u16(), Refusal::INVALID_PARAMETER);
    reply::json(StatusCode::NOT_IMPLEMENTED, refusal.body())
}
