//! Log-ins: a cookie or token, shared by all requests that need it and renewed when it has expired.

use std::sync::Arc;
use std::time::Duration;

use http::header::SET_COOKIE;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Asking;
use super::exchange::{Answer, Credentials, Refusal};
use super::rest::Rest;
use crate::config::LoginStep;

/// First pause after a log-in that the device refused, and time for which a session that nobody has
/// used with success is new.
pub(super) const FIRST_PAUSE: Duration = Duration::from_secs(30);

/// The sessions of all log-ins, in the order of the configuration.
#[derive(Debug)]
pub(in crate::source) struct Sessions(Vec<Mutex<Session>>);

#[derive(Debug, Default)]
struct Session {
    newest: Option<Newest>,
    /// The pause after a log-in that was refused.
    rest: Rest,
}

/// The cookie or token of the last log-in.
#[derive(Debug)]
struct Newest {
    credentials: Arc<Credentials>,
    since: Instant,
    /// A request was answered with it.
    is_proven: bool,
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
        if let Some(Newest { credentials, .. }) = &session.newest
            // Somebody else may have renewed it meanwhile.
            && expired.is_none_or(|expired| !Arc::ptr_eq(expired, credentials))
        {
            return Ok(Arc::clone(credentials));
        }
        if let Some(message) = session.rest.refusal() {
            return Err(message.to_owned());
        }
        session.newest = None;
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
                let newest = Arc::clone(&credentials);
                let since = Instant::now();
                session.newest = Some(Newest { credentials: newest, since, is_proven: false });
                Ok(credentials)
            }
            Err(message) => {
                let message = named(message);
                session.rest.begin(FIRST_PAUSE, &message);
                Err(message)
            }
        }
    }

    /// Notes that a request was answered with `credentials`.
    pub(super) async fn accept(&self, index: usize, credentials: &Arc<Credentials>) {
        let Some(session) = self.0.get(index) else { return };
        let mut session = session.lock().await;
        session.rest.end();
        if let Some(newest) = session.newest_if(credentials) {
            newest.is_proven = true;
        }
    }

    /// `true` for credentials of a log-in of just now that served for no request yet: another log-in
    /// would give nothing better.
    pub(super) async fn is_new(&self, index: usize, credentials: &Arc<Credentials>) -> bool {
        let Some(session) = self.0.get(index) else { return false };
        let mut session = session.lock().await;
        let newest = session.newest_if(credentials);
        newest.is_some_and(|newest| !newest.is_proven && newest.since.elapsed() < FIRST_PAUSE)
    }
}

impl Session {
    fn newest_if(&mut self, credentials: &Arc<Credentials>) -> Option<&mut Newest> {
        self.newest.as_mut().filter(|newest| Arc::ptr_eq(&newest.credentials, credentials))
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
