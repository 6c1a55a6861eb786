//! One request with its headers and time limit, and the gateway's errors in the reply.
//!
//! Not here: sending it (`send`), and answers that are there already (`early`).

use std::ops::Deref;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use gateway_api::{AGE_MS_HEADER, WRITE_ID_HEADER, budget};
use gloo_net::http::Response;
use js_sys::Reflect;
use nrgkick_model::json;
use nrgkick_model::request::{Reply, basic_credentials};
use serde_json::Value;
use wasm_bindgen::JsValue;
use web_sys::{
    AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestMode,
    RequestRedirect,
};

use super::answer;
use crate::browser;
use crate::endpoint::GatewayEndpoint;
use crate::request_error::RequestError;
use crate::store::Credentials;

/// A request in flight. Boxed, so that each caller holds a pointer and not the whole fetch.
pub(super) type Pending<'a> = LocalBoxFuture<'a, Result<Answer, RequestError>>;

/// A reply, with the age that a gateway says it had; zero where nobody says so.
pub(super) struct Answer {
    pub(super) reply: Reply,
    pub(super) age: Duration,
}

impl Deref for Answer {
    type Target = Reply;

    fn deref(&self) -> &Reply {
        &self.reply
    }
}

/// The time limit of a read.
const READ_LIMIT: Duration = budget::PAGE_READ;

/// One fetch.
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) url: String,
    pub(super) authorization: Option<String>,
    pub(super) write_id: Option<String>,
    pub(super) body: Option<String>,
    pub(super) limit: Duration,
    pub(super) no_cors: bool,
    /// Whether an answer that the browser has kept may be used.
    pub(super) cache: RequestCache,
    /// Set if it asks as a person does who opens the address, to be remembered by a cookie.
    pub(super) is_person: bool,
}

impl Call {
    pub(super) fn get(url: String) -> Self {
        Self {
            method: "GET",
            url,
            authorization: None,
            write_id: None,
            body: None,
            limit: READ_LIMIT,
            no_cors: false,
            cache: RequestCache::NoStore,
            is_person: false,
        }
    }

    /// A file of the page, which the browser may have kept; a server says whether it still holds.
    pub(super) fn file(url: String) -> Self {
        Self { cache: RequestCache::Default, ..Self::get(url) }
    }

    /// A file of the page as it is now: the browser asks whether what it has kept still holds.
    pub(super) fn file_now(url: String) -> Self {
        Self { cache: RequestCache::NoCache, ..Self::get(url) }
    }

    pub(super) fn through(gateway: &GatewayEndpoint, target: &str) -> Self {
        let authorization = bearer(gateway.credentials.as_ref());
        Self { authorization, ..Self::get(relative(&gateway.base, target)) }
    }

    pub(super) fn request(&self, abort: &AbortController) -> Result<web_sys::Request, JsValue> {
        let init = RequestInit::new();
        init.set_method(self.method);
        init.set_cache(self.cache);
        // The gateway's own cookie holds the token that was shown once; no other server gets one.
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
        if self.is_person {
            headers.set("Accept", "text/html")?;
        }
        if let Some(body) = &self.body {
            init.set_body(&JsValue::from_str(body));
            headers.set("Content-Type", "application/json")?;
        }
        if let Some(id) = &self.write_id {
            headers.set(WRITE_ID_HEADER, id)?;
        }
        init.set_headers(&headers);
        if browser::is_https() && self.url.starts_with("http:") {
            // Without this option Chromium blocks the request before it asks the user.
            Reflect::set(&init, &"targetAddressSpace".into(), &"local".into())?;
        }
        web_sys::Request::new_with_str_and_init(&self.url, &init)
    }
}

/// Reads an answer whose head has come.
pub(super) async fn read(response: Response) -> Result<Answer, gloo_net::Error> {
    let body = response.binary().await?;
    let age = response.headers().get(AGE_MS_HEADER).and_then(|age| age.parse().ok());
    let age = Duration::from_millis(age.unwrap_or_default());
    Ok(Answer { reply: Reply { status: response.status(), body }, age })
}

/// Returns the header with the token, if there is one. A charger that gets it is not confused: its
/// answer still differs from a gateway's.
pub(super) fn bearer(credentials: Option<&Credentials>) -> Option<String> {
    let token = credentials.filter(|credentials| credentials.username.is_empty())?;
    Some(format!("Bearer {}", token.password))
}

/// Returns the header with user name and password. The browser has base64; another one would be 3 kB
/// of the page.
pub(super) fn basic(credentials: &Credentials) -> Option<String> {
    let bytes = basic_credentials(&credentials.username, &credentials.password);
    let latin1: String = bytes.into_iter().map(char::from).collect();
    // It takes whatever is a byte.
    let encoded = browser::window()?.btoa(&latin1).ok()?;
    Some(format!("Basic {encoded}"))
}

/// Joins a path to `base`. An empty base gives a path relative to the page, so that the page works
/// in any sub-path.
pub(super) fn relative(base: &str, target: &str) -> String {
    let target = target.trim_start_matches('/');
    if base.is_empty() { target.to_owned() } else { format!("{base}/{target}") }
}

/// Returns the gateway's own error in `reply`, otherwise the reply.
pub(super) fn check_gateway_error(reply: Answer) -> Result<Answer, RequestError> {
    if (200..300).contains(&reply.status) {
        return Ok(reply);
    }
    gateway_answer(&reply).map(|_| reply)
}

/// Parses an answer of the gateway itself; `None` if it is not JSON.
pub(super) fn gateway_answer(reply: &Reply) -> Result<Option<Value>, RequestError> {
    let answer = json::parse(&reply.body).ok();
    match answer.as_ref().and_then(|answer| answer::error(reply.status, answer)) {
        Some(error) => Err(error),
        None => Ok(answer),
    }
}

/// What `parse` makes of an answer of the gateway itself.
pub(super) fn answer_of<T>(
    reply: &Reply,
    parse: fn(&Value) -> Option<T>,
) -> Result<T, RequestError> {
    let answer = gateway_answer(reply)?;
    answer.as_ref().and_then(parse).ok_or(RequestError::Status(reply.status))
}
