//! `/control`: read by GET, written by POST, and by GET only if that is allowed.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use gateway_api::{NO_WRITE_ID, Outcome, WRITE_ID_HEADER, code};
use http::header::{ALLOW, HeaderValue, ORIGIN, REFERER};
use http::{HeaderMap, Method, Request as HttpRequest, StatusCode};
use http_service::{ApiError, Caller, Peer, body};
use nrgkick_model::command::InvalidCommand;
use nrgkick_model::document::Document as _;
use nrgkick_model::field::DocumentName;
use nrgkick_model::reading::Form;
use nrgkick_model::request::Read;
use nrgkick_model::{Control, ControlWrite, Readings, Refusal};

use super::{ChargerName, Shared, State, read, reply};
use crate::error::GatewayError;
use crate::ids::{Begin, WriteId};
use crate::options::GetWrites;
use crate::result::WriteResult;

/// Maximum bytes of a write's body; all four settings need a tenth of it.
pub(crate) const LONGEST_BODY: usize = 4096;

pub(super) async fn get_control(
    state: State,
    name: ChargerName,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    caller: Option<Extension<Caller>>,
    peer: Option<Extension<Peer>>,
) -> Result<Response, ApiError> {
    let handle = state.charger(&name)?;
    let Some(query) = query.filter(|query| !query.is_empty()) else {
        let read = Read::text(DocumentName::Control);
        let answer = handle.read(read, state.options.timing.read).await?;
        return reply::pass(&handle, &answer, |_| None);
    };
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let pairs = pairs.iter().map(|(key, value)| (key.as_ref(), value.as_ref()));
    let parsed = ControlWrite::from_pairs(pairs);
    if let Err(InvalidCommand::WrongKeys(_)) = parsed {
        return Ok(read::invalid_parameter());
    }
    may_write_by_get(&state, &method, &headers, caller.map(|Extension(caller)| caller))?;
    let write = match parsed {
        Ok(write) => write,
        Err(error) => return Ok(refused(&Refusal::new(406, error.to_string()))),
    };
    let from = peer.map(|Extension(Peer(peer))| peer.ip());
    Ok(as_the_charger(&perform(&state, &name, None, write, from).await?))
}

fn may_write_by_get(
    state: &Shared,
    method: &Method,
    headers: &HeaderMap,
    caller: Option<Caller>,
) -> Result<(), ApiError> {
    let only_post = ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "A GET changes nothing here. Send the settings as JSON: POST /control.",
    )
    .header(ALLOW, HeaderValue::from_static("POST"));
    if method != Method::GET {
        return Err(only_post);
    }
    match state.options.get_writes {
        GetWrites::Refused => return Err(only_post),
        // Access control refuses only unsafe methods of such a caller.
        _ if caller.is_some_and(|caller| !caller.may_write()) => return Err(ApiError::view_only()),
        GetWrites::Trusted if !caller.is_some_and(Caller::is_trusted) => {
            return Err(ApiError::forbidden("A write by GET needs the token."));
        }
        GetWrites::Open | GetWrites::Trusted => {}
    }
    refuse_writes_when_read_only(state)?;
    // A sender of one of these is a browser, and its page can POST. The guard lets a followed link
    // pass, as a GET has no effect elsewhere. Over plain HTTP a browser may send none of them: then
    // the token or the charger's password protects.
    let is_browser = headers.contains_key(ORIGIN)
        || headers.contains_key(REFERER)
        || headers.keys().any(|name| name.as_str().starts_with("sec-fetch-"));
    if is_browser {
        return Err(ApiError::forbidden("Browsers may not write by GET: POST /control."));
    }
    Ok(())
}

pub(super) async fn post_control(
    state: State,
    name: ChargerName,
    request: HttpRequest<Body>,
) -> Result<Response, ApiError> {
    state.charger(&name)?;
    refuse_writes_when_read_only(&state)?;
    if !body::is_json(request.headers()) {
        return Err(ApiError::unsupported_media_type("application/json"));
    }
    let id = write_id(request.headers())?;
    let from = request.extensions().get::<Peer>().map(|Peer(peer)| peer.ip());
    if request.uri().query().is_some_and(|query| !query.is_empty()) {
        return Err(ApiError::bad_request("Settings belong in the body, not in the address."));
    }
    let bytes = body::bytes(request.into_body(), LONGEST_BODY).await?;
    let write = ControlWrite::from_json(&bytes).map_err(|error| match error {
        InvalidCommand::NotJson(_) => ApiError::bad_request(error.to_string()),
        _ => invalid(&error),
    })?;
    let id = (id.as_str() != NO_WRITE_ID).then_some(id);
    let result = perform(&state, &name, id, write, from).await?;
    let body = serde_json::to_vec(&result.answer).unwrap_or_default();
    Ok(reply::json(status_of(&result), body))
}

pub(super) fn refuse_writes_when_read_only(state: &Shared) -> Result<(), ApiError> {
    if state.options.read_only {
        let message = "This server was started with --read-only: it changes nothing.";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "read_only", message));
    }
    Ok(())
}

pub(super) fn write_id(headers: &HeaderMap) -> Result<WriteId, ApiError> {
    let mut values = headers.get_all(WRITE_ID_HEADER).iter();
    let id = match (values.next(), values.next()) {
        (Some(value), None) => WriteId::parse(value.as_bytes()),
        _ => None,
    };
    id.ok_or_else(|| {
        let message = format!(
            "A write needs the header {WRITE_ID_HEADER} with 1 to 64 visible ASCII characters, \
             random for each write ({NO_WRITE_ID} where a repeat need not be recognised)."
        );
        ApiError::new(StatusCode::FORBIDDEN, "write_header", message)
    })
}

fn invalid(error: &InvalidCommand) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code::INVALID_VALUE, error.to_string())
}

/// Carries out a write, or waits for the one with the same id. Continues if the client leaves.
async fn perform(
    state: &Arc<Shared>,
    name: &ChargerName,
    id: Option<WriteId>,
    write: ControlWrite,
    from: Option<IpAddr>,
) -> Result<WriteResult, ApiError> {
    let ticket = match id {
        None => None,
        Some(id) => match state.ids.begin(&state.charger(name)?.known.name, id, write) {
            Begin::First(ticket) => Some(ticket),
            Begin::Repeat(outcome) => return Ok(outcome.wait().await?),
            Begin::Reused => return Err(GatewayError::IdReused.into()),
        },
    };
    let (state, name) = (Arc::clone(state), name.clone());
    let task = tokio::spawn(async move {
        let result = match state.fleet.find(name.0.as_deref()) {
            Some(handle) => {
                let result = handle.write(write).await;
                handle.known.accounts.wrote(from, write, &result);
                result
            }
            None => Err(GatewayError::Stopped),
        };
        if let Some(ticket) = ticket {
            ticket.finish(&result);
        }
        result
    });
    Ok(task.await.unwrap_or(Err(GatewayError::OutcomeLost))?)
}

fn status_of(result: &WriteResult) -> StatusCode {
    match result.answer.outcome {
        Outcome::Verified => StatusCode::OK,
        Outcome::Refused | Outcome::Mismatch => StatusCode::CONFLICT,
        Outcome::Unknown if result.was_silent => StatusCode::GATEWAY_TIMEOUT,
        Outcome::Unknown => StatusCode::BAD_GATEWAY,
    }
}

/// Returns the echo or the refusal that a charger would send, for clients of its API.
fn as_the_charger(result: &WriteResult) -> Response {
    if let Some(refusal) = &result.refusal {
        return refused(refusal);
    }
    let status = status_of(result);
    if result.answer.outcome != Outcome::Verified {
        let message = result.answer.message.clone().unwrap_or_default();
        return refused(&Refusal::new(status.as_u16(), message));
    }
    let mut echo = Readings::default();
    for command in result.write.commands() {
        echo.set(command.field().id, Some(command.scalar()));
    }
    reply::json(status, echo.to_json(Control::NAME, &[], Form::Text))
}

fn refused(refusal: &Refusal) -> Response {
    match StatusCode::from_u16(refusal.status) {
        Ok(status) => reply::json(status, refusal.body()),
        Err(_) => ApiError::from(GatewayError::OutcomeLost).into_response(),
    }
}
