//! An HTTP/1 connection to the charger, and an exchange on it.
//!
//! No redirects, no retries, no content negotiation.

use std::io;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use nrgkick_model::Reply;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Maximum bytes of an answer's body; a charger's largest has about 1300.
pub(crate) const LONGEST_BODY: usize = 64 * 1024;
/// Maximum bytes of an answer's head.
const LONGEST_HEAD: usize = 16 * 1024;

/// An open connection. Dropping it closes it, even during an exchange.
pub(crate) struct Connection {
    sender: SendRequest<Empty<Bytes>>,
    /// The task that drives the connection, aborted when the set is dropped.
    _driver: JoinSet<()>,
}

/// The error of an exchange.
#[derive(Debug)]
pub(crate) enum ExchangeError {
    /// The exchange failed before any byte of the request was sent.
    Unsent(String),
    /// The connection ended.
    Closed(String),
    /// The reply is not valid HTTP.
    Protocol(String),
    /// Head or body exceeds its maximum.
    TooLarge(String),
}

/// An answer, with the header values that are passed on.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) reply: Reply,
    /// `Retry-After` in seconds.
    pub(crate) retry_after: Option<u32>,
}

impl Connection {
    pub(crate) async fn open(target: (String, u16)) -> io::Result<Self> {
        let stream = TcpStream::connect(target).await?;
        // One small request at a time: waiting to fill a segment only delays it.
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(LONGEST_HEAD)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            // Its errors reach the exchange in progress.
            let _ = connection.await;
        });
        Ok(Self { sender, _driver: driver })
    }

    /// `true` if another request may be sent on this connection.
    pub(crate) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    pub(crate) async fn exchange(
        &mut self,
        request: Request<Empty<Bytes>>,
    ) -> Result<Received, ExchangeError> {
        self.sender.ready().await.map_err(|error| ExchangeError::Unsent(error.to_string()))?;
        let response =
            self.sender.try_send_request(request).await.map_err(|mut error| {
                match error.take_message() {
                    Some(_) => ExchangeError::Unsent(error.error().to_string()),
                    None => classify(error.error()),
                }
            })?;
        read(response).await
    }
}

async fn read(response: Response<Incoming>) -> Result<Received, ExchangeError> {
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
    let announced = response.body().size_hint().lower();
    if announced > LONGEST_BODY as u64 {
        return Err(ExchangeError::TooLarge(format!(
            "{announced} bytes, at most {LONGEST_BODY} fit"
        )));
    }
    match Limited::new(response.into_body(), LONGEST_BODY).collect().await {
        Ok(body) => {
            Ok(Received { reply: Reply { status, body: body.to_bytes().into() }, retry_after })
        }
        Err(error) if error.is::<LengthLimitError>() => {
            Err(ExchangeError::TooLarge(format!("at most {LONGEST_BODY} bytes fit")))
        }
        Err(error) => Err(match error.downcast::<hyper::Error>() {
            Ok(error) => classify(&error),
            Err(error) => ExchangeError::Closed(error.to_string()),
        }),
    }
}

fn classify(error: &hyper::Error) -> ExchangeError {
    let text = chain(error);
    if error.is_parse_too_large() {
        ExchangeError::TooLarge(text)
    } else if error.is_parse() {
        ExchangeError::Protocol(text)
    } else {
        ExchangeError::Closed(text)
    }
}

fn chain(error: &hyper::Error) -> String {
    http_service::logging::Chain(error).to_string()
}
