//! `GET /metrics`: metrics in Prometheus' text format.

use axum::Extension;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_TYPE, HeaderValue};
use http_service::{ConnectionPlace, logging};

use super::{STREAMS, State};
use crate::metrics::{ServerFacts, text};

pub(super) async fn metrics(state: State, place: Option<Extension<ConnectionPlace>>) -> Response {
    let program = state.options.program;
    let server = ServerFacts {
        program: (program.name, program.version),
        connections: place.map_or(0, |Extension(place)| place.connections()),
        streams: STREAMS - state.streams.available_permits(),
        lost_log_lines: logging::lost_lines(),
        mqtt_connected: state.mqtt_health().map(|mqtt| mqtt.is_connected()),
    };
    let content_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(CONTENT_TYPE, content_type)], text(&state.fleet, server)).into_response()
}
