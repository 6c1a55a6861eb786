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
    /// When it was sent, ms on the clock of the document.
    asked: f64,
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
    let asked = Reflect::get(&found, &"asked".into()).ok()?.as_f64()?;
    let early = Early { answer, asked };
    // A page that was made beforehand is shown much later.
    (early.age() < call.limit).then_some(early)
}

impl Early {
    fn age(&self) -> Duration {
        let now = browser::window().and_then(|window| window.performance());
        let age = now.map_or(0.0, |clock| clock.now() - self.asked);
        Duration::from_secs_f64(age.max(0.0) / 1_000.0)
    }

    /// Waits for the answer, which has a limit of its own. It is as old as the request.
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
