//! A client of the charger's JSON API that keeps status, version, headers and body as they came.
//!
//! No redirects, no retries. Each request has a connection of its own, unless the caller keeps one.

use http_service::HostPort;
use std::time::Duration;

use bytes::Bytes;
use charger_profile::Exchange;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt as _, Empty, Limited};
use http_service::logging::Chain;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use nrgkick_model::Reply;
use nrgkick_model::request::basic_authorization;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::options::Times;
use crate::trouble::Trouble;

/// Most bytes of a body that are read; a charger's largest document has about 1300.
const LONGEST_BODY: usize = 64 * 1024;

/// The JSON API of one charger.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    address: HostPort,
    authorization: Option<String>,
    connect: Duration,
    exchange: Duration,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: &'a str,
    pub(crate) headers: &'a [(&'static str, &'static str)],
    /// Sends the password, if there is one.
    pub(crate) authorized: bool,
}

impl<'a> Ask<'a> {
    pub(crate) const fn get(target: &'a str) -> Self {
        Self { method: Method::GET, target, headers: &[], authorized: true }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Such as `HTTP/1.1`.
    pub(crate) version: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// From the request to the end of the body.
    pub(crate) took: Duration,
}

impl Answer {
    /// The answer in the form in which it is kept, names and numbers included.
    pub(crate) fn exchange(&self) -> Exchange {
        Exchange::new(self.status, &self.headers, &self.body)
    }

    pub(crate) fn reply(&self) -> Reply {
        Reply { status: self.status, body: self.body.clone() }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Http {
    pub(crate) fn new(
        address: HostPort,
        credentials: Option<&(String, String)>,
        times: &Times,
    ) -> Self {
        let authorization = credentials.map(|(user, password)| basic_authorization(user, password));
        Self { address, authorization, connect: times.connect, exchange: times.exchange }
    }

    pub(crate) const fn has_password(&self) -> bool {
        self.authorization.is_some()
    }

    /// Sends a request once, on a connection of its own.
    pub(crate) async fn send(&self, ask: Ask<'_>) -> Result<Answer, Trouble> {
        self.open().await?.send(ask).await
    }

    pub(crate) async fn open(&self) -> Result<Connection, Trouble> {
        let opening = async {
            let target = (self.address.host.as_str(), self.address.port);
            let stream = TcpStream::connect(target).await.map_err(|error| error.to_string())?;
            stream.set_nodelay(true).map_err(|error| error.to_string())?;
            let handshake = http1::handshake(TokioIo::new(stream)).await;
            handshake.map_err(|error| Chain(&error).to_string())
        };
        let late = || Err(format!("nothing within {:?}", self.connect));
        let opened = timeout(self.connect, opening).await.unwrap_or_else(|_| late());
        let (sender, connection) = opened
            .map_err(|reason| Trouble::Connect { address: self.address.to_string(), reason })?;
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            // Its errors reach the exchange in progress.
            let _ = connection.await;
        });
        Ok(Connection { sender, api: self.clone(), _driver: driver })
    }
}

/// An open connection; dropping it closes it.
pub(crate) struct Connection {
    sender: SendRequest<Empty<Bytes>>,
    api: Http,
    _driver: JoinSet<()>,
}

impl Connection {
    /// Sends a request once.
    pub(crate) async fn send(&mut self, ask: Ask<'_>) -> Result<Answer, Trouble> {
        let limit = self.api.exchange;
        let address = self.api.address.to_string();
        let exchanged = timeout(limit, self.exchange(ask)).await;
        let exchanged = exchanged.unwrap_or_else(|_| Err(format!("nothing within {limit:?}")));
        exchanged.map_err(|reason| Trouble::Lost { address, reason })
    }

    async fn exchange(&mut self, ask: Ask<'_>) -> Result<Answer, String> {
        let mut request = Request::builder()
            .method(ask.method)
            .uri(ask.target)
            .header(HOST, self.api.address.to_string());
        for (name, value) in ask.headers {
            request = request.header(*name, HeaderValue::from_static(value));
        }
        if let Some(authorization) = self.api.authorization.as_ref().filter(|_| ask.authorized) {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request = request.body(Empty::new()).map_err(|error| error.to_string())?;
        let began = Instant::now();
        self.sender.ready().await.map_err(|error| Chain(&error).to_string())?;
        let answer = self.sender.send_request(request).await;
        let (parts, body) = answer.map_err(|error| Chain(&error).to_string())?.into_parts();
        let body = Limited::new(body, LONGEST_BODY).collect().await;
        let body = body.map_err(|error| format!("the body: {error}"))?.to_bytes();
        let headers = parts.headers.iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Ok(Answer {
            status: parts.status.as_u16(),
            version: format!("{:?}", parts.version),
            headers: headers.collect(),
            body: body.into(),
            took: began.elapsed(),
        })
    }
}
