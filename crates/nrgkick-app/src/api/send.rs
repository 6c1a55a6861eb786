//! Sending one request, within its time limit.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use gloo_net::http::Request as Fetch;
use wasm_bindgen::JsValue;
use web_sys::AbortController;

use super::call::{Answer, Call, Pending, read};
use super::{early, log};
use crate::request_error::RequestError;
use crate::{browser, timer};

/// Sends `call`, unless its answer is on its way already.
pub(super) fn send(call: &Call) -> Pending<'static> {
    let early = early::take(call);
    let prepared = AbortController::new().and_then(|abort| Ok((call.request(&abort)?, abort)));
    let limit = call.limit;
    let (url, method) = (call.url.clone(), call.method);
    Box::pin(async move {
        let at = browser::now();
        let answer = match early {
            Some(early) => early.answer(limit).await,
            None => send_now(prepared, limit).await,
        };
        log::keep(at, method, url, answer.as_ref());
        answer
    })
}

async fn send_now(
    prepared: Result<(web_sys::Request, AbortController), JsValue>,
    limit: Duration,
) -> Result<Answer, RequestError> {
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
    result.map_err(
        |_| {
            if is_late.get() { RequestError::Timeout } else { RequestError::Unreachable }
        },
    )
}

async fn fetch(request: web_sys::Request) -> Result<Answer, gloo_net::Error> {
    read(Fetch::from(request).send().await?).await
}
