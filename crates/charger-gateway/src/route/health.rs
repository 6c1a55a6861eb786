//! `GET /healthz`: 200 as long as the server runs; the chargers' links are in the body.

use std::collections::BTreeMap;

use axum::response::Response;
use serde::Serialize;
use tokio::time::Instant;

use super::{State, reply};

#[derive(Serialize)]
struct Health {
    status: &'static str,
    chargers: BTreeMap<String, ChargerHealth>,
}

#[derive(Serialize)]
struct ChargerHealth {
    link: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_answer_ms_ago: Option<u128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    simulated: bool,
    charger_open: bool,
}

pub(super) async fn healthz(state: State) -> Response {
    let now = Instant::now();
    let of = |handle: &crate::fleet::Handle| {
        let seen = handle.status.seen(now);
        let health = ChargerHealth {
            link: seen.link.name(),
            last_answer_ms_ago: seen.since_answer.map(|ago| ago.as_millis()),
            error: seen.error,
            simulated: seen.simulated,
            charger_open: seen.open,
        };
        (handle.name.clone(), health)
    };
    reply::document(&Health { status: "ok", chargers: state.fleet.iter().map(of).collect() })
}
