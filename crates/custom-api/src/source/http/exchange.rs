//! One HTTP/1 request and its answer, within limits of time and bytes.
//!
//! Each opens a new connection, as home devices often handle kept ones badly. Redirects are not
//! followed: what is configured is asked, and nobody else gets its secrets.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, COOKIE, HOST, LOCATION, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use http_service::logging::Chain;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::auth::{Challenge, challenges};
use crate::config::{HttpRequest, Url};

/// Most bytes of an answer; the whole state of a large home has some hundred thousand.
const LONGEST_BODY: usize = 1024 * 1024;

/// What is sent beside a request, for this time.
#[derive(Clone, Debug, Default)]
pub(super) struct Credentials {
    pub(super) authorization: Option<String>,
    pub(super) cookie: Option<String>,
}

/// An answer that is not what was asked for.
#[derive(Debug)]
pub(super) enum Refusal {
    /// 401 or 403, with what the device asks for.
    Unauthorized(u16, Vec<Challenge>),
    /// Anything else that it answered, in words.
    Told(String),
    /// No whole answer came, with the reason.
    Unanswered(String),
}

impl Refusal {
    /// Describes it, with what to write in the file.
    pub(super) fn into_words(self) -> String {
        let (status, challenges) = match self {
            Self::Told(message) | Self::Unanswered(message) => return message,
            Self::Unauthorized(status, challenges) => (status, challenges),
        };
        let remedy = match challenges.first() {
            Some(Challenge::Digest(_)) => {
                "it asks for a user name and a password (Digest): write username and password_file"
            }
            Some(Challenge::Basic) => {
                "it asks for a user name and a password (Basic): write username and password_file"
            }
            Some(Challenge::Other(scheme)) => {
                return format!(
                    "answered {status}: it wants a token or a password ({scheme}): put a line \
                     \"Authorization: {scheme} …\" into a file and name it with headers_file"
                );
            }
            None => {
                "it wants a token or a password: put the header that it needs into a file and name \
                 it with headers_file, or add a log-in (login)"
            }
        };
        format!("answered {status}: {remedy}")
    }
}

/// A complete answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Sends `request` on a new connection.
pub(super) async fn send<S>(
    stream: S,
    request: &HttpRequest,
    credentials: &Credentials,
) -> Result<Answer, Refusal>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let lost = |error: &(dyn Error + 'static)| Refusal::Unanswered(Chain(error).to_string());
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| lost(&error))?;
    // Ends with this exchange, even if the device keeps its side open.
    let mut driver = JoinSet::new();
    driver.spawn(async move { drop(connection.await) });
    let sent = build(request, credentials).map_err(|error| lost(&error))?;
    let answer = sender.send_request(sent).await.map_err(|error| lost(&error))?;
    let (head, body) = answer.into_parts();
    match head.status {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let asked = challenges(head.headers.get_all(WWW_AUTHENTICATE).iter());
            return Err(Refusal::Unauthorized(head.status.as_u16(), asked));
        }
        status if status.is_redirection() => {
            return Err(Refusal::Told(elsewhere(&request.url, status, &head.headers)));
        }
        status => return Err(Refusal::Told(format!("answered {}", status.as_u16()))),
    }
    match Limited::new(body, LONGEST_BODY).collect().await {
        Ok(body) => Ok(Answer { headers: head.headers, body: body.to_bytes() }),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Refusal::Told(format!("the answer has more than {LONGEST_BODY} bytes")))
        }
        Err(error) => Err(lost(&*error)),
    }
}

/// Builds the request to send. A header of the file counts in place of the program's own.
fn build(
    request: &HttpRequest,
    credentials: &Credentials,
) -> Result<Request<Full<Bytes>>, http::Error> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        headers.append(name, value.clone());
    }
    if let Some(own) = &credentials.authorization {
        headers.entry(AUTHORIZATION).or_insert(secret(own.clone())?);
    }
    if let Some(own) = &credentials.cookie {
        // All cookies stand in one line (RFC 6265).
        let given = headers.get_all(COOKIE).iter().filter_map(|given| given.to_str().ok());
        let all: Vec<&str> = given.chain([own.as_str()]).collect();
        headers.insert(COOKIE, secret(all.join("; "))?);
    }
    headers.entry(HOST).or_insert(HeaderValue::try_from(request.url.authority())?);
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
    headers.entry(CONNECTION).or_insert(HeaderValue::from_static("close"));
    let (method, body) = match &request.post {
        Some(post) => {
            headers.entry(CONTENT_TYPE).or_insert(post.content_type.clone());
            (Method::POST, Bytes::from(post.body.clone()))
        }
        None => (Method::GET, Bytes::new()),
    };
    let target = request.url.target.as_str();
    let mut sent = Request::builder().method(method).uri(target).body(Full::new(body))?;
    *sent.headers_mut() = headers;
    Ok(sent)
}

fn secret(text: String) -> Result<HeaderValue, http::Error> {
    let mut value = HeaderValue::try_from(text)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Describes a redirect. Its address is told without the query, which may hold a secret.
fn elsewhere(url: &Url, status: StatusCode, headers: &HeaderMap) -> String {
    let status = status.as_u16();
    let to = headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    let to = to.split('?').next().unwrap_or_default();
    let to: String = to.chars().filter(|c| !c.is_control()).take(120).collect();
    let encrypted = format!("https://{}", url.at.host);
    if !url.is_tls && to.starts_with(&encrypted) {
        return format!(
            "answered {status}: the device wants to be asked at {to}; write that address, and trust \
             for its certificate"
        );
    }
    format!("answered {status}, a way to elsewhere ({to}), which is not followed")
}

/// Opens a connection to the host of `url`.
pub(super) async fn connect(url: &Url, limit: Duration) -> Result<TcpStream, String> {
    let opening = TcpStream::connect((url.at.host.as_str(), url.at.port));
    timeout(limit, opening)
        .await
        .map_err(|_| format!("no connection within {limit:?}"))?
        .map_err(|error| format!("no connection: {error}{}", is_name(url, &error)))
}

/// Explains a name that this machine cannot look up.
fn is_name(url: &Url, error: &std::io::Error) -> &'static str {
    let text = error.to_string();
    let is_lookup =
        text.contains("lookup") || text.contains("not known") || text.contains("resolve");
    let is_address = url.at.host.parse::<std::net::IpAddr>().is_ok();
    if !is_lookup || is_address {
        return "";
    }
    if url.at.host.ends_with(".local") {
        return "; a name that ends in .local is found over mDNS, which a container does not have: \
                write the IP address";
    }
    "; this machine does not know the name: write the IP address"
}
