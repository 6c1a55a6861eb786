//! The routes of the editor, for the owner only: the text may hold secrets, and a trial asks any
//! device of the network.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use clap::ValueEnum as _;
use gateway_api::custom_api::edit::{
    CONFIG_PATH, Configuration, DRAFT_PATH, DraftRequest, LONGEST_REQUEST, RECIPES_PATH, Save,
    Saved, TRY_PATH, TryRequest, code,
};
use gateway_api::{WRITE_ID_HEADER, is_write_id};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, StatusCode};
use http_service::{ApiError, Caller, body};
use serde::de::DeserializeOwned;
use tokio::task::spawn_blocking;

use super::json;
use crate::config::Config;
use crate::edit::{self, DiskError, Origin, in_words};
use crate::example::Recipe;
use crate::shared::Shared;
use crate::source::Paused;
use crate::trial;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route(CONFIG_PATH, get(configuration).put(save))
        .route(&format!("{RECIPES_PATH}/{{name}}"), get(recipe))
        .route(DRAFT_PATH, axum::routing::post(draft))
        .route(TRY_PATH, axum::routing::post(attempt))
}

/// Lets the owner pass: who has the token, or calls from this machine where there is none.
fn check_owner(caller: Caller) -> Result<(), ApiError> {
    match caller {
        caller if caller.is_trusted() => Ok(()),
        Caller::View => Err(ApiError::view_only()),
        _ => Err(ApiError::forbidden("The configuration is shown with the token only.")),
    }
}

/// Reads a request that a foreign page cannot send: with a header of its own, as JSON.
async fn owners<T: DeserializeOwned>(
    caller: Caller,
    request: Request<Body>,
) -> Result<T, ApiError> {
    check_owner(caller)?;
    check_header(request.headers())?;
    body::json(request, LONGEST_REQUEST).await
}

fn check_header(headers: &HeaderMap) -> Result<(), ApiError> {
    let mut values = headers.get_all(WRITE_ID_HEADER).iter();
    if let (Some(id), None) = (values.next(), values.next())
        && is_write_id(id.as_bytes())
    {
        return Ok(());
    }
    let message =
        format!("This needs the header {WRITE_ID_HEADER} with 1 to 64 visible ASCII characters.");
    Err(ApiError::new(StatusCode::FORBIDDEN, "write_header", message))
}

async fn configuration(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, ApiError> {
    check_owner(caller)?;
    let origin = Origin::of(&shared.running().config);
    let read = move || {
        let on_disk = edit::read(&origin.file).map_err(|error| unreadable(&error))?;
        let current = on_disk.text.clone();
        Ok(Configuration {
            file: origin.file.display().to_string(),
            revision: on_disk.revision,
            read_only: edit::read_only(&origin.file),
            // Without a change there is nothing to refuse.
            draft: origin.draft(on_disk.text, None, &current).unwrap_or_default(),
            recipes: edit::recipes(),
        })
    };
    Ok(json(&aside(read).await?))
}

async fn recipe(
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    check_owner(caller)?;
    let recipe = Recipe::value_variants().iter().find(|recipe| recipe.name() == name);
    let recipe = recipe.ok_or_else(ApiError::not_found)?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], recipe.text()).into_response())
}

async fn draft(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let DraftRequest { text, change } = owners(caller, request).await?;
    let origin = Origin::of(&shared.running().config);
    let draft = move || {
        let current = edit::read(&origin.file).map_err(|error| unreadable(&error))?.text;
        origin.draft(text, change.as_ref(), &current).map_err(|reason| {
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code::NO_SUCH_CHANGE, reason)
        })
    };
    Ok(json(&aside(draft).await?))
}

async fn attempt(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let TryRequest { text, value } = owners(caller, request).await?;
    let Ok(_turn) = shared.trial.try_lock() else {
        let message = "Another trial is running; try again in some seconds.";
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, gateway_api::code::BUSY, message);
        return Err(error.retry_after(trial::LIMIT));
    };
    let origin = Origin::of(&shared.running().config);
    let config = aside(move || {
        let current = edit::read(&origin.file).map_err(|error| unreadable(&error))?.text;
        parsed(&origin, &text, &current)
    })
    .await?;
    let only = match value {
        Some(name) => Some(config.index_of(&name).ok_or_else(|| {
            let message = format!("There is no value {name:?} in the text.");
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code::INVALID, message)
        })?),
        None => None,
    };
    let mut paused = Paused(shared.sources.lock().await);
    let turns = paused.0.turns();
    // Held for the trial only where it has to be: nothing can be saved meanwhile.
    let paused = paused.leave_to(&config).await.then_some(paused);
    let trial = trial::run(config, only, shared.timeouts, &turns).await;
    drop(paused);
    Ok(json(&trial))
}

async fn save(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Result<Response, ApiError> {
    let save: Save = owners(caller, request).await?;
    // A task of its own: it goes to its end, also if the caller leaves.
    let saved = tokio::spawn(async move {
        let mut sources = shared.sources.lock().await;
        let origin = Origin::of(&shared.running().config);
        let (config, saved) = aside(move || write(&origin, &save)).await?;
        tracing::info!(file = %config.file.display(), "saved by its page");
        shared.follow(config, &mut sources).await;
        Ok(json(&saved))
    });
    saved.await.unwrap_or_else(|_| Err(failed()))
}

fn write(origin: &Origin, save: &Save) -> Result<(Config, Saved), ApiError> {
    let before = edit::read(&origin.file).map_err(|error| unreadable(&error))?;
    if before.revision != save.revision {
        let message = format!(
            "{} was changed since it was opened here; nothing was saved.",
            origin.file.display()
        );
        return Err(ApiError::new(StatusCode::CONFLICT, code::CHANGED, message));
    }
    let config = parsed(origin, &save.text, &before.text)?;
    let written = edit::write(&origin.file, &save.text).map_err(|error| {
        tracing::warn!(%error, "a configuration was not saved");
        ApiError::new(StatusCode::INSUFFICIENT_STORAGE, code::NOT_WRITTEN, error.to_string())
    })?;
    let backup = written.backup.map(|backup| backup.display().to_string());
    Ok((config, Saved { revision: written.revision, backup }))
}

fn parsed(origin: &Origin, text: &str, current: &str) -> Result<Config, ApiError> {
    origin.parse(text, current).map_err(|problems| {
        let message = in_words(&origin.file, &problems);
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code::INVALID, message)
    })
}

fn unreadable(error: &DiskError) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code::INVALID, error.to_string())
}

fn failed() -> ApiError {
    const MESSAGE: &str = "Something went wrong inside the server; its log says what.";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", MESSAGE)
}

/// Runs what takes long beside the answers to the charger.
async fn aside<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    spawn_blocking(act).await.unwrap_or_else(|_| Err(failed()))
}
