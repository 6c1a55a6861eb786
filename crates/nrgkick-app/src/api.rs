//! HTTP requests. Only this module fetches, and only it asks the demo, which answers the same.
//!
//! Requests and the meaning of replies come from the model; this turns the one into a fetch and
//! the answer into a [`Reply`]. Every request has a limit in time, carries
//! cookies to the page's own origin only and follows no redirect.

mod accounts;
mod answer;
mod call;
mod custom_api;
mod demo;
mod early;
mod event;
mod event_stream;
mod fleet;
mod log;
mod record;
mod send;
mod trial;

pub use accounts::Accounts;
pub use answer::Registers;
pub use custom_api::{
    EditError, custom_api_day, custom_api_status, edit_draft, edit_open, edit_save, edit_try,
};
pub use demo::{has_demo, scenarios};
pub use event::{Event, Told};
pub use event_stream::EventStream;
pub use fleet::{Announced, Listed, Source, discover, fleet, glance};
pub use log::{Asked, MOST as MOST_ASKED, asked};
pub use record::{charge, charges, delete_charges, history, label_charge, latest_charge};
pub use trial::{hand_token, readable, somebody_answers};

use std::rc::Rc;
use std::time::Duration;

use futures_util::lock::Mutex;
use gateway_api::outcome::Sent;
use gateway_api::{Gateway, NO_WRITE_ID, Outcome, budget};
use nrgkick_model::command::ControlWrite;
use nrgkick_model::field::DocumentName;
use nrgkick_model::{Readings, Reply, Request, json};
use serde_json::Value;

use crate::browser;
use crate::endpoint::{Endpoint, GatewayEndpoint};
use crate::request_error::RequestError;
use crate::store::Credentials;
use call::{Call, Pending, basic, bearer, check_gateway_error, gateway_answer, relative};
use send::send;

/// The time limit of a write through a gateway.
const WRITE_LIMIT: Duration = budget::PAGE_WRITE;

thread_local! {
    /// A charger serves one request at a time, so requests to it wait for one another here.
    static DIRECT_LOCK: Rc<Mutex<()>> = Rc::default();
}

/// Asks `/api` at `base`, which is empty for the host of the page. `None` if a static host or a
/// charger answers.
///
/// # Errors
/// No answer, or an error of a gateway or of a web server in front of it.
pub async fn gateway(
    base: &str,
    credentials: Option<&Credentials>,
) -> Result<Option<Gateway>, RequestError> {
    let call = Call { authorization: bearer(credentials), ..Call::get(relative(base, "api")) };
    let reply = send(&call).await?;
    let answer = gateway_answer(&reply)?;
    // A web server in front of a gateway may answer in its place for a while. One without such an
    // address is a static host; so is one at another host that answers every path with a page.
    match answer {
        None if reply.status >= 500 => Err(RequestError::Status(reply.status)),
        None if reply.status == 200 && base.is_empty() => {
            Err(RequestError::Unreadable(String::new()))
        }
        answer => Ok(answer.as_ref().and_then(answer::gateway)),
    }
}

/// Reads a file of words of the language with `code`, beside the page: what is seen first, or
/// another `part`. `None` without an answer, or if it is not JSON.
pub async fn words(code: &str, part: &str) -> Option<Value> {
    let call = Call::file(relative("", &format!("i18n/{code}{part}.json")));
    json::parse(&send(&call).await.ok()?.body).ok()
}

/// Reads the name of the build of the page that is on its server now. `None` without an answer, or if
/// it is not one.
pub async fn build() -> Option<String> {
    const LENGTH: usize = 16;
    let reply = send(&Call::file_now(relative("", "build.txt"))).await.ok()?;
    let is_name = reply.body.len() == LENGTH && reply.body.iter().all(u8::is_ascii_hexdigit);
    String::from_utf8(reply.body.clone()).ok().filter(|_| reply.status == 200 && is_name)
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

/// Reads a document of the charger at `endpoint`. Returns it with the age that it had when it was
/// sent, zero where nobody says so.
///
/// # Errors
/// See [`RequestError`].
pub async fn read(
    endpoint: &Endpoint,
    document: DocumentName,
) -> Result<(Readings, Duration), RequestError> {
    let request = match document {
        DocumentName::Info => Request::info(),
        DocumentName::Values => Request::values(),
        DocumentName::Control => Request::Control,
    };
    let answer = request_from(endpoint, &request).await?;
    Ok((answer.readings(document)?, answer.age))
}

/// Reads the registers from which the last documents were made.
///
/// # Errors
/// See [`RequestError`].
pub async fn registers(gateway: &GatewayEndpoint) -> Result<Registers, RequestError> {
    let reply = send(&Call::through(gateway, "registers")).await?;
    let answer = gateway_answer(&reply)?;
    Ok(answer.as_ref().map(answer::registers).unwrap_or_default())
}

/// Reads the accounts of the charger behind `gateway`; `None` if it does not tell them.
pub async fn accounts(gateway: &GatewayEndpoint) -> Option<Accounts> {
    // There is one such address for all chargers of a gateway.
    let (base, name) = match gateway.base.strip_prefix("c/") {
        Some(name) => ("", Some(name)),
        None => (&*gateway.base, None),
    };
    let authorization = bearer(gateway.credentials.as_ref());
    let call = Call { authorization, ..Call::get(relative(base, "healthz")) };
    let reply = send(&call).await.ok()?;
    accounts::accounts(&gateway_answer(&reply).ok()??, name)
}

/// Sends `write` directly to the charger. The effect is read back separately, so the echo only must
/// not be a refusal.
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
        method: "POST",
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

/// Asks the charger at `endpoint`, and returns what came as it came, refusals and errors too.
///
/// # Errors
/// No answer. A `request` that would change something is not sent.
pub async fn raw(endpoint: &Endpoint, request: &Request) -> Result<Reply, RequestError> {
    if request.is_write() {
        return Err(RequestError::Unreachable);
    }
    Ok(answer_from(endpoint, request.target()).await?.reply)
}

fn request_from<'a>(endpoint: &'a Endpoint, request: &Request) -> Pending<'a> {
    let answer = answer_from(endpoint, request.target());
    // A gateway may have started there since it was last asked.
    Box::pin(async move { check_gateway_error(answer.await?) })
}

fn answer_from(endpoint: &Endpoint, target: String) -> Pending<'_> {
    if let Endpoint::Demo(scenario) = endpoint {
        return demo::ask(scenario.clone(), target);
    }
    Box::pin(async move {
        let (call, direct) = match endpoint {
            Endpoint::Gateway(gateway) => (Call::through(gateway, &target), None),
            Endpoint::Direct(direct) => {
                let call = Call::get(format!("{}{target}", direct.origin));
                let authorization = direct.credentials.as_ref().and_then(basic);
                (Call { authorization, ..call }, Some(direct))
            }
            Endpoint::Searching | Endpoint::Demo(_) | Endpoint::NotSet(_) => {
                return Err(RequestError::Unreachable);
            }
        };
        let lock = DIRECT_LOCK.with(Rc::clone);
        let _guard = if direct.is_some() { Some(lock.lock().await) } else { None };
        match (send(&call).await, direct) {
            (Err(RequestError::Unreachable), Some(direct)) => Err(diagnose(&direct.origin).await),
            (answer, _) => answer,
        }
    })
}

/// Finds the cause of a failed fetch, which the browser hides. A second request with `no-cors`
/// tells the cases apart: its answer is unreadable, but exists if any server is there.
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

/// Formats `write` as a JSON object; its values have the same form in a query and in JSON.
fn body(write: ControlWrite) -> String {
    let pairs: Vec<_> = write
        .commands()
        .map(|command| format!("\"{}\":{}", command.key(), command.query_value()))
        .collect();
    format!("{{{}}}", pairs.join(","))
}
