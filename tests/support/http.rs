//! A plain HTTP client that sends requests unchanged, each on its own connection.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A complete answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Parses the body as JSON.
    ///
    /// # Panics
    /// If it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.status, self.text()))
    }

    /// Returns a header's text, empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Sends a request; `Host` is the address unless `headers` has one.
///
/// # Panics
/// If the server does not answer within 20 seconds.
pub async fn send(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(target);
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request = request.header("host", address.to_string());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(body.into())).unwrap();
    let exchange = async {
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        connection.abort();
        Answer { status: parts.status, headers: parts.headers, body }
    };
    tokio::time::timeout(Duration::from_secs(20), exchange)
        .await
        .unwrap_or_else(|_| panic!("{method} {target}: no answer within 20 s"))
}

/// Sends a `GET` without a body.
///
/// # Panics
/// As [`send`].
pub async fn get(address: SocketAddr, target: &str) -> Answer {
    send(address, "GET", target, &[], "").await
}

/// Sends a request with a JSON body.
///
/// # Panics
/// As [`send`].
pub async fn send_json(address: SocketAddr, method: &str, target: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    send(address, method, target, &headers, body.to_string()).await
}

/// Sends a `POST` of a JSON body and parses the JSON answer.
///
/// # Panics
/// As [`send`], and if the answer is not JSON.
pub async fn post_json(address: SocketAddr, target: &str, body: &Value) -> Value {
    send_json(address, "POST", target, body).await.json()
}
