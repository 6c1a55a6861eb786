//! The layers around a program's routes, in the required order.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, HeaderName, SET_COOKIE};
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::Limited;
use tokio::time::{Instant, timeout};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;

use crate::access::{Admitted, Gate, admit};
use crate::headers::SecurityHeaders;
use crate::{Access, ApiError, Bundle, GuardConfig, error, guard};

/// A program's routes with the layers that all programs share.
///
/// From the outside in, with reasons:
/// 1. security headers: on every answer, also after a panic or a refusal;
/// 2. one log line for each answer, with the status that was sent;
/// 3. panics become 500, from any layer below;
/// 4. the guard: a foreign host or page gets nothing else, not even CORS;
/// 5. CORS for declared origins: before the token, as a preflight carries none, and around it,
///    so that a page of such an origin can read its 401;
/// 6. token and caller: before any work is done for an unknown caller;
/// 7. lengths of URI and body, and the deadline of the whole request;
/// 8. plain error texts become [`ApiError`] bodies: innermost, for answers of libraries; those of
///    the layers above have the form already;
/// 9. routes, then the page, then 404.
///
/// The layers wrap the whole router, so they run before routing.
#[derive(Debug, Clone)]
#[must_use]
pub struct App {
    routes: Router,
    bundle: Option<Bundle>,
    guard: GuardConfig,
    access: Access,
    open: Vec<String>,
    security: SecurityHeaders,
    cors_headers: Vec<HeaderName>,
    deadline: Duration,
    body_bytes: usize,
    uri_bytes: usize,
}

impl App {
    /// Creates an app for loopback only, without a page: 10 s for a request, 64 KiB for its body,
    /// 8 KiB for its URI.
    pub fn new(routes: Router) -> Self {
        Self {
            routes,
            bundle: None,
            guard: GuardConfig::default(),
            access: Access::default(),
            open: Vec::new(),
            security: SecurityHeaders::default(),
            cors_headers: Vec::new(),
            deadline: Duration::from_secs(10),
            body_bytes: 64 * 1024,
            uri_bytes: 8 * 1024,
        }
    }

    /// Serves a page on all paths without a route.
    pub fn bundle(mut self, bundle: Bundle) -> Self {
        self.bundle = Some(bundle);
        self
    }

    /// Replaces the rules about hosts and origins.
    pub fn guard(mut self, guard: GuardConfig) -> Self {
        self.guard = guard;
        self
    }

    /// Replaces the rule about callers.
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Exempts paths from the rule about callers; a path with a slash at the end includes all
    /// below it. Everyone who reaches the server may call them without a token. For devices that
    /// cannot send one, and for routes with their own token. A caller without the token is
    /// [`Caller::Anyone`](crate::Caller::Anyone) there. The guard's rules still apply.
    pub fn open_on(mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.open.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Replaces the security headers.
    pub fn security(mut self, security: SecurityHeaders) -> Self {
        self.security = security;
        self
    }

    /// Sets the request headers that pages of declared origins may send, beside `Authorization` and
    /// `Content-Type`.
    pub fn cors_headers(mut self, names: &[HeaderName]) -> Self {
        self.cors_headers = names.to_vec();
        self
    }

    /// Sets the limit from a request's head to its answer's head; a streamed body is not bounded.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets the maximum bytes of a request's body.
    pub fn body_bytes(mut self, limit: usize) -> Self {
        self.body_bytes = limit;
        self
    }

    /// Builds the router for [`serve`](crate::serve).
    pub fn into_router(self) -> Router {
        let cors = cors(&self.guard, self.cors_headers);
        let limits = RequestLimits {
            deadline: self.deadline,
            body_bytes: self.body_bytes,
            uri_bytes: self.uri_bytes,
        };
        let bundle = self.bundle;
        let routes = self.routes.fallback(async move |request: Request<Body>| match &bundle {
            Some(bundle) => bundle.answer(&request),
            None => ApiError::not_found().into_response(),
        });
        let routes = routes
            .layer(middleware::map_response(error::reshape))
            .layer(middleware::from_fn_with_state(limits, limit_request))
            .layer(middleware::from_fn_with_state(Gate::new(self.access, self.open), ask_caller));
        let routes = match cors {
            Some(cors) => routes.layer(cors),
            None => routes,
        };
        let security = self.security;
        let routes = routes
            .layer(middleware::from_fn_with_state(self.guard, ask_guard))
            .layer(CatchPanicLayer::custom(error::panicked))
            .layer(middleware::from_fn(log_request))
            .layer(middleware::map_response(move |response| {
                let response = security.apply(response);
                async move { response }
            }));
        // `layer` wraps each route separately; as another router's fallback, all are one service.
        Router::new().fallback_service(routes)
    }
}

/// Builds the CORS layer; `None` without declared origins, then there are no CORS headers at all.
/// Never `*`, never credentials.
fn cors(guard: &GuardConfig, mut headers: Vec<HeaderName>) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> =
        guard.origins().iter().filter_map(|origin| origin.parse().ok()).collect();
    headers.extend([http::header::AUTHORIZATION, http::header::CONTENT_TYPE]);
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::GET, Method::HEAD, Method::POST])
            .allow_headers(headers)
            .max_age(Duration::from_secs(600))
    })
}

async fn ask_guard(
    State(config): State<GuardConfig>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let (head, body) = request.into_parts();
    match guard::decide(&config, &head) {
        Ok(()) => next.run(Request::from_parts(head, body)).await,
        Err(denied) => ApiError::from(denied).into_response(),
    }
}

async fn ask_caller(State(gate): State<Gate>, mut request: Request<Body>, next: Next) -> Response {
    match admit(&gate, &request) {
        Ok(Admitted { caller, cookie }) => {
            request.extensions_mut().insert(caller);
            let mut response = next.run(request).await;
            if let Some(cookie) = cookie.filter(|_| !is_for_all(&response)) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
        Err(response) => *response,
    }
}

/// `true` if a shared cache may store the answer, which then must not contain a session.
fn is_for_all(response: &Response) -> bool {
    let caching = response.headers().get(CACHE_CONTROL);
    caching.is_some_and(|value| value.as_bytes().starts_with(b"public"))
}

#[derive(Clone, Copy)]
struct RequestLimits {
    deadline: Duration,
    body_bytes: usize,
    uri_bytes: usize,
}

async fn limit_request(
    State(limits): State<RequestLimits>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let uri = request.uri();
    let uri_bytes = uri.path().len() + uri.query().map_or(0, |query| query.len() + 1);
    if uri_bytes > limits.uri_bytes {
        let message = format!("An address may have at most {} bytes.", limits.uri_bytes);
        return ApiError::new(StatusCode::URI_TOO_LONG, "uri_too_long", message).into_response();
    }
    let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|text| text.parse().ok()).is_some_and(|n: usize| n > limits.body_bytes) {
        return ApiError::too_large(limits.body_bytes).into_response();
    }
    let is_safe = request.method().is_safe();
    let request = request.map(|body| Body::new(Limited::new(body, limits.body_bytes)));
    match timeout(limits.deadline, next.run(request)).await {
        Ok(response) => response,
        Err(_) => late(limits.deadline, is_safe).into_response(),
    }
}

/// Returns a 504 and not a 503, which promises that nothing was done.
fn late(deadline: Duration, is_safe: bool) -> ApiError {
    let message = format!("There was no answer within {deadline:?}.");
    let error = ApiError::new(StatusCode::GATEWAY_TIMEOUT, "deadline", message).closing();
    if is_safe { error.retryable() } else { error }
}

/// Logs method, path and status only: a query may hold a token, and a header a password.
async fn log_request(request: Request<Body>, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let start = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    tracing::debug!(%method, path, status, elapsed = ?start.elapsed(), "answered");
    response
}
