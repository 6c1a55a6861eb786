//! The `custom-api` that served the page.

use gateway_api::custom_api::{STATUS_PATH, Status};
use gateway_api::value_history::{VALUE_HISTORY_PATH, ValueHistory};
use nrgkick_model::json;
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
