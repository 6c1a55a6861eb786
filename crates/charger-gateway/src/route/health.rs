//! `GET /healthz`: 200 as long as the server runs, without a token, for monitoring. The accounts of
//! the chargers are in the body for callers who are also admitted to other routes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Extension;
use axum::response::Response;
use gateway_api::accounts::{ChargerHealth, Health, SettingChange, WriteEntry};
use http_service::Caller;
use humantime::format_rfc3339_seconds;
use nrgkick_model::Field;
use tokio::time::Instant;

use super::{State, reply};
use crate::accounts::{Change, WriteRecord};
use crate::handle::Handle;
use crate::privacy;
use crate::timing::milliseconds;

/// The path; it needs no token.
pub(crate) const HEALTH_PATH: &str = "/healthz";

pub(super) async fn healthz(state: State, caller: Option<Extension<Caller>>) -> Response {
    let caller = caller.map(|Extension(caller)| caller);
    let hides_callers = privacy::hides_from(caller.as_ref(), state.options.show_private);
    let mut health = Health { status: "ok".to_owned(), ..Health::default() };
    if caller.is_some_and(Caller::is_let_in) {
        let of = |handle: &Arc<Handle>| (handle.known.name.clone(), of(handle, hides_callers));
        health.default = state.fleet.find(None).map(|handle| handle.known.name.clone());
        health.mqtt = state.mqtt_health();
        health.record = state.record.as_ref().map(|record| record.health());
        health.started = Some(rfc3339(state.started));
        health.chargers = Some(state.fleet.all().iter().map(of).collect());
    }
    reply::document(&health)
}

fn of(handle: &Handle, hides_callers: bool) -> ChargerHealth {
    let seen = handle.known.status.seen(Instant::now());
    let accounts = &handle.known.accounts;
    let failures = accounts.counters.failures().filter(|(_, count)| *count > 0);
    let failed: BTreeMap<String, u64> =
        failures.map(|(kind, count)| (kind.name().to_owned(), count)).collect();
    ChargerHealth {
        link: seen.link.name().to_owned(),
        last_answer_ms_ago: seen.since_answer.map(milliseconds),
        error: seen.error,
        simulated: seen.simulated,
        charger_open: seen.open,
        answers_since: seen.answers_since.map(rfc3339),
        answered: accounts.counters.answers(),
        failed,
        writes: accounts.writes().into_iter().map(|write| entry(write, hides_callers)).collect(),
        changed_elsewhere: accounts.changes().into_iter().map(change).collect(),
    }
}

fn entry(record: WriteRecord, hides_callers: bool) -> WriteEntry {
    WriteEntry {
        at: rfc3339(record.at),
        caller: record.caller.filter(|_| !hides_callers).map(|address| address.to_string()),
        settings: record.write.query(),
        outcome: record.outcome.to_owned(),
        message: record.message,
    }
}

fn change((at, change): (SystemTime, Change)) -> SettingChange {
    let setting = Field::of(change.field).key().to_owned();
    SettingChange { at: rfc3339(at), setting, from: change.from, to: change.to }
}

fn rfc3339(at: SystemTime) -> String {
    format_rfc3339_seconds(at).to_string()
}
