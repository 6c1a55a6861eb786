//! `GET /healthz`: 200 as long as the server runs, for whoever watches over it, without a token.
//! The chargers' links are in the body for those who are let in elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::response::Response;
use http_service::Caller;
use serde::Serialize;
use tokio::time::Instant;

use super::{State, reply};

/// On this path nobody is asked for a token.
pub(crate) const HEALTH_PATH: &str = "/healthz";

#[derive(Serialize)]
struct Health {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    chargers: Option<BTreeMap<String, ChargerHealth>>,
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

pub(super) async fn healthz(state: State, caller: Option<Extension<Caller>>) -> Response {
    let now = Instant::now();
    let of = |handle: &Arc<crate::handle::Handle>| {
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
    let is_let_in = caller.is_some_and(|Extension(caller)| caller.is_let_in());
    let chargers = is_let_in.then(|| state.fleet.all().iter().map(of).collect());
    reply::document(&Health { status: "ok", chargers })
}
