//! The layers around a program's routes, in the order that [`App`](crate::App) documents.
//!
//! One service and not a stack of middlewares: each of those clones the service below it and
//! allocates its future for every request, which cost a third of the time of an answer from memory.
//! The router does so too, so answers from memory are asked for before it.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, SET_COOKIE};
use http::{Request, StatusCode};
use http_body_util::Limited;
use tokio::time::{Instant, timeout};
use tower::{Layer as _, Service, ServiceExt as _, service_fn};
use tower_http::cors::CorsLayer;
use tracing::Level;

use crate::access::{Admitted, Gate, admit};
use crate::headers::SecurityHeaders;
use crate::{ApiError, Application, Caller, Client, GuardConfig, Tls, error, guard};

/// An [`App`](crate::App) as a service; clones share it.
#[derive(Clone)]
pub struct AppService(Arc<Layers>);

/// From the outside in.
pub(crate) struct Layers {
    pub(crate) security: SecurityHeaders,
    pub(crate) guard: GuardConfig,
    pub(crate) cors: Option<CorsLayer>,
    pub(crate) tls: Option<Tls>,
    pub(crate) inner: InnerLayers,
}

/// The layers inside of CORS.
pub(crate) struct InnerLayers {
    pub(crate) gate: Gate,
    pub(crate) limits: RequestLimits,
    pub(crate) at_once: Option<AtOnce>,
    pub(crate) routes: Router,
}

/// Answers requests that need no wait; see [`App::at_once`](crate::App::at_once).
pub(crate) type AtOnce = Arc<dyn Fn(&Request<Body>, Caller) -> Option<Response> + Send + Sync>;

/// The bounds of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestLimits {
    pub(crate) deadline: Duration,
    pub(crate) body_bytes: usize,
    pub(crate) uri_bytes: usize,
}

impl AppService {
    pub(crate) fn new(layers: Layers) -> Self {
        Self(Arc::new(layers))
    }
}

impl Application for AppService {
    async fn answer(&self, request: Request<Body>, client: &Client) -> Response {
        self.0.answer(request, Some(client)).await
    }

    fn tls(&self) -> Option<&Tls> {
        self.0.tls.as_ref()
    }
}

/// For tests and for use inside of a router; the caller sets the extensions.
impl Service<Request<Body>> for AppService {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let layers = Arc::clone(&self.0);
        Box::pin(async move { Ok(layers.answer(request, None).await) })
    }
}

impl Layers {
    /// Answers, with the security headers on every answer, a log line with the status that was sent,
    /// and 500 for a panic anywhere below. Without a `client` its extensions are set already.
    async fn answer(&self, request: Request<Body>, client: Option<&Client>) -> Response {
        // Method, path and status only: a query may hold a token, and a header a password.
        let line = tracing::enabled!(Level::DEBUG)
            .then(|| (request.method().clone(), request.uri().path().to_owned(), Instant::now()));
        let answer = AssertUnwindSafe(self.guarded(request, client)).catch_unwind().await;
        let response = answer.unwrap_or_else(error::panicked);
        if let Some((method, path, start)) = line {
            let status = response.status().as_u16();
            tracing::debug!(%method, path, status, elapsed = ?start.elapsed(), "answered");
        }
        self.security.apply(response)
    }

    async fn guarded(&self, request: Request<Body>, client: Option<&Client>) -> Response {
        let (head, body) = request.into_parts();
        if let Err(denied) = guard::decide(&self.guard, &head) {
            return ApiError::from(denied).into_response();
        }
        let request = Request::from_parts(head, body);
        match &self.cors {
            None => self.inner.answer(request, client).await,
            Some(cors) => {
                let inner = &self.inner;
                let inner = service_fn(move |request| async move {
                    Ok::<_, Infallible>(inner.answer(request, client).await)
                });
                match cors.layer(inner).oneshot(request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                }
            }
        }
    }
}

impl InnerLayers {
    async fn answer(&self, request: Request<Body>, client: Option<&Client>) -> Response {
        let peer = match client {
            Some(client) => Some(client.peer),
            None => request.extensions().get().copied(),
        };
        match admit(&self.gate, peer, &request) {
            Ok(Admitted { caller, cookie }) => {
                let mut response = self.limited(request, client, caller).await;
                if let Some(cookie) = cookie.filter(|_| !is_for_all(&response)) {
                    response.headers_mut().append(SET_COOKIE, cookie);
                }
                response
            }
            Err(response) => *response,
        }
    }

    async fn limited(
        &self,
        mut request: Request<Body>,
        client: Option<&Client>,
        caller: Caller,
    ) -> Response {
        let limits = self.limits;
        let uri = request.uri();
        let uri_bytes = uri.path().len() + uri.query().map_or(0, |query| query.len() + 1);
        if uri_bytes > limits.uri_bytes {
            let message = format!("An address may have at most {} bytes.", limits.uri_bytes);
            let error = ApiError::new(StatusCode::URI_TOO_LONG, "uri_too_long", message);
            return error.into_response();
        }
        let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        if length.and_then(|text| text.parse().ok()).is_some_and(|n: usize| n > limits.body_bytes) {
            return ApiError::too_large(limits.body_bytes).into_response();
        }
        if let Some(response) = self.at_once.as_ref().and_then(|at_once| at_once(&request, caller))
        {
            return response;
        }
        if let Some(client) = client {
            client.extend(request.extensions_mut());
        }
        request.extensions_mut().insert(caller);
        // In a box of its own: an answer from memory does without it.
        Box::pin(self.routed(request)).await
    }

    async fn routed(&self, request: Request<Body>) -> Response {
        let limits = self.limits;
        let is_safe = request.method().is_safe();
        let request = request.map(|body| Body::new(Limited::new(body, limits.body_bytes)));
        match timeout(limits.deadline, self.routes.clone().oneshot(request)).await {
            Ok(Ok(response)) => error::reshape(response).await,
            Ok(Err(never)) => match never {},
            Err(_) => late(limits.deadline, is_safe).into_response(),
        }
    }
}

/// `true` if a shared cache may store the answer, which then must not contain a session.
fn is_for_all(response: &Response) -> bool {
    let caching = response.headers().get(CACHE_CONTROL);
    caching.is_some_and(|value| value.as_bytes().starts_with(b"public"))
}

/// Returns a 504 and not a 503, which promises that nothing was done.
fn late(deadline: Duration, is_safe: bool) -> ApiError {
    let message = format!("There was no answer within {deadline:?}.");
    let error = ApiError::new(StatusCode::GATEWAY_TIMEOUT, "deadline", message).closing();
    if is_safe { error.retryable() } else { error }
}
