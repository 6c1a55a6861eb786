//! One HTTP request to an address that the owner gave: `--notify`, and commands that ask a server that
//! runs, as `backup` and `healthcheck`.
//!
//! No redirects, no retries, no TLS, and a connection of its own each time.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// An `http` address with a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    uri: Uri,
    host: String,
    port: u16,
}

impl std::fmt::Display for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.uri.fmt(formatter)
    }
}

impl std::str::FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is no address such as http://192.168.1.5:8123/charges");
        let uri: Uri = text.parse().map_err(|_| bad())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(bad)?;
        let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        if uri.scheme_str() != Some("http") || has_user {
            return Err(bad());
        }
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = uri.port_u16().unwrap_or(80);
        Ok(Self { uri, host, port })
    }
}

impl Target {
    /// The same server, another path.
    ///
    /// # Errors
    /// If `path` cannot stand in an address.
    pub fn at(&self, path: &str) -> Result<Self, String> {
        let authority = self.uri.authority().map(ToString::to_string).unwrap_or_default();
        format!("http://{authority}{path}").parse()
    }

    /// Sends one request and reads its answer, of at most `most` bytes, within `limit`.
    ///
    /// # Errors
    /// In words, if there is no answer, or a longer one.
    pub async fn ask(
        &self,
        method: Method,
        headers: &[(http::HeaderName, HeaderValue)],
        body: Vec<u8>,
        most: usize,
        limit: Duration,
    ) -> Result<(StatusCode, Bytes), String> {
        let asked = timeout(limit, self.exchange(method, headers, body, most));
        asked.await.unwrap_or_else(|_| Err(format!("no answer within {limit:?}")))
    }

    async fn exchange(
        &self,
        method: Method,
        headers: &[(http::HeaderName, HeaderValue)],
        body: Vec<u8>,
        most: usize,
    ) -> Result<(StatusCode, Bytes), String> {
        let text = |error: &dyn std::error::Error| crate::logging::Chain(error).to_string();
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await;
        let stream = stream.map_err(|error| text(&error))?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| text(&error))?;
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let authority = self.uri.authority().map(ToString::to_string).unwrap_or_default();
        let mut request = Request::builder().method(method).uri(path).header(HOST, authority);
        if !body.is_empty() {
            request = request.header(CONTENT_LENGTH, body.len());
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(|error| text(&error))?;
        let answer = async {
            let answer = sender.send_request(request).await.map_err(|error| text(&error))?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), most).collect().await;
            Ok::<_, String>((status, body.map_err(|error| error.to_string())?.to_bytes()))
        };
        tokio::select! {
            biased;
            answer = answer => answer,
            // An end of the connection shows in the answer.
            () = async { drop(connection.await); std::future::pending().await } => {
                Err("the connection ended".to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_targets() {
        let target: Target = "http://[fd00::1]:8123/hook?x=1".parse().unwrap();
        assert_eq!((target.host.as_str(), target.port), ("fd00::1", 8123));
        for bad in ["", "https://a/", "a:80", "http://", "http://u:p@a/", "/path", "ftp://a/"] {
            assert!(bad.parse::<Target>().is_err(), "{bad}");
        }
    }
}
