//! Answers that the page's first script has asked for while the program was on its way.
//!
//! `boot.js` asks for what the program will want first. Whoever sends such a request gets that answer
//! in place of another one, once.

use std::time::Duration;

use gloo_net::http::Response;
use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::call::{Answer, Call, read};
use crate::browser;
use crate::request_error::RequestError;

/// The property of the window that holds the requests by their addresses.
const EARLY: &str = "early";

/// A request that is under way or answered.
pub(super) struct Early {
    answer: Promise,
    /// Holds the time at which it was sent, and once it is answered that of the answer.
    times: JsValue,
}

/// The request that is the same as `call`. It is nobody else's from now on.
pub(super) fn take(call: &Call) -> Option<Early> {
    if call.authorization.is_some() || call.body.is_some() || call.no_cors {
        return None;
    }
    let all =
        Reflect::get(&browser::window()?.into(), &EARLY.into()).ok()?.dyn_into::<Object>().ok()?;
    let url = JsValue::from_str(&call.url);
    let found = Reflect::get(&all, &url).ok()?;
    Reflect::delete_property(&all, &url).ok()?;
    let answer = Reflect::get(&found, &"answer".into()).ok()?.dyn_into().ok()?;
    let early = Early { answer, times: found };
    // A page that was made beforehand is shown much later.
    (early.age() < call.limit).then_some(early)
}

impl Early {
    /// The time since it was answered; before that, since it was sent.
    fn age(&self) -> Duration {
        let now = browser::window().and_then(|window| window.performance());
        let since = Reflect::get(&self.times, &"at".into()).ok().and_then(|at| at.as_f64());
        let age = now.zip(since).map_or(0.0, |(clock, since)| clock.now() - since);
        Duration::from_secs_f64(age.max(0.0) / 1_000.0)
    }

    /// Waits for the answer, which has a limit of its own, and adds the time since it came to the age
    /// that it had then.
    pub(super) async fn answer(self, limit: Duration) -> Result<Answer, RequestError> {
        let answer = async {
            let response = JsFuture::from(self.answer.clone()).await.ok()?;
            read(Response::from(response.dyn_into::<web_sys::Response>().ok()?)).await.ok()
        };
        match answer.await {
            Some(mut answer) => {
                answer.age += self.age();
                Ok(answer)
            }
            None if self.age() >= limit => Err(RequestError::Timeout),
            None => Err(RequestError::Unreachable),
        }
    }
}
