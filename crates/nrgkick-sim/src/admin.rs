//! `/_sim/*`: routes for tests and demonstrations, which read and change the simulator's state.
//!
//! They answer only on loopback, and no fault applies to them. Errors are `{"error":"…"}`.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL};
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use nrgkick_sim_core::{InvalidName, Scenario, Via};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::Faces;
use crate::answer::{Answer, plain};
use crate::custom_api::Change;
use crate::fault::{Fault, FaultKind, FaultSwitches};
use crate::modbus::FaultRequest;
use crate::unit::Unit;

const PREFIX: &str = "/_sim/";
/// Most bytes of a body; more than any state needs.
const MOST_BYTES: usize = 64 * 1024;
const BODY_WAIT: Duration = Duration::from_secs(5);
/// Most seconds of one `/_sim/advance`: a week, which takes some seconds to compute.
const MOST_SECONDS: f64 = 604_800.0;

/// A refused request.
struct AdminError {
    status: StatusCode,
    message: String,
    allow: Option<&'static str>,
}

impl AdminError {
    fn bad(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.into(), allow: None }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Reset {
    scenario: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: f64,
}

/// `true` if `/_sim/*` answers this request. From other addresses than loopback it does not: there
/// the charger has no such path.
pub(crate) fn is_meant(path: &str, peer: SocketAddr) -> bool {
    path.starts_with(PREFIX) && peer.ip().to_canonical().is_loopback()
}

/// Answers a request to `/_sim/*`.
pub(crate) async fn answer(
    faces: &Faces,
    switches: &FaultSwitches,
    request: Request<Incoming>,
) -> Answer {
    let (status, body, allow) = match act(faces, switches, request).await {
        Ok(body) => (StatusCode::OK, body, None),
        Err(wrong) => (wrong.status, json!({ "error": wrong.message }).to_string(), wrong.allow),
    };
    let mut answer = plain(status, "application/json", Bytes::from(body));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(allow) = allow {
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    }
    answer
}

async fn act(
    faces: &Faces,
    switches: &FaultSwitches,
    request: Request<Incoming>,
) -> Result<String, AdminError> {
    let modbus = &faces.modbus;
    let unit = modbus.unit();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let name = path.strip_prefix(PREFIX).unwrap_or_default();
    let allow = match name {
        "state" => "GET, PATCH",
        "fault" | "custom-api" => "GET, POST",
        "writes" | "modbus" => "GET",
        "reset" | "advance" => "POST",
        _ => {
            let message = format!("{path} does not exist");
            return Err(AdminError { status: StatusCode::NOT_FOUND, message, allow: None });
        }
    };
    if !allow.split(", ").any(|allowed| allowed == method.as_str()) {
        let message = format!("{path} takes {allow}, not {method}");
        let status = StatusCode::METHOD_NOT_ALLOWED;
        return Err(AdminError { status, message, allow: Some(allow) });
    }
    if method == Method::GET {
        return Ok(match name {
            "state" => unit.with(|charger| charger.state()),
            "fault" => json!(switches.current()).to_string(),
            "modbus" => json!(modbus.counters()).to_string(),
            "custom-api" => json!(faces.custom_api.report()).to_string(),
            _ => writes(unit),
        });
    }
    let body = read(request).await?;
    match name {
        "state" => {
            let patch: Value = parse(&body)?;
            unit.with(|charger| charger.patch(&patch).map(|()| charger.state()))
                .map_err(|error| AdminError::bad(error.to_string()))
        }
        "fault" => {
            let asked: Value = parse(&body)?;
            if asked["kind"] == FaultRequest::KIND {
                let fault: FaultRequest = parse(&body)?;
                fault.apply(modbus).map_err(|error| AdminError::bad(error.to_string()))?;
                return Ok(asked.to_string());
            }
            let fault: Fault = parse(&body)?;
            fault.validate().map_err(AdminError::bad)?;
            // With a time, the listeners close for that long instead.
            modbus.set_gone(fault.kind == FaultKind::Offline && fault.ms.is_none());
            switches.set(fault.clone());
            Ok(json!(fault).to_string())
        }
        "custom-api" => {
            let change: Change = if body.is_empty() { Change::default() } else { parse(&body)? };
            let report = faces.custom_api.change(change).await;
            let report = report.map_err(|error| AdminError::bad(error.to_string()))?;
            Ok(json!(report).to_string())
        }
        "advance" => {
            let Advance { seconds } = parse(&body)?;
            if !(0.0..=MOST_SECONDS).contains(&seconds) {
                let message = format!("seconds: {seconds} is not 0 to {MOST_SECONDS}");
                return Err(AdminError::bad(message));
            }
            let time = Duration::from_secs_f64(seconds);
            Ok(unit.with(|charger| {
                charger.advance(time);
                json!({ "at": charger.now().as_secs_f64() }).to_string()
            }))
        }
        _ => reset(faces, switches, &body),
    }
}

/// Resets the charger, its record of writes, the faults, and the polling of the Custom API.
fn reset(faces: &Faces, switches: &FaultSwitches, body: &[u8]) -> Result<String, AdminError> {
    let reset: Reset = if body.is_empty() { Reset::default() } else { parse(body)? };
    let scenario: Option<Scenario> = reset
        .scenario
        .map(|name| name.parse())
        .transpose()
        .map_err(|error: InvalidName| AdminError::bad(format!("scenario: {error}")))?;
    switches.set(Fault::OFF);
    faces.modbus.reset();
    faces.custom_api.reset();
    Ok(faces.modbus.unit().with(|charger| {
        match scenario {
            Some(scenario) => charger.reset_to(scenario),
            None => charger.reset(),
        }
        charger.state()
    }))
}

fn writes(unit: &Unit) -> String {
    unit.with(|charger| {
        let writes: Vec<_> = charger
            .writes()
            .map(|write| {
                let mut record = json!({
                    "at": write.at.as_secs_f64(),
                    "query": write.query,
                    "status": write.status,
                });
                if write.via != Via::Http {
                    record["via"] = json!(write.via);
                }
                record
            })
            .collect();
        json!({ "count": charger.write_count(), "writes": writes }).to_string()
    })
}

async fn read(request: Request<Incoming>) -> Result<Bytes, AdminError> {
    let body = Limited::new(request.into_body(), MOST_BYTES).collect();
    match timeout(BODY_WAIT, body).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) => Err(AdminError::bad(format!("the body cannot be read: {error}"))),
        Err(_) => Err(AdminError::bad("the body did not arrive in time")),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, AdminError> {
    serde_json::from_slice(body).map_err(|error| AdminError::bad(format!("the body: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_gets_here() {
        for (peer, meant) in [
            ("127.0.0.1:5000", true),
            ("[::1]:5000", true),
            ("[::ffff:127.0.0.1]:5000", true),
            ("192.168.1.7:5000", false),
            ("[::ffff:192.168.1.7]:5000", false),
            ("[fe80::1]:5000", false),
        ] {
            assert_eq!(is_meant("/_sim/state", peer.parse().unwrap()), meant, "{peer}");
            assert!(!is_meant("/values", peer.parse().unwrap()));
        }
    }
}
