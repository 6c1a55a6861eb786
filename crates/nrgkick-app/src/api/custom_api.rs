//! The `custom-api` that served the page: its values, and its editor.

use std::time::Duration;

use gateway_api::NO_WRITE_ID;
use gateway_api::custom_api::edit::{
    CONFIG_PATH, Configuration, DRAFT_PATH, Draft, DraftRequest, Save, Saved, TRY_PATH, Trial,
    TryRequest,
};
use gateway_api::custom_api::{STATUS_PATH, Status};
use gateway_api::value_history::{VALUE_HISTORY_PATH, ValueHistory};
use nrgkick_model::json;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::call::{Call, check_gateway_error, relative};
use super::send::send;
use crate::request_error::RequestError;

/// Reads the status.
///
/// # Errors
/// No answer, an error of `custom-api`, or an answer of something else.
pub async fn custom_api_status() -> Result<Status, RequestError> {
    let body = read(STATUS_PATH).await?;
    serde_json::from_slice(&body).map_err(|error| RequestError::Unreadable(error.to_string()))
}

/// Reads the last day of the value with this name.
///
/// # Errors
/// As [`custom_api_status`].
pub async fn custom_api_day(name: &str) -> Result<ValueHistory, RequestError> {
    let name = String::from(js_sys::encode_uri_component(name));
    let body = read(&format!("{VALUE_HISTORY_PATH}?value={name}")).await?;
    let day = json::parse(&body).ok().as_ref().and_then(day);
    day.ok_or_else(|| RequestError::Unreadable(String::new()))
}

async fn read(target: &str) -> Result<Vec<u8>, RequestError> {
    let reply = check_gateway_error(send(&Call::get(relative("", target))).await?)?;
    if reply.status != 200 {
        return Err(RequestError::Status(reply.status));
    }
    Ok(reply.reply.body)
}

/// The time limit of a request of the editor: a trial asks devices.
const EDIT_LIMIT: Duration = Duration::from_secs(20);

/// An error of the editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditError {
    /// The error.
    pub error: RequestError,
    /// Set if the file is another one than the text was made from.
    pub is_changed: bool,
}

impl From<RequestError> for EditError {
    fn from(error: RequestError) -> Self {
        Self { error, is_changed: false }
    }
}

/// Reads the file with all that the editor begins with.
///
/// # Errors
/// As [`custom_api_status`], and if the caller may not edit.
pub async fn edit_open() -> Result<Configuration, EditError> {
    edit("GET", CONFIG_PATH, None).await
}

/// Asks how the server reads a text, with a change in it if there is one; nothing is written.
///
/// # Errors
/// As [`edit_open`], and if the change cannot be made.
pub async fn edit_draft(request: &DraftRequest) -> Result<Draft, EditError> {
    edit("POST", DRAFT_PATH, Some(json_of(request))).await
}

/// Has the server ask the devices of a text.
///
/// # Errors
/// As [`edit_open`], and for a text with mistakes.
pub async fn edit_try(request: &TryRequest) -> Result<Trial, EditError> {
    edit("POST", TRY_PATH, Some(json_of(request))).await
}

/// Writes the file.
///
/// # Errors
/// As [`edit_open`], and if it was not written, for which the error says why.
pub async fn edit_save(request: &Save) -> Result<Saved, EditError> {
    edit("PUT", CONFIG_PATH, Some(json_of(request))).await
}

fn json_of(body: &impl serde::Serialize) -> String {
    // Texts, numbers and switches always serialise.
    serde_json::to_string(body).unwrap_or_default()
}

async fn edit<T: DeserializeOwned>(
    method: &'static str,
    target: &str,
    body: Option<String>,
) -> Result<T, EditError> {
    let write_id = body.as_ref().map(|_| NO_WRITE_ID.to_owned());
    let limit = EDIT_LIMIT;
    let call = Call { method, body, write_id, limit, ..Call::get(relative("", target)) };
    let reply = send(&call).await?;
    let is_changed = reply.status == 409;
    let reply = check_gateway_error(reply).map_err(|error| EditError { error, is_changed })?;
    if reply.status != 200 {
        return Err(RequestError::Status(reply.status).into());
    }
    let unreadable = |error: serde_json::Error| RequestError::Unreadable(error.to_string());
    Ok(serde_json::from_slice(&reply.body).map_err(unreadable)?)
}

/// Parses a day by hand: a derived reader would be another kB of the page.
fn day(answer: &Value) -> Option<ValueHistory> {
    let number = |key: &str| answer.get(key)?.as_u64();
    Some(ValueHistory {
        name: answer.get("name")?.as_str()?.to_owned(),
        step_ms: number("step_ms")?,
        age_ms: number("age_ms")?,
        points: answer.get("points")?.as_array()?.iter().map(Value::as_f64).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_was_written() {
        let points = vec![Some(78.2), None, Some(-1.0)];
        let written = ValueHistory { name: "a.0.b".into(), step_ms: 60_000, age_ms: 7, points };
        assert_eq!(day(&serde_json::to_value(&written).unwrap()), Some(written));
        assert_eq!(day(&serde_json::json!({"points": []})), None);
    }
}
