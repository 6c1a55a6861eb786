//! A small HTTP client like the charger's: one GET at a time, no redirects, with limits on every
//! wait and on the body.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, HOST, USER_AGENT};
use http::{HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use http_service::logging::Chain;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::settings::{Limits, Manner, ServerUrl};

/// The `User-Agent`, by which a server can tell the simulator from a charger. That of a real
/// charger is not known.
const NAME: &str =
    concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"), " (simulated charger)");

/// A complete answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

/// The reason why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    #[error("connection refused: nobody listens at {0}")]
    Refused(String),
    #[error("no connection to {0}: {1}")]
    Connect(String, io::Error),
    #[error("no connection to {0} within {1:?}")]
    ConnectTime(String, Duration),
    #[error("no whole answer within {0:?}")]
    Time(Duration),
    #[error("no usable answer: {0}")]
    Http(String),
    #[error("the body has more than {0} bytes")]
    TooLong(usize),
}

/// Sends requests one at a time, and keeps the connection if the settings say so.
#[derive(Debug, Default)]
pub(super) struct Client {
    kept: Option<Connection>,
}

#[derive(Debug)]
struct Connection {
    /// The server it was opened to.
    server: ServerUrl,
    sender: SendRequest<Empty<Bytes>>,
    /// The connection's I/O task; ends with the connection.
    _driver: JoinSet<()>,
}

impl Client {
    /// Fetches `path`; takes at most `limits.exchange`.
    pub(super) async fn get(
        &mut self,
        server: &ServerUrl,
        path: &str,
        manner: Manner,
        limits: Limits,
    ) -> Result<Answer, ClientError> {
        let exchange = self.exchange(server, path, manner, limits);
        timeout(limits.exchange, exchange).await.unwrap_or(Err(ClientError::Time(limits.exchange)))
    }

    async fn exchange(
        &mut self,
        server: &ServerUrl,
        path: &str,
        manner: Manner,
        limits: Limits,
    ) -> Result<Answer, ClientError> {
        // Taken out, so that a connection with an interrupted exchange is not used again.
        let kept = self.kept.take().filter(|kept| manner.keep_alive && kept.server == *server);
        let mut connection = match Connection::ready(kept).await {
            Some(kept) => kept,
            None => Connection::open(server, limits).await?,
        };
        let answer = connection.sender.send_request(request(server, path, manner)?).await;
        let answer = answer.map_err(|error| http(&error))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), limits.body).collect().await;
        let body = body.map_err(|error| {
            if error.is::<LengthLimitError>() {
                ClientError::TooLong(limits.body)
            } else {
                http(&*error)
            }
        })?;
        if manner.keep_alive {
            self.kept = Some(connection);
        }
        Ok(Answer { status, body: body.to_bytes() })
    }
}

impl Connection {
    async fn open(server: &ServerUrl, limits: Limits) -> Result<Self, ClientError> {
        let address = server.authority();
        let stream = match timeout(limits.connect, TcpStream::connect(&address)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
                return Err(ClientError::Refused(address));
            }
            Ok(Err(error)) => return Err(ClientError::Connect(address, error)),
            Err(_) => return Err(ClientError::ConnectTime(address, limits.connect)),
        };
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = handshake.map_err(|error| http(&error))?;
        let mut driver = JoinSet::new();
        driver.spawn(async move { drop(connection.await) });
        Ok(Self { server: server.clone(), sender, _driver: driver })
    }

    /// Returns the connection, unless the server has closed it.
    async fn ready(kept: Option<Self>) -> Option<Self> {
        let mut kept = kept?;
        kept.sender.ready().await.is_ok().then_some(kept)
    }
}

fn request(
    server: &ServerUrl,
    path: &str,
    manner: Manner,
) -> Result<Request<Empty<Bytes>>, ClientError> {
    let connection = if manner.keep_alive { "keep-alive" } else { "close" };
    let mut request = Request::get(path)
        .version(manner.version.into())
        .header(USER_AGENT, HeaderValue::from_static(NAME))
        .header(CONNECTION, HeaderValue::from_static(connection));
    if manner.host {
        request = request.header(HOST, server.host_header());
    }
    request.body(Empty::new()).map_err(|error| http(&error))
}

fn http(error: &(dyn Error + 'static)) -> ClientError {
    ClientError::Http(Chain(error).to_string())
}
