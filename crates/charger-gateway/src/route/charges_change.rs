//! `PATCH /charges/ID` and `DELETE` of one charge or all: through the same gate as `POST /control`.
//!
//! Repeats do no harm, so their ids are asked for and not remembered: what counts is that no form and
//! no foreign page can send the header.

use axum::body::Body;
use axum::response::Response;
use gateway_api::code;
use gateway_api::record::{Deleted, LabelChange, MAX_LABEL};
use http::{Request as HttpRequest, StatusCode};
use http_service::{ApiError, Caller, body};

use super::charges::{Id, failed};
use super::write::{refuse_writes_when_read_only, write_id};
use super::{ChargerName, LONGEST_BODY, Recorded, Shared, State, reply};
use crate::record::NotRemoved;

pub(super) async fn label(
    state: State,
    name: ChargerName,
    Id(id): Id,
    request: HttpRequest<Body>,
) -> Result<Response, ApiError> {
    let (record, serial) = gate(&state, &name, &request)?;
    let change: LabelChange = body::json(request, LONGEST_BODY).await?;
    let label = change.label.as_deref().map(checked).transpose()?.flatten();
    let serial = Recorded::known_serial(serial)?;
    let charge = record.label(&serial, id, label).await.map_err(failed)?;
    Ok(reply::document(&charge.shown()))
}

pub(super) async fn delete_one(
    state: State,
    name: ChargerName,
    Id(id): Id,
    request: HttpRequest<Body>,
) -> Result<Response, ApiError> {
    let (record, serial) = gate(&state, &name, &request)?;
    let serial = Recorded::known_serial(serial)?;
    match record.remove(&serial, Some(id)).await {
        Ok(0) => Err(failed(charge_record::StoreError::Unknown)),
        Ok(deleted) => Ok(reply::document(&Deleted { deleted })),
        Err(NotRemoved::Runs) => {
            let message = "This charge runs: it can be removed when it has ended.";
            Err(ApiError::new(StatusCode::CONFLICT, "charge_runs", message))
        }
        Err(NotRemoved::Store(error)) => Err(failed(error)),
    }
}

pub(super) async fn delete_all(
    state: State,
    name: ChargerName,
    request: HttpRequest<Body>,
) -> Result<Response, ApiError> {
    let (record, serial) = gate(&state, &name, &request)?;
    if request.uri().query().is_some_and(|query| !query.is_empty()) {
        // A filter that is ignored would remove more than was meant.
        return Err(ApiError::bad_request(
            "DELETE /charges removes all of them: it takes no query.",
        ));
    }
    let deleted = match serial {
        Some(serial) => match record.remove(&serial, None).await {
            Ok(deleted) => deleted,
            Err(NotRemoved::Store(error)) => return Err(failed(error)),
            Err(NotRemoved::Runs) => 0,
        },
        None => 0,
    };
    Ok(reply::document(&Deleted { deleted }))
}

type Gated = (std::sync::Arc<crate::record::Record>, Option<String>);

/// Lets a change through, or says why not.
fn gate(
    state: &Shared,
    name: &ChargerName,
    request: &HttpRequest<Body>,
) -> Result<Gated, ApiError> {
    let Recorded { record, serial } = state.record_of(name)?;
    let caller = request.extensions().get::<Caller>();
    if caller.is_some_and(|caller| !caller.may_write()) {
        return Err(ApiError::view_only());
    }
    refuse_writes_when_read_only(state)?;
    write_id(request.headers())?;
    Ok((record, serial))
}

/// A label as it is kept, `None` for an empty one.
fn checked(text: &str) -> Result<Option<String>, ApiError> {
    let invalid = |message: String| {
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code::INVALID_VALUE, message)
    };
    let text = text.trim();
    if text.len() > MAX_LABEL {
        let length = text.len();
        return Err(invalid(format!("A label may have {MAX_LABEL} bytes; this one has {length}.")));
    }
    if text.chars().any(is_hidden) {
        return Err(invalid("A label is one line of text, without control characters.".to_owned()));
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

/// Control characters, line separators, and what turns the direction of the text around it.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
