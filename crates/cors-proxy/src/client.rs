//! HTTP client for the charger's JSON API.
//!
//! One connection is kept for reads. A read that finds it closed is repeated once on a new one,
//! which is safe for reads only. A write always opens its own connection and is sent once.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use charger_gateway::{Address, Answer, Charger, ChargerError, Failure, FailureKind, Place};
use gateway_api::outcome::Sent;
use gateway_api::{ApiStatus, Upstream};
use http::header::{ACCEPT, AUTHORIZATION, HOST};
use http::{HeaderValue, Request as HttpRequest};
use http_body_util::Empty;
use nrgkick_model::request::Read;
use nrgkick_model::{Control, ControlWrite, ReplyError, Request};
use tokio::time::{Instant, timeout, timeout_at};

use crate::connection::{Connection, ExchangeError, Received};
use crate::credentials::Credentials;

/// Time limits for the charger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Limit for connecting, name resolution included.
    pub connect: Duration,
    /// Limit from the start of an exchange to the end of the answer's body, connecting included.
    pub exchange: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), exchange: Duration::from_secs(5) }
    }
}

/// A charger reached over its JSON API.
pub struct HttpCharger {
    address: Address,
    credentials: Option<Credentials>,
    timeouts: Timeouts,
    idle: Option<Connection>,
    /// Requests sent, wrapping.
    sent: u32,
}

impl HttpCharger {
    /// Creates a charger that is not connected yet.
    pub fn new(address: Address, credentials: Option<Credentials>, timeouts: Timeouts) -> Self {
        Self { address, credentials, timeouts, idle: None, sent: 0 }
    }

    /// Sends a request once; a read that finds the connection closed, once more on a new one.
    async fn exchange(&mut self, request: &Request) -> Result<Received, ChargerError> {
        let deadline = Instant::now() + self.timeouts.exchange;
        // Taken out of `self`: a future dropped early also drops the connection, so that a late
        // answer is never read as the answer to another request.
        let idle = self.idle.take().filter(|idle| idle.is_open() && !request.is_write());
        if let Some(mut connection) = idle {
            match self.ask(&mut connection, request, deadline).await {
                Ok(received) => {
                    self.idle = Some(connection);
                    return Ok(received);
                }
                // The charger may have closed an idle connection, which is no failure.
                Err(AttemptError::Failed(ExchangeError::Unsent(_) | ExchangeError::Closed(_))) => {}
                Err(attempt) => return Err(self.error(attempt)),
            }
        }
        let mut connection = self.connect(deadline).await?;
        let received = self.ask(&mut connection, request, deadline).await;
        let received = received.map_err(|attempt| self.error(attempt))?;
        self.idle = Some(connection);
        Ok(received)
    }

    async fn connect(&self, deadline: Instant) -> Result<Connection, ChargerError> {
        let not_sent =
            |detail: String| ChargerError::NotSent(self.failure(FailureKind::Connect, detail));
        let address = || self.address.to_string();
        let limit = self.timeouts.connect;
        let Some(target) = self.address.target() else {
            return Err(ChargerError::NotSent(Failure::not_found(address())));
        };
        let opening = timeout(limit, Connection::open(target));
        match timeout_at(deadline, opening).await {
            Ok(Ok(Ok(connection))) => Ok(connection),
            Ok(Ok(Err(error))) => {
                Err(ChargerError::NotSent(Failure::connecting(address(), &error)))
            }
            Ok(Err(_)) | Err(_) => Err(not_sent(format!("no connection within {limit:?}"))),
        }
    }

    async fn ask(
        &mut self,
        connection: &mut Connection,
        request: &Request,
        deadline: Instant,
    ) -> Result<Received, AttemptError> {
        let request = self.to_http(request).map_err(AttemptError::Unwritable)?;
        self.sent = self.sent.wrapping_add(1);
        match timeout_at(deadline, connection.exchange(request)).await {
            Ok(result) => result.map_err(AttemptError::Failed),
            Err(_) => Err(AttemptError::Late),
        }
    }

    /// Builds the HTTP request. Path and query come from the model, nothing from the caller.
    fn to_http(&self, request: &Request) -> Result<HttpRequest<Empty<Bytes>>, http::Error> {
        let mut builder = HttpRequest::get(request.target())
            .header(HOST, self.address.to_string())
            .header(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(credentials) = &self.credentials {
            builder = builder.header(AUTHORIZATION, credentials.header());
        }
        builder.body(Empty::new())
    }

    fn error(&self, attempt: AttemptError) -> ChargerError {
        let lost = |kind, detail| ChargerError::Lost(self.failure(kind, detail));
        match attempt {
            AttemptError::Late => {
                lost(FailureKind::Timeout, format!("no answer within {:?}", self.timeouts.exchange))
            }
            AttemptError::Failed(ExchangeError::Closed(cause)) => {
                ChargerError::Lost(self.failure(FailureKind::Closed, String::new()).because(cause))
            }
            AttemptError::Failed(ExchangeError::Protocol(cause)) => ChargerError::Lost(
                self.failure(FailureKind::Protocol, String::new()).because(cause),
            ),
            AttemptError::Failed(ExchangeError::TooLarge(detail)) => {
                lost(FailureKind::TooLarge, detail)
            }
            AttemptError::Failed(ExchangeError::Unsent(cause)) => ChargerError::NotSent(
                self.failure(FailureKind::Closed, String::new()).because(cause),
            ),
            AttemptError::Unwritable(error) => {
                ChargerError::NotSent(self.failure(FailureKind::Protocol, error.to_string()))
            }
        }
    }

    fn failure(&self, kind: FailureKind, detail: String) -> Failure {
        Failure::new(kind, self.address.to_string(), detail)
    }
}

/// The error of one attempt.
enum AttemptError {
    Late,
    Failed(ExchangeError),
    /// Never occurs: every request of the model is valid HTTP.
    Unwritable(http::Error),
}

impl Charger for HttpCharger {
    async fn read(&mut self, read: &Read) -> Result<Answer, ChargerError> {
        let Received { reply, retry_after } = self.exchange(&Request::Read(read.clone())).await?;
        Ok(Answer { retry_after, ..Answer::received(reply, read.document) })
    }

    async fn control(&mut self) -> Result<Result<Control, ReplyError>, ChargerError> {
        Ok(self.exchange(&Request::Control).await?.reply.document())
    }

    async fn write(&mut self, write: &ControlWrite) -> Result<Sent, ChargerError> {
        Ok(Sent::of(&self.exchange(&Request::Write(*write)).await?.reply))
    }

    async fn api(&mut self) -> Result<ApiStatus, ChargerError> {
        Ok(ApiStatus::of_charger(&self.exchange(&Request::Api).await?.reply))
    }

    fn exchanges(&self) -> u32 {
        self.sent
    }

    fn upstream(&self) -> Upstream {
        Upstream::Http
    }

    fn address(&self) -> String {
        self.address.to_string()
    }

    fn place(&self) -> Place {
        self.address.place()
    }

    fn set_place(&mut self, place: Option<SocketAddr>) {
        self.idle = None;
        self.address = self.address.moved(place);
    }

    fn has_password(&self) -> bool {
        self.credentials.is_some()
    }
}
