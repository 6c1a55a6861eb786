//! HTTP requests. Only this module fetches.
//!
//! Requests and the meaning of replies come from the model; this turns the one into a fetch and
//! the answer into a [`Reply`]. Every request has a limit in time, carries cookies to
//! the page's own origin only and follows no redirect.

mod answer;

pub use answer::Registers;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use futures_util::lock::Mutex;
use gateway_api::budget;
use gateway_api::custom_api::{STATUS_PATH, Status};
use gateway_api::outcome::Sent;
use gateway_api::{Gateway, NO_WRITE_ID, Outcome, WRITE_ID_HEADER};
use gloo_net::http::Request as Fetch;
use js_sys::Reflect;
use nrgkick_model::command::ControlWrite;
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::{Reply, basic_authorization};
use nrgkick_model::{Readings, Request, json};
use serde_json::Value;
use wasm_bindgen::JsValue;
use web_sys::{
    AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestMode,
    RequestRedirect,
};

use crate::endpoint::{Endpoint, GatewayEndpoint};
use crate::request_error::RequestError;
use crate::store::Credentials;
use crate::{browser, timer};

/// A request in flight. Boxed, so that each caller holds a pointer and not the whole fetch.
type Pending<'a> = LocalBoxFuture<'a, Result<Reply, RequestError>>;

/// The time limit of a read.
const READ_LIMIT: Duration = budget::PAGE_READ;
/// The time limit of a write through a gateway.
const WRITE_LIMIT: Duration = budget::PAGE_WRITE;

thread_local! {
    /// A charger serves one request at a time, so requests to it wait for one another here.
    static DIRECT_LOCK: Rc<Mutex<()>> = Rc::default();
}

/// Asks `/api` at `base`, which is empty for the host of the page. `None` where a static host or a
/// charger answers.
///
/// # Errors
/// No answer, or an error of a gateway or of a web server before it.
pub async fn gateway(
    base: &str,
    credentials: Option<&Credentials>,
) -> Result<Option<Gateway>, RequestError> {
    let call = Call { authorization: bearer(credentials), ..Call::get(relative(base, "api")) };
    let reply = send(&call).await?;
    let answer = gateway_answer(&reply)?;
    // In the place of a gateway a web server before it may speak, for a while. One that knows no
    // such address is a static host; so is one elsewhere that has a page for everything.
    match answer {
        None if reply.status >= 500 => Err(RequestError::Status(reply.status)),
        None if reply.status == 200 && base.is_empty() => {
            Err(RequestError::Unreadable(String::new()))
        }
        answer => Ok(answer.as_ref().and_then(answer::gateway)),
    }
}

/// Reads the status of the `custom-api` that served the page.
///
/// # Errors
/// No answer, an error of `custom-api`, or an answer of something else.
pub async fn custom_api_status() -> Result<Status, RequestError> {
    let reply = check_gateway_error(send(&Call::get(relative("", STATUS_PATH))).await?)?;
    if reply.status != 200 {
        return Err(RequestError::Status(reply.status));
    }
    serde_json::from_slice(&reply.body).map_err(|error| RequestError::Unreadable(error.to_string()))
}

/// Reads the names of the chargers of the gateway that served the page.
///
/// # Errors
/// See [`RequestError`].
pub async fn chargers() -> Result<Vec<String>, RequestError> {
    let reply = send(&Call::get(relative("", "/chargers"))).await?;
    gateway_answer(&reply)?
        .as_ref()
        .and_then(answer::chargers)
        .ok_or(RequestError::Status(reply.status))
}

/// Reads a document of the charger at `endpoint`.
///
/// # Errors
/// See [`RequestError`].
pub async fn read(endpoint: &Endpoint, document: DocumentName) -> Result<Readings, RequestError> {
    let request = match document {
        DocumentName::Info => Request::info(),
        DocumentName::Values => Request::values(),
        DocumentName::Control => Request::Control,
    };
    Ok(request_from(endpoint, &request).await?.readings(document)?)
}

/// Reads the registers that the last documents were made of.
///
/// # Errors
/// See [`RequestError`].
pub async fn registers(gateway: &GatewayEndpoint) -> Result<Registers, RequestError> {
    let answer = gateway_answer(&send(&Call::through(gateway, "registers")).await?)?;
    Ok(answer.as_ref().map(answer::registers).unwrap_or_default())
}

/// Sends `write` to the charger itself. What it does with it is read back, so its echo only
/// has to be no refusal.
///
/// # Errors
/// See [`RequestError`]. After anything but a refusal the write may have been applied.
pub async fn write_directly(endpoint: &Endpoint, write: ControlWrite) -> Result<(), RequestError> {
    let reply = request_from(endpoint, &Request::Write(write)).await?;
    if let Sent::Lost(reason) = Sent::of(&reply) {
        return Err(RequestError::Unreadable(reason));
    }
    reply.json()?;
    Ok(())
}

/// Sends `write` through the gateway, which follows it to its outcome.
///
/// # Errors
/// See [`RequestError`]: the write did not reach the charger, or the answer was lost.
pub async fn write_through(
    gateway: &GatewayEndpoint,
    write: ControlWrite,
) -> Result<(Outcome, String), RequestError> {
    let reply = send(&Call {
        body: Some(body(write)),
        write_id: Some(browser::random_id().unwrap_or_else(|| NO_WRITE_ID.to_owned())),
        limit: WRITE_LIMIT,
        ..Call::through(gateway, &Request::Control.target())
    })
    .await?;
    gateway_answer(&reply)?
        .as_ref()
        .and_then(answer::outcome)
        .ok_or(RequestError::Status(reply.status))
}

fn request_from<'a>(endpoint: &'a Endpoint, request: &Request) -> Pending<'a> {
    let target = request.target();
    Box::pin(async move {
        let direct = match endpoint {
            Endpoint::Gateway(gateway) => {
                return check_gateway_error(send(&Call::through(gateway, &target)).await?);
            }
            Endpoint::Direct(direct) => direct,
            Endpoint::Searching | Endpoint::NotSet(_) => return Err(RequestError::Unreachable),
        };
        let lock = DIRECT_LOCK.with(Rc::clone);
        let _guard = lock.lock().await;
        let credentials = direct.credentials.as_ref();
        let answer = send(&Call {
            authorization: credentials.map(|c| basic_authorization(&c.username, &c.password)),
            ..Call::get(format!("{}{target}", direct.origin))
        })
        .await;
        match answer {
            Err(RequestError::Unreachable) => Err(diagnose(&direct.origin).await),
            // A gateway may stand there that was not there yet when it was asked.
            other => check_gateway_error(other?),
        }
    })
}

/// Fetch tells a page nothing about a failure but that it failed. A second, blind request tells
/// the cases apart: its answer cannot be read, but there is one if anything is there.
async fn diagnose(origin: &str) -> RequestError {
    if browser::is_https() && origin.starts_with("http:") {
        return RequestError::MixedContent;
    }
    let no_cors = Call { no_cors: true, ..Call::get(format!("{origin}/")) };
    match send(&no_cors).await {
        Ok(_) => RequestError::NotShared,
        Err(error) => error,
    }
}

/// The token, where there is one. To a charger it is a password without a user, and it does not
/// mind: what it says without its own password tells it from a gateway all the same.
fn bearer(credentials: Option<&Credentials>) -> Option<String> {
    let token = credentials.filter(|credentials| credentials.username.is_empty())?;
    Some(format!("Bearer {}", token.password))
}

/// The JSON object of `write`: its values are written alike in a query and in JSON.
fn body(write: ControlWrite) -> String {
    let pairs: Vec<_> = write
        .commands()
        .map(|command| format!("\"{}\":{}", command.key(), command.query_value()))
        .collect();
    format!("{{{}}}", pairs.join(","))
}

/// A path below `base`. Relative to the page where that is empty, so that the page works in any
/// sub-path.
fn relative(base: &str, target: &str) -> String {
    let target = target.trim_start_matches('/');
    if base.is_empty() { target.to_owned() } else { format!("{base}/{target}") }
}

/// The gateway's own error in `reply`, else the reply.
fn check_gateway_error(reply: Reply) -> Result<Reply, RequestError> {
    if (200..300).contains(&reply.status) {
        return Ok(reply);
    }
    gateway_answer(&reply).map(|_| reply)
}

/// An answer of the gateway itself: JSON, unless it is an error or something else answers.
fn gateway_answer(reply: &Reply) -> Result<Option<Value>, RequestError> {
    let answer = json::parse(&reply.body).ok();
    match answer.as_ref().and_then(|answer| answer::error(reply.status, answer)) {
        Some(error) => Err(error),
        None => Ok(answer),
    }
}

/// One fetch.
struct Call {
    url: String,
    authorization: Option<String>,
    write_id: Option<String>,
    body: Option<String>,
    limit: Duration,
    no_cors: bool,
}

impl Call {
    fn get(url: String) -> Self {
        Self {
            url,
            authorization: None,
            write_id: None,
            body: None,
            limit: READ_LIMIT,
            no_cors: false,
        }
    }

    fn through(gateway: &GatewayEndpoint, target: &str) -> Self {
        let authorization = bearer(gateway.credentials.as_ref());
        Self { authorization, ..Self::get(relative(&gateway.base, target)) }
    }

    fn request(&self, abort: &AbortController) -> Result<web_sys::Request, JsValue> {
        let init = RequestInit::new();
        init.set_cache(RequestCache::NoStore);
        // The gateway's own cookie holds the token that was shown once; nobody else gets one.
        init.set_credentials(RequestCredentials::SameOrigin);
        init.set_signal(Some(&abort.signal()));
        if self.no_cors {
            init.set_mode(RequestMode::NoCors);
        } else {
            init.set_redirect(RequestRedirect::Error);
        }
        let headers = Headers::new()?;
        if let Some(authorization) = &self.authorization {
            headers.set("Authorization", authorization)?;
        }
        if let Some(body) = &self.body {
            init.set_method("POST");
            init.set_body(&JsValue::from_str(body));
            headers.set("Content-Type", "application/json")?;
        }
        if let Some(id) = &self.write_id {
            headers.set(WRITE_ID_HEADER, id)?;
        }
        init.set_headers(&headers);
        if browser::is_https() && self.url.starts_with("http:") {
            // Without this word Chromium blocks the request before it asks the user.
            Reflect::set(&init, &"targetAddressSpace".into(), &"local".into())?;
        }
        web_sys::Request::new_with_str_and_init(&self.url, &init)
    }
}

fn send(call: &Call) -> Pending<'static> {
    let prepared = AbortController::new().and_then(|abort| Ok((call.request(&abort)?, abort)));
    let limit = call.limit;
    Box::pin(async move {
        let (request, abort) = prepared.map_err(|_| RequestError::Unreachable)?;
        let is_late = Rc::new(Cell::new(false));
        let abort_late = {
            let is_late = Rc::clone(&is_late);
            move || {
                is_late.set(true);
                abort.abort();
            }
        };
        let timer = timer::after(limit, abort_late);
        let result = fetch(request).await;
        if let Some(timer) = timer {
            timer.clear();
        }
        result.map_err(|_| {
            if is_late.get() { RequestError::Timeout } else { RequestError::Unreachable }
        })
    })
}

async fn fetch(request: web_sys::Request) -> Result<Reply, gloo_net::Error> {
    let response = Fetch::from(request).send().await?;
    let body = response.binary().await?;
    Ok(Reply { status: response.status(), body })
}
