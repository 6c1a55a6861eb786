//! The routes. The charger's two paths are bare and open; the others are behind the guard and the
//! access rules, and pushing always needs its own token. Those of the editor are in [`edit`].

mod edit;

use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use bytes::Bytes;
use gateway_api::custom_api::STATUS_PATH;
use gateway_api::value_history::VALUE_HISTORY_PATH;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_service::headers::Bare;
use http_service::{ApiError, Caller, Peer, body};
use nrgkick_model::custom_api::{INFO_PATH, VALUES_PATH};
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use crate::config::{Config, Source};
use crate::document::View;
use crate::fetches::{Client, Fetched};
use crate::shared::Shared;
use crate::source::push::{self, PushError};
use crate::{NAME, VERSION};

/// Path of pushed values; a name may follow.
pub(crate) const PUSH_PATH: &str = "/push";
/// Path of the health check.
const HEALTH_PATH: &str = "/healthz";
/// Most bytes of a pushed document; a full one has about 2000.
const LONGEST_PUSH: usize = 16 * 1024;

pub(crate) fn routes(shared: Arc<Shared>) -> Router {
    let edit = if shared.is_editable { edit::routes() } else { Router::new() };
    edit.route(VALUES_PATH, any(values))
        .route(INFO_PATH, any(info))
        .route(STATUS_PATH, get(status))
        .route(VALUE_HISTORY_PATH, get(history))
        .route(HEALTH_PATH, get(healthz))
        .route(PUSH_PATH, any(push_many))
        .route(&format!("{PUSH_PATH}/{{name}}"), any(push_one))
        .with_state(shared)
}

/// Paths that do not need the server's token: the charger has none, pushing has its own, and health
/// checks need none.
pub(crate) fn open_paths() -> [String; 5] {
    // An unknown name gives 404, not a question for the server's token.
    let below = format!("{PUSH_PATH}/");
    [VALUES_PATH, INFO_PATH, HEALTH_PATH, PUSH_PATH, &below].map(str::to_owned)
}

async fn values(
    State(shared): State<Arc<Shared>>,
    Extension(Peer(peer)): Extension<Peer>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let answer = if method == Method::GET { values_now(&shared) } else { only("GET") };
    finish(&shared, Fetched::Values, Client::new(peer.ip(), &headers), &method, answer)
}

fn values_now(shared: &Shared) -> Result<Bytes, ApiError> {
    let running = shared.running();
    let cells = running.store.cells();
    let view = View::new(&running.config, &running.store, &cells, Instant::now());
    let document = view.document().map_err(ApiError::unavailable)?;
    // Cannot fail: strings and finite numbers always serialise.
    Ok(serde_json::to_vec(&document).unwrap_or_default().into())
}

async fn info(
    State(shared): State<Arc<Shared>>,
    Extension(Peer(peer)): Extension<Peer>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let answer =
        if method == Method::GET { Ok(shared.running().info.clone()) } else { only("GET") };
    finish(&shared, Fetched::Info, Client::new(peer.ip(), &headers), &method, answer)
}

fn only(allow: &'static str) -> Result<Bytes, ApiError> {
    Err(ApiError::method_not_allowed(allow))
}

/// Sends the body whole, so that its length is known, without headers that a small parser may not
/// handle.
fn finish(
    shared: &Shared,
    what: Fetched,
    client: Client,
    method: &Method,
    answer: Result<Bytes, ApiError>,
) -> Response {
    let json = HeaderValue::from_static("application/json");
    let mut response =
        answer.map_or_else(IntoResponse::into_response, |body| Body::from(body).into_response());
    response.headers_mut().insert(CONTENT_TYPE, json);
    response.extensions_mut().insert(Bare);
    if method == Method::GET {
        shared.fetches.count(what, client, response.status().as_u16());
    }
    response
}

/// The mistakes of the file may quote its lines, and a line may hold a secret.
async fn status(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
) -> Response {
    let mut status = crate::status::status(&shared, Instant::now());
    if let Some(problem) = &mut status.configuration.problem
        && !caller.is_trusted()
    {
        "the file has mistakes; the log says which".clone_into(problem);
    }
    json(&status)
}

/// The question for a value's last day.
#[derive(Deserialize)]
struct Asked {
    /// The value's name.
    value: String,
}

async fn history(
    State(shared): State<Arc<Shared>>,
    Query(Asked { value }): Query<Asked>,
) -> Result<Response, ApiError> {
    if shared.running().config.values.iter().any(|known| known.name == value) {
        return Ok(json(&shared.day.of(&value)));
    }
    let message = format!("There is no value {value:?}.");
    Err(ApiError::new(StatusCode::NOT_FOUND, "not_found", message))
}

/// Tells the state of the values only to callers with access.
async fn healthz(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
) -> Response {
    if !caller.is_let_in() {
        return json(&json!({ "status": "ok" }));
    }
    let values = match values_now(&shared) {
        Ok(_) => "served".to_owned(),
        Err(error) => error.message().to_owned(),
    };
    json(&json!({ "status": "ok", "name": NAME, "version": VERSION, "values": values }))
}

fn json(body: &impl serde::Serialize) -> Response {
    let json = HeaderValue::from_static("application/json");
    // Strings and finite numbers always serialise.
    ([(CONTENT_TYPE, json)], serde_json::to_vec(body).unwrap_or_default()).into_response()
}

async fn push_one(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    request: Request<Body>,
) -> Result<StatusCode, ApiError> {
    check_push(&shared, &request)?;
    pushed(&shared.running().config, &name)?;
    let body = body::bytes(request.into_body(), LONGEST_PUSH).await?;
    // The configuration may have been replaced while the body came.
    shared.with(|running| {
        let index = pushed(&running.config, &name)?;
        let observed = push::one(&running.config, index, &body).map_err(|error| {
            // The pushing script may ignore the answer; the page shows it too.
            running.store.remark(index, format!("a push was refused: {error}"));
            refused(error)
        })?;
        running.store.record(&running.config, index, Ok(observed));
        Ok(StatusCode::NO_CONTENT)
    })
}

/// Returns the index of the value that is pushed as `name`.
fn pushed(config: &Config, name: &str) -> Result<usize, ApiError> {
    let is_named = |source: &Source| matches!(source, Source::Push(push) if *push == name);
    let index = config.values.iter().position(|value| is_named(&value.source));
    index.ok_or_else(|| {
        let message = format!("No value is configured with push = {name:?}.");
        ApiError::new(StatusCode::NOT_FOUND, "not_found", message)
    })
}

async fn push_many(
    State(shared): State<Arc<Shared>>,
    request: Request<Body>,
) -> Result<StatusCode, ApiError> {
    check_push(&shared, &request)?;
    let body = body::bytes(request.into_body(), LONGEST_PUSH).await?;
    shared.with(|running| {
        let values = push::many(&running.config, &body).map_err(|error| {
            tracing::warn!(%error, "a push was refused");
            refused(error)
        })?;
        for (index, observed) in values {
            running.store.record(&running.config, index, observed);
        }
        Ok(StatusCode::NO_CONTENT)
    })
}

/// Checks the token before anything else, so that callers without it learn no names.
fn check_push(shared: &Shared, request: &Request<Body>) -> Result<(), ApiError> {
    if request.method() != Method::PUT {
        return Err(ApiError::method_not_allowed("PUT"));
    }
    let running = shared.running();
    let token = running.config.push_token.as_ref().ok_or_else(|| {
        ApiError::forbidden("Values cannot be pushed: no push_token_file is configured.")
    })?;
    match bearer(request.headers()) {
        Some(shown) if token.matches(shown) => Ok(()),
        Some(_) => Err(match request.extensions().get::<Peer>() {
            Some(Peer(peer)) => shared.attempts.wrong(peer.ip(), Instant::now()),
            None => ApiError::forbidden("Nobody knows where this comes from."),
        }),
        None => {
            const HOW: &str = "A token is needed: send Authorization: Bearer TOKEN.";
            Err(ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", HOW))
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn refused(error: PushError) -> ApiError {
    match error {
        PushError::Malformed(_) => ApiError::bad_request(error.to_string()),
        PushError::Unusable(message) => {
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "unusable", message)
        }
    }
}
