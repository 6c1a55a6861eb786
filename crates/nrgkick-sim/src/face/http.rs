//! The HTTP interface: connections, optional CORS, faults, and the route to `/_sim/*`.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, AUTHORIZATION, CONNECTION,
};
use http::response::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Collected, Full};
use http_service::{Limits, accept_loop, serve_connection};
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tower::service_fn;

use crate::Faces;
use crate::admin;
use crate::answer::{Answer, plain};
use crate::fault::{Fault, FaultKind, FaultSwitches};
use crate::limits::limited;
use crate::wire::{Plan, Planner, Wire};

/// Longest time that a connection is held under the fault `silence`.
const SILENCE: Duration = Duration::from_secs(600);
/// Pause between attempts to listen again after an outage.
const RETRY: Duration = Duration::from_millis(100);

/// Not HTTP at all, without any header that a client could rely on.
const GARBAGE: &[u8] = b"\x16\x03\x01\x00\x00 this is no HTTP \xff\xfe\r\n\r\n";
const HTML: &str = "<!doctype html><title>SIMULATED</title><p>A page, no JSON.</p>";

/// The charger, its poller and the fault switches, shared by all connections.
#[derive(Clone, Debug)]
struct Face {
    all: Faces,
    switches: FaultSwitches,
}

/// Serves HTTP on `listener` until `shutdown` completes, outages included.
pub(crate) async fn run(all: Faces, mut listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let (switches, mut outages) = FaultSwitches::new();
    let modbus = all.modbus.clone();
    let face = Face { all, switches };
    let limits = Limits {
        // Clients of a real unit keep idle connections between polls.
        header_read: Duration::from_secs(120),
        drain: Duration::from_millis(500),
        ..limited(Limits::default(), face.all.connections)
    };
    let mut shutdown = pin!(shutdown);
    loop {
        let address = listener.local_addr();
        let mut outage = None;
        let end = async {
            tokio::select! {
                () = &mut shutdown => {}
                announced = outages.recv() => outage = announced,
            }
        };
        let drained = accept_loop(listener, end, &limits, |stream, peer, draining| {
            let (face, limits, planner) = (face.clone(), limits.clone(), Planner::default());
            let wire = Wire::new(stream, planner.clone());
            let service = service_fn(move |request| {
                let (face, planner) = (face.clone(), planner.clone());
                async move { Ok::<_, Infallible>(face.answer(peer, &planner, request).await) }
            });
            async move {
                if let Err(error) = serve_connection(wire, service, &limits, draining).await {
                    tracing::debug!(%peer, %error, "connection ended");
                }
            }
        })
        .await;
        tracing::debug!(cut = drained.cut, "closed");
        let (Some(outage), Ok(address)) = (outage, address) else { return };
        let back = async {
            modbus.set_gone(true);
            sleep(outage).await;
            modbus.set_gone(false);
            listen_again(address).await
        };
        listener = tokio::select! {
            () = &mut shutdown => return,
            listener = back => listener,
        };
    }
}

/// Binds `address` again and retries until it is free, as another program may have taken it.
async fn listen_again(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(error) => {
                tracing::warn!(%address, %error, "cannot listen again");
                sleep(RETRY).await;
            }
        }
    }
}

impl Face {
    async fn answer(
        &self,
        peer: SocketAddr,
        planner: &Planner,
        request: Request<Incoming>,
    ) -> Answer {
        if admin::is_meant(request.uri().path(), peer) {
            return admin::answer(&self.all, &self.switches, request).await;
        }
        let Some((generation, fault)) = self.switches.meet(request.uri().path()) else {
            return self.charger(&request);
        };
        let answer = if fault.is_applied() {
            self.charger(&request)
        } else {
            plain(StatusCode::OK, "text/plain", Bytes::new())
        };
        let path = request.uri().path();
        self.spoil(answer, path, &fault, generation, planner).await
    }

    /// Applies `fault` to `answer`.
    async fn spoil(
        &self,
        answer: Answer,
        path: &str,
        fault: &Fault,
        generation: u64,
        planner: &Planner,
    ) -> Answer {
        match fault.kind {
            FaultKind::Off => {}
            FaultKind::Slow => sleep(fault.delay()).await,
            FaultKind::Silence => {
                let _ = timeout(SILENCE, self.switches.ended(generation)).await;
                planner.set(Plan::Reset);
            }
            FaultKind::Reset | FaultKind::Offline => planner.set(Plan::Reset),
            FaultKind::Garbage => planner.set(Plan::Instead(Bytes::from_static(GARBAGE))),
            FaultKind::Truncated => {
                planner.set(Plan::Instead(cut(answer.clone(), |length| length / 2).await));
            }
            FaultKind::Close => {
                planner.set(Plan::Instead(cut(answer.clone(), |length| length).await));
            }
            FaultKind::Rewrite => {
                let (parts, Ok(body)) = whole(answer).await;
                let body = Bytes::from(fault.rewritten(path, &body));
                return Response::from_parts(parts, Full::new(body));
            }
            FaultKind::Status => {
                let status = StatusCode::from_u16(fault.status.unwrap_or(500));
                let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let words = Bytes::from_static(b"simulated failure\n");
                return self.with_cors(plain(status, "text/plain", words));
            }
            FaultKind::Html => {
                return self.with_cors(plain(StatusCode::OK, "text/html", Bytes::from(HTML)));
            }
        }
        answer
    }

    /// Returns the charger's own answer.
    fn charger<B>(&self, request: &Request<B>) -> Answer {
        if self.all.cors && request.method() == Method::OPTIONS {
            return preflight();
        }
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let method = request.method().as_str();
        let response =
            self.all.modbus.unit().with(|charger| charger.request(method, target, header));
        let status = StatusCode::from_u16(response.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = Response::new(Full::new(Bytes::from(response.body)));
        *answer.status_mut() = status;
        for (name, value) in &response.headers {
            // Switches are checked; whatever could not be sent all the same is left out.
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
            {
                answer.headers_mut().append(name, value);
            }
        }
        if !self.all.keep_alive {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        self.with_cors(answer)
    }

    fn with_cors(&self, mut answer: Answer) -> Answer {
        if self.all.cors {
            // On refusals too: without the header a page could not tell a wrong password from an
            // unreachable charger.
            let anyone = HeaderValue::from_static("*");
            answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, anyone);
        }
        answer
    }
}

/// The answer to a browser's preflight request, which carries no credentials.
fn preflight() -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let private = HeaderName::from_static("access-control-allow-private-network");
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET"),
        // `*` does not cover this header.
        (ACCESS_CONTROL_ALLOW_HEADERS, "Authorization"),
        (ACCESS_CONTROL_MAX_AGE, "60"),
        (private, "true"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

async fn whole(answer: Answer) -> (Parts, Result<Bytes, Infallible>) {
    let (parts, body) = answer.into_parts();
    (parts, body.collect().await.map(Collected::to_bytes))
}

/// Returns the bytes of an answer whose body ends early, after `sent` of its length.
async fn cut(answer: Answer, sent: fn(usize) -> usize) -> Bytes {
    let (parts, Ok(body)) = whole(answer).await;
    let head = format!(
        "HTTP/1.1 {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        parts.status,
        body.len()
    );
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(&body[..sent(body.len())]);
    Bytes::from(bytes)
}
