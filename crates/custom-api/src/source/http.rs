//! Polls JSON over HTTP. One poll serves every value of the address.
//!
//! Each poll opens a new connection, as home devices often handle kept ones badly. Redirects are
//! not followed, and only GET is sent.

use std::error::Error;

use bytes::Bytes;
use http::header::{ACCEPT, CONNECTION, HOST};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use http_service::logging::Chain;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{SourceContext, Timeouts, pick, ticks};
use crate::config::{HttpSource, Source};

/// Most bytes of an answer; the whole state of a large home has some hundred thousand.
const LONGEST_BODY: usize = 1024 * 1024;

/// Polls for `values`, which share one address, until the task is dropped.
pub(super) async fn poll(context: SourceContext, values: Vec<usize>) {
    let mut ticks = ticks(&context.config, &values);
    loop {
        ticks.tick().await;
        let Some(first) = values.iter().find_map(|value| source(&context, *value)) else { return };
        match ask(first, context.timeouts).await.and_then(|body| pick::parse(&body)) {
            Ok(document) => {
                for value in &values {
                    if let Some(source) = source(&context, *value) {
                        context.store.record(&context.config, *value, source.pick.of(&document));
                    }
                }
            }
            Err(message) => context.record_all(&values, &message),
        }
    }
}

fn source(context: &SourceContext, value: usize) -> Option<&HttpSource> {
    match &context.config.values[value].source {
        Source::Http(source) => Some(source),
        _ => None,
    }
}

async fn ask(source: &HttpSource, timeouts: Timeouts) -> Result<Bytes, String> {
    let limit = timeouts.exchange;
    let exchange = async {
        let at = &source.url.at;
        let opening = TcpStream::connect((at.host.as_str(), at.port));
        let stream = timeout(timeouts.connect, opening)
            .await
            .map_err(|_| format!("no connection within {:?}", timeouts.connect))?
            .map_err(|error| format!("no connection: {error}"))?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| told(&error))?;
        // Ends with this exchange, even if the device keeps its side open.
        let mut driver = JoinSet::new();
        driver.spawn(async move { drop(connection.await) });
        let host = at.to_string();
        // Some devices reject a `Host` header with the default port.
        let host = host.strip_suffix(":80").unwrap_or(&host);
        let mut request = Request::get(source.url.target.as_str())
            .header(HOST, host)
            .header(ACCEPT, "application/json")
            .header(CONNECTION, "close");
        for (name, value) in source.headers.iter() {
            request = request.header(name, value);
        }
        let request = request.body(Empty::<Bytes>::new()).map_err(|error| told(&error))?;
        let answer = sender.send_request(request).await.map_err(|error| told(&error))?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let status = answer.status().as_u16();
                return Err(format!("answered {status}: it wants a token or a password"));
            }
            status if status.is_redirection() => {
                let status = status.as_u16();
                return Err(format!(
                    "answered {status}, a way to elsewhere, which is not followed"
                ));
            }
            status => return Err(format!("answered {}", status.as_u16())),
        }
        match Limited::new(answer.into_body(), LONGEST_BODY).collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => {
                Err(format!("the answer has more than {LONGEST_BODY} bytes"))
            }
            Err(error) => Err(told(&*error)),
        }
    };
    timeout(limit, exchange).await.unwrap_or_else(|_| Err(format!("no answer within {limit:?}")))
}

fn told(error: &(dyn Error + 'static)) -> String {
    Chain(error).to_string()
}
