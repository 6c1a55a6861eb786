//! The record of charges that a gateway keeps.
//!
//! A change is sent once. What became of one whose answer was lost shows when the record is read
//! again.

mod parse;

use gateway_api::record::{Charge, ChargeWithCurve, Charges, History, MAX_PAGE};
use gateway_api::{NO_WRITE_ID, code};
use nrgkick_model::{Reply, json};
use serde_json::{Value, json};

use super::call::{Call, answer_of};
use super::send::send;
use crate::browser;
use crate::endpoint::GatewayEndpoint;
use crate::request_error::RequestError;

/// Points of a curve, as many as a phone has dots.
const POINTS: usize = 300;

/// Reads a page of charges, the latest first; `before` is the `next` of the page before. `None` where
/// the gateway keeps no record.
///
/// # Errors
/// See [`RequestError`].
pub async fn charges(
    gateway: &GatewayEndpoint,
    before: Option<&str>,
) -> Result<Option<Charges>, RequestError> {
    // It is the gateway's own, of digits, letters and a point.
    let before = before.map(|before| format!("&before={before}")).unwrap_or_default();
    read(gateway, &format!("charges?limit={MAX_PAGE}{before}"), parse::charges).await
}

/// Reads the latest charge alone, of which there may be none. `None` where the gateway keeps no record.
///
/// # Errors
/// See [`RequestError`].
pub async fn latest_charge(
    gateway: &GatewayEndpoint,
) -> Result<Option<Option<Charge>>, RequestError> {
    let page = read(gateway, "charges?limit=1", parse::charges).await?;
    Ok(page.map(|page| page.charges.into_iter().next()))
}

/// Reads a charge with its curve. `None` where the gateway keeps no record.
///
/// # Errors
/// See [`RequestError`].
pub async fn charge(
    gateway: &GatewayEndpoint,
    id: &str,
) -> Result<Option<ChargeWithCurve>, RequestError> {
    read(gateway, &format!("charges/{id}"), parse::charge_with_curve).await
}

/// Reads what the gateway saw from `from` on, s since 1970, or in the last 24 h. `None` where it keeps
/// no record.
///
/// # Errors
/// See [`RequestError`].
pub async fn history(
    gateway: &GatewayEndpoint,
    from: Option<i64>,
) -> Result<Option<History>, RequestError> {
    let from = from.map(|from| format!("&from={from}")).unwrap_or_default();
    read(gateway, &format!("history?points={POINTS}{from}"), parse::history).await
}

/// Labels a charge and returns it as it is then; an empty label removes it.
///
/// # Errors
/// See [`RequestError`].
pub async fn label_charge(
    gateway: &GatewayEndpoint,
    id: &str,
    label: &str,
) -> Result<Charge, RequestError> {
    let body = json!({"label": label}).to_string();
    let call = Call { body: Some(body), ..change(gateway, "PATCH", &format!("charges/{id}")) };
    let reply = send(&call).await?;
    answer_of(&reply, parse::charge)
}

/// Removes a charge, or all of them, and returns how many that were.
///
/// # Errors
/// See [`RequestError`].
pub async fn delete_charges(
    gateway: &GatewayEndpoint,
    id: Option<&str>,
) -> Result<u64, RequestError> {
    let target = id.map_or_else(|| "charges".to_owned(), |id| format!("charges/{id}"));
    let reply = send(&change(gateway, "DELETE", &target)).await?;
    answer_of(&reply, |answer| answer.get("deleted")?.as_u64())
}

fn change(gateway: &GatewayEndpoint, method: &'static str, target: &str) -> Call {
    let write_id = browser::random_id().unwrap_or_else(|| NO_WRITE_ID.to_owned());
    Call { method, write_id: Some(write_id), ..Call::through(gateway, target) }
}

async fn read<T>(
    gateway: &GatewayEndpoint,
    target: &str,
    parse: fn(&Value) -> Option<T>,
) -> Result<Option<T>, RequestError> {
    let reply = send(&Call::through(gateway, target)).await?;
    if has_no_record(&reply) {
        return Ok(None);
    }
    answer_of(&reply, parse).map(Some)
}

/// Whether a gateway says that it keeps no record, or is one that knows none.
fn has_no_record(reply: &Reply) -> bool {
    let is_code = |answer: &Value| {
        let code = answer.get("error").and_then(|error| error.get("code"));
        let none = [code::NO_RECORD, "not_found"];
        code.and_then(Value::as_str).is_some_and(|code| none.contains(&code))
    };
    reply.status == 404 && json::parse(&reply.body).is_ok_and(|answer| is_code(&answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_without_a_record_is_told_from_one_that_fails() {
        let reply = |status, code: &str| {
            let error = json!({"error": {"code": code, "message": "m", "retryable": false}});
            Reply { status, body: error.to_string().into_bytes() }
        };
        assert!(has_no_record(&reply(404, "no_record")));
        assert!(!has_no_record(&reply(404, "unknown_charge")));
        assert!(!has_no_record(&reply(503, "record_failed")));
        assert!(!has_no_record(&Reply { status: 404, body: b"<html>".to_vec() }));
    }
}
