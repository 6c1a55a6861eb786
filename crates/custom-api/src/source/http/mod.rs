//! Polls JSON over HTTP. One poll serves every value of the same request.

mod auth;
mod exchange;
mod rest;
mod session;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::timeout;

use super::pick::Reply;
use super::{SourceContext, Timeouts, ticks};
use crate::config::{Config, HttpRequest, HttpSource, Login, Source};
use auth::Challenge;
use exchange::{Answer, Credentials, Refusal};
use rest::Rest;
pub(super) use session::Sessions;

/// First pause after a refused password.
const WRONG_PAUSE: Duration = Duration::from_secs(60);

/// Polls for `values`, which share one request, until the task is dropped.
pub(super) async fn poll(context: SourceContext, values: Vec<usize>) {
    let config = &context.config;
    let Some(first) = values.iter().find_map(|value| source(config, *value)) else { return };
    let longest = values.iter().filter_map(|value| source(config, *value)?.timeout).max();
    let mut limits = context.timeouts;
    limits.exchange = longest.unwrap_or(limits.exchange);
    let mut poller = Poller {
        context: &context,
        request: &first.request,
        challenge: None,
        rest: Rest::default(),
    };
    let mut ticks = ticks(config, &values);
    loop {
        ticks.tick().await;
        let found = poller.ask(limits).await;
        if let (Ok(body), Some(replies)) = (&found, &context.replies) {
            replies.keep(poller.request.url.to_string(), values.clone(), body);
        }
        let found = found.map(|body| Reply::parse(&body));
        let record = values.iter().filter_map(|value| {
            let source = source(config, *value)?;
            let found = match &found {
                Ok(reply) => source.pick.sighting(reply, false),
                Err(message) => Err(message.clone()),
            };
            Some((*value, found))
        });
        context.store.record_all(config, record.collect::<Vec<_>>());
    }
}

fn source(config: &Config, value: usize) -> Option<&HttpSource> {
    match &config.values[value].source {
        Source::Http(source) => Some(source),
        _ => None,
    }
}

/// The means to send a request.
struct Asking<'a> {
    context: &'a SourceContext,
    timeouts: Timeouts,
}

impl Asking<'_> {
    /// Sends a request on a connection of its own, encrypted if its address says so.
    async fn send(
        &self,
        request: &HttpRequest,
        credentials: &Credentials,
    ) -> Result<Answer, Refusal> {
        self.context.turns.spread(&request.url.at.host).await;
        let limit = self.timeouts.exchange;
        let exchange = async {
            let opening = exchange::connect(&request.url, self.timeouts.connect);
            let stream = opening.await.map_err(Refusal::Unanswered)?;
            if !request.url.is_tls {
                return exchange::send(stream, request, credentials).await;
            }
            #[cfg(feature = "tls")]
            {
                let at = &request.url.at;
                let tls = self.context.tls.of(at, request.trust.as_ref());
                let tls = tls.map_err(Refusal::Unanswered)?;
                let stream = tls.connect(at, stream).await.map_err(Refusal::Unanswered)?;
                exchange::send(stream, request, credentials).await
            }
            #[cfg(not(feature = "tls"))]
            Err(Refusal::Unanswered("this program was built without TLS".to_owned()))
        };
        let late = || Refusal::Unanswered(format!("no answer within {limit:?}"));
        timeout(limit, exchange).await.unwrap_or_else(|_| Err(late()))
    }
}

/// The polls of one request.
struct Poller<'a> {
    context: &'a SourceContext,
    request: &'a Arc<HttpRequest>,
    /// The device's last challenge, which serves for several requests.
    challenge: Option<Challenge>,
    /// The pause after a refusal of user name and password, or of a new session.
    rest: Rest,
}

impl Poller<'_> {
    /// Asks once, with whatever log-in it takes.
    async fn ask(&mut self, timeouts: Timeouts) -> Result<Bytes, String> {
        if let Some(message) = self.rest.refusal() {
            return Err(message.to_owned());
        }
        let asking = Asking { context: self.context, timeouts };
        let turns = &self.context.turns;
        let _turn = turns.device(&self.request.url.at, timeouts.exchange).await;
        let found = match (&self.request.user, self.request.login) {
            (Some(user), _) => self.as_user(user, &asking).await,
            (None, Some(login)) => self.logged_in(login, &asking).await,
            (None, None) => asking.send(self.request, &Credentials::default()).await,
        };
        let answer = found.map_err(Refusal::into_words)?;
        self.rest.end();
        Ok(answer.body)
    }

    /// Asks with user name and password: with the last challenge, or with none to get one. A nonce
    /// that has expired is answered with a new one, once.
    async fn as_user(&mut self, user: &Login, asking: &Asking<'_>) -> Result<Answer, Refusal> {
        let first = self.challenge.take();
        let was_known = first.is_some();
        let (status, challenges) = match self.answer(first, user, asking).await {
            Err(Refusal::Unauthorized(status, challenges)) => (status, challenges),
            found => return found,
        };
        let best = challenges.into_iter().next();
        if let Some(Challenge::Other(_)) | None = best {
            return Err(Refusal::Unauthorized(status, best.into_iter().collect()));
        }
        match self.answer(best, user, asking).await {
            Err(Refusal::Unauthorized(status, _)) => {
                // With an old nonce, the one of the first answer was tried just now.
                let tried = if was_known { "again " } else { "" };
                let message = format!(
                    "answered {status} {tried}to the user name and password: one of them is wrong"
                );
                self.rest.begin(WRONG_PAUSE, &message);
                Err(Refusal::Told(message))
            }
            found => found,
        }
    }

    async fn answer(
        &mut self,
        challenge: Option<Challenge>,
        user: &Login,
        asking: &Asking<'_>,
    ) -> Result<Answer, Refusal> {
        let mut credentials = Credentials::default();
        let mut used = challenge;
        match &mut used {
            Some(Challenge::Basic) => credentials.authorization = Some(auth::basic(user)),
            Some(Challenge::Digest(digest)) => {
                let method = if self.request.post.is_some() { "POST" } else { "GET" };
                let nonce = format!("{:016x}", getrandom::u64().unwrap_or_default());
                let target = &self.request.url.target;
                credentials.authorization = Some(digest.answer(user, method, target, &nonce));
            }
            Some(Challenge::Other(_)) | None => {}
        }
        let found = asking.send(self.request, &credentials).await;
        if found.is_ok() {
            self.challenge = used;
        }
        found
    }

    /// Asks with the cookie or token of a log-in, which is renewed once if it is refused. A new one
    /// that is refused may serve others: the device may forbid this request only.
    async fn logged_in(&mut self, index: usize, asking: &Asking<'_>) -> Result<Answer, Refusal> {
        let Some(step) = self.context.config.logins.get(index) else {
            return Err(Refusal::Told("there is no such log-in".to_owned()));
        };
        let sessions = &self.context.sessions;
        let mut expired = None;
        loop {
            let found = sessions.credentials(index, step, expired.as_ref(), asking).await;
            let credentials = found.map_err(Refusal::Told)?;
            match asking.send(self.request, &credentials).await {
                Ok(answer) => {
                    sessions.accept(index, &credentials).await;
                    return Ok(answer);
                }
                Err(Refusal::Unauthorized(status, _)) => {
                    if expired.is_none() && !sessions.is_new(index, &credentials).await {
                        expired = Some(credentials);
                        continue;
                    }
                    let message = format!("answered {status} right after the log-in {}", step.name);
                    self.rest.begin(session::FIRST_PAUSE, &message);
                    return Err(Refusal::Told(message));
                }
                Err(refusal) => return Err(refusal),
            }
        }
    }
}
