//! What only the test of the connection asks, and the token that came in the page's own address.

use std::rc::Rc;

use super::DIRECT_LOCK;
use super::call::{Call, relative};
use super::send::send;
use crate::request_error::RequestError;

/// Asks `origin` in the one way that a browser allows everywhere: the answer is unreadable, but says
/// that somebody is there. An empty one is the page's own.
///
/// # Errors
/// [`RequestError::Unreachable`] or [`RequestError::Timeout`].
pub async fn somebody_answers(origin: &str) -> Result<(), RequestError> {
    let call = Call::get(relative(origin, "api"));
    ask(Call { no_cors: !origin.is_empty(), ..call }).await.map(drop)
}

/// Asks `origin` for `api` without a log-in, and returns the status, whatever it is: what came can be
/// read.
///
/// # Errors
/// [`RequestError::Unreachable`], also where the browser keeps the answer, or
/// [`RequestError::Timeout`].
pub async fn readable(origin: &str) -> Result<u16, RequestError> {
    ask(Call::get(relative(origin, "api"))).await
}

/// It may be a charger, which serves one request at a time.
async fn ask(call: Call) -> Result<u16, RequestError> {
    let lock = DIRECT_LOCK.with(Rc::clone);
    let _guard = lock.lock().await;
    Ok(send(&call).await?.status)
}

/// Shows `token` to the gateway that served the page, which then remembers this browser by a cookie.
/// Returns whether it took it; the page works as before if not.
pub async fn hand_token(token: &str) -> bool {
    let authorization = Some(format!("Bearer {token}"));
    let call = Call { authorization, is_person: true, ..Call::get(relative("", ".")) };
    send(&call).await.is_ok_and(|answer| answer.status == 200)
}
