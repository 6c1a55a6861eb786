//! `GET /events`: a stream of a charger's changes (server-sent events, WHATWG HTML 9.2).
//!
//! First a `snapshot` with all values, then a `change` for each poll. A client that reads too
//! slowly gets the newest state as a `snapshot` in place of the missed changes.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use http::header::{CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue};
use http_service::{ApiError, Caller, ConnectionPlace, Draining};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::timeout;

use super::{ChargerName, State};
use crate::events::Frame;
use crate::privacy;

/// Idle time after which a comment is sent, so that a dead connection is detected.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(super) async fn events(
    state: State,
    name: ChargerName,
    caller: Option<Extension<Caller>>,
    place: Option<Extension<ConnectionPlace>>,
    draining: Option<Extension<Draining>>,
) -> Result<Response, ApiError> {
    let handle = state.charger(&name)?;
    let feed = state.feed(&handle);
    let permit = Arc::clone(&state.streams).try_acquire_owned().map_err(|_| {
        ApiError::unavailable("Too many event streams are open; GET /values answers all the same.")
    })?;
    if let Some(Extension(place)) = place {
        place.give_back();
    }
    let caller = caller.as_ref().map(|Extension(caller)| caller);
    let client = Client {
        frames: feed.subscribe(),
        seen: 0,
        hides: privacy::hides_from(caller, state.options.show_private),
        draining: draining.map(|Extension(draining)| draining),
        _permit: permit,
    };
    let events = stream::unfold(client, async |mut client| {
        let event = client.next().await?;
        Some((Ok::<_, Infallible>(event), client))
    });
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        // Its place is given back, so the connection must not carry further requests.
        (CONNECTION, HeaderValue::from_static("close")),
        // nginx would keep events back until its buffer is full.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(events)).into_response())
}

/// The state of a client's stream.
struct Client {
    frames: watch::Receiver<Arc<Frame>>,
    /// The number of the last frame sent; 0 before the first.
    seen: u64,
    hides: bool,
    draining: Option<Draining>,
    _permit: OwnedSemaphorePermit,
}

impl Client {
    /// Waits for the next event or heartbeat; `None` once the server is stopping.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let frame = Arc::clone(&self.frames.borrow_and_update());
            if frame.number() > self.seen {
                let event = frame.event(self.seen, self.hides);
                self.seen = frame.number();
                return Some(event);
            }
            tokio::select! {
                biased;
                () = stopping(self.draining.as_mut()) => return None,
                changed = timeout(HEARTBEAT, self.frames.changed()) => match changed {
                    Ok(changed) => changed.ok()?,
                    Err(_) => return Some(Bytes::from_static(b":\n\n")),
                },
            }
        }
    }
}

async fn stopping(draining: Option<&mut Draining>) {
    match draining {
        Some(draining) => draining.started().await,
        None => std::future::pending().await,
    }
}
