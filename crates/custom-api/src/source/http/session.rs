//! Log-ins: a cookie or token, shared by all requests that need it and renewed when it has expired.

use std::sync::Arc;
use std::time::Duration;

use http::header::SET_COOKIE;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Asking;
use super::exchange::{Answer, Credentials, Refusal};
use crate::config::LoginStep;

/// Pause after a log-in that the device refused; doubles each time. Some devices lock out who tries often.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
/// Longest such pause.
const LAST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// The sessions of all log-ins, in the order of the configuration.
#[derive(Debug)]
pub(in crate::source) struct Sessions(Vec<Mutex<Session>>);

#[derive(Debug, Default)]
struct Session {
    credentials: Option<Arc<Credentials>>,
    /// The last refusal, and the time before which the log-in is not tried again.
    refused: Option<(String, Instant)>,
    pause: Duration,
}

impl Sessions {
    pub(in crate::source) fn new(count: usize) -> Self {
        Self((0..count).map(|_| Mutex::default()).collect())
    }

    /// Returns the cookie or token of a log-in; logs in unless there is one that is not `expired`.
    ///
    /// # Errors
    /// The message about the log-in.
    pub(super) async fn credentials(
        &self,
        index: usize,
        step: &LoginStep,
        expired: Option<&Arc<Credentials>>,
        asking: &Asking<'_>,
    ) -> Result<Arc<Credentials>, String> {
        let Some(session) = self.0.get(index) else { return Err("no such log-in".to_owned()) };
        let mut session = session.lock().await;
        if let Some(credentials) = &session.credentials
            // Somebody else may have renewed it meanwhile.
            && expired.is_none_or(|expired| !Arc::ptr_eq(expired, credentials))
        {
            return Ok(Arc::clone(credentials));
        }
        if let Some((message, until)) = &session.refused
            && Instant::now() < *until
        {
            return Err(message.clone());
        }
        session.credentials = None;
        let named = |message: String| format!("log-in {}: {message}", step.name);
        let found = match asking.send(&step.request, &Credentials::default()).await {
            Ok(answer) => credentials(step, &answer),
            // Whoever is away counts no attempts.
            Err(Refusal::Unanswered(message)) => return Err(named(message)),
            Err(refusal) => Err(refusal.into_words()),
        };
        match found {
            Ok(credentials) => {
                let credentials = Arc::new(credentials);
                session.credentials = Some(Arc::clone(&credentials));
                session.refused = None;
                Ok(credentials)
            }
            Err(message) => {
                let message = named(message);
                session.refuse(&message);
                Err(message)
            }
        }
    }

    /// Notes that a request was refused with the newest credentials.
    pub(super) async fn refuse(&self, index: usize, message: &str) {
        if let Some(session) = self.0.get(index) {
            let mut session = session.lock().await;
            session.credentials = None;
            session.refuse(message);
        }
    }

    /// Notes that a request was answered.
    pub(super) async fn accept(&self, index: usize) {
        if let Some(session) = self.0.get(index) {
            session.lock().await.pause = Duration::ZERO;
        }
    }
}

impl Session {
    fn refuse(&mut self, message: &str) {
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LAST_PAUSE);
        self.refused = Some((message.to_owned(), Instant::now() + self.pause));
    }
}

/// Takes cookies and token out of the answer to a log-in.
fn credentials(step: &LoginStep, answer: &Answer) -> Result<Credentials, String> {
    let cookies: Vec<&str> = answer
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .map(str::trim)
        .collect();
    let cookie = (!cookies.is_empty()).then(|| cookies.join("; "));
    let authorization = match &step.token {
        None if cookie.is_none() => {
            return Err(
                "the answer has no cookie; where it has a token, write token = \"/POINTER\""
                    .to_owned(),
            );
        }
        None => None,
        Some(pointer) => {
            let document: serde_json::Value = serde_json::from_slice(&answer.body)
                .map_err(|_| "the answer is no JSON with a token".to_owned())?;
            let token = document.pointer(pointer).and_then(serde_json::Value::as_str);
            let token = token.ok_or_else(|| format!("the answer has no token at {pointer}"))?;
            Some(format!("Bearer {token}"))
        }
    };
    Ok(Credentials { authorization, cookie })
}
