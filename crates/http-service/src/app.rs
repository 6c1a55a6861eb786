//! All layers around a program's routes, in the only right order.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::HeaderName;
use http::{HeaderValue, Method, Request};
use tower_http::cors::CorsLayer;

use crate::access::Gate;
use crate::headers::SecurityHeaders;
use crate::layers::{AppService, AtOnce, InnerLayers, Layers, RequestLimits};
use crate::{Access, ApiError, Bundle, Caller, GuardConfig, Tls, tls};

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
/// 9. answers from memory ([`App::at_once`]), then routes, then the page, then 404.
///
/// The layers wrap the whole router, so they run before routing.
#[derive(Clone)]
#[must_use]
pub struct App {
    routes: Router,
    at_once: Option<AtOnce>,
    bundle: Option<Bundle>,
    guard: GuardConfig,
    access: Access,
    tls: Option<Tls>,
    open: Vec<String>,
    security: SecurityHeaders,
    cors_headers: Vec<HeaderName>,
    cors_methods: Vec<Method>,
    exposed_headers: Vec<HeaderName>,
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
            at_once: None,
            bundle: None,
            guard: GuardConfig::default(),
            access: Access::default(),
            tls: None,
            open: Vec::new(),
            security: SecurityHeaders::default(),
            cors_headers: Vec::new(),
            cors_methods: Vec::new(),
            exposed_headers: Vec::new(),
            deadline: Duration::from_secs(10),
            body_bytes: 64 * 1024,
            uri_bytes: 8 * 1024,
        }
    }

    /// Asks `answer` before the routes: for answers from memory, which need no routing, no task and no
    /// deadline. It must not block; whatever it does not answer goes to the routes.
    pub fn at_once(
        mut self,
        answer: impl Fn(&Request<Body>, Caller) -> Option<Response> + Send + Sync + 'static,
    ) -> Self {
        self.at_once = Some(Arc::new(answer));
        self
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

    /// Answers HTTPS alone, with this certificate; without one, plain HTTP alone.
    pub fn tls(mut self, tls: Option<Tls>) -> Self {
        self.tls = tls;
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

    /// Sets the methods that pages of declared origins may use, beside GET, HEAD and POST.
    pub fn cors_methods(mut self, methods: &[Method]) -> Self {
        self.cors_methods = methods.to_vec();
        self
    }

    /// Sets the headers of answers that pages of declared origins may read, beside those that they
    /// always may.
    pub fn exposed_headers(mut self, names: &[HeaderName]) -> Self {
        self.exposed_headers = names.to_vec();
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

    /// Builds the service for [`serve`](crate::serve).
    pub fn into_service(self) -> AppService {
        let limits = RequestLimits {
            deadline: self.deadline,
            body_bytes: self.body_bytes,
            uri_bytes: self.uri_bytes,
        };
        let bundle = self.bundle;
        let inline = bundle.as_ref().map(Bundle::inline).unwrap_or_default();
        let (mut routes, mut open) = (self.routes, self.open);
        if let Some(route) = self.tls.as_ref().and_then(tls::authority_route) {
            open.push(tls::AUTHORITY_PATH.to_owned());
            routes = routes.route(tls::AUTHORITY_PATH, route);
        }
        let routes = routes.fallback(async move |request: Request<Body>| match &bundle {
            Some(bundle) => bundle.answer(&request),
            None => ApiError::not_found().into_response(),
        });
        let security = self.security.with_inline(&inline);
        let is_framed = self.access.may_be_framed();
        AppService::new(Layers {
            cors: cors(&self.guard, self.cors_headers, self.cors_methods, self.exposed_headers),
            security: if is_framed { security.framed() } else { security },
            tls: self.tls.clone(),
            guard: self.guard,
            inner: InnerLayers {
                gate: Gate::new(self.access, open, self.tls.is_some()),
                limits,
                at_once: self.at_once,
                routes,
            },
        })
    }

    /// As [`App::into_service`], as a router.
    pub fn into_router(self) -> Router {
        Router::new().fallback_service(self.into_service())
    }
}

/// Builds the CORS layer; `None` without declared origins, then there are no CORS headers at all.
/// Never `*`, never credentials.
fn cors(
    guard: &GuardConfig,
    mut headers: Vec<HeaderName>,
    mut methods: Vec<Method>,
    exposed: Vec<HeaderName>,
) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> =
        guard.origins().iter().filter_map(|origin| origin.parse().ok()).collect();
    methods.extend([Method::GET, Method::HEAD, Method::POST]);
    headers.extend([http::header::AUTHORIZATION, http::header::CONTENT_TYPE]);
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods(methods)
            .allow_headers(headers)
            .expose_headers(exposed)
            .max_age(Duration::from_secs(600))
    })
}
