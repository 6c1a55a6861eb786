//! What is in the file. Everything passes [`scrub`](crate::scrub) on its way.

use gateway_api::Upstream;
use leptos::prelude::*;
use nrgkick_model::field::DocumentName;
use nrgkick_model::reading::Form;
use nrgkick_model::{Readings, json as parser};
use serde_json::{Map, Value, json};

use crate::api::{self, Asked};
use crate::app::App;
use crate::endpoint::{DirectEndpoint, Endpoint, GatewayEndpoint};
use crate::store::Credentials;
use crate::{browser, scrub, words};

/// All that is known now and may be shown to anybody.
pub(super) fn report(app: App) -> Value {
    let endpoint = app.endpoint.get_untracked();
    let readings =
        app.link.with_untracked(|link| link.snapshot().map(|known| known.readings().clone()));
    let readings = readings.unwrap_or_default();
    let mut report = json!({
        "page": page(),
        "browser": browser::about(),
        "endpoint": describe(&endpoint),
        "link": link(app),
        "simulated": readings.is_simulated(),
        "documents": documents(&readings),
        "misfits": misfits(&readings),
        "requests": api::asked().iter().rev().map(request).collect::<Vec<_>>(),
    });
    scrub::scrub(&mut report, &secrets(&endpoint, &readings));
    report
}

/// All that must not be in the file, wherever it may have come from.
fn secrets(endpoint: &Endpoint, readings: &Readings) -> Vec<String> {
    let mut secrets = scrub::private_texts(readings);
    let mut add = |credentials: Option<&Credentials>| {
        if let Some(credentials) = credentials {
            secrets.extend([credentials.password.clone(), credentials.username.clone()]);
        }
    };
    match endpoint {
        Endpoint::Direct(DirectEndpoint { credentials, .. })
        | Endpoint::Gateway(GatewayEndpoint { credentials, .. }) => add(credentials.as_ref()),
        Endpoint::Searching | Endpoint::Demo(_) | Endpoint::NotSet(_) => {}
    }
    secrets
}

fn page() -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "address": browser::address().map(|address| scrub::url(&address)),
        "language": words::used_language().map(words::Language::code),
        "written": String::from(browser::wall_clock(browser::now()).to_iso_string()),
    })
}

fn describe(endpoint: &Endpoint) -> Value {
    match endpoint {
        Endpoint::Searching => json!({"kind": "searching"}),
        Endpoint::Demo(scenario) => json!({"kind": "demo", "scenario": scenario}),
        Endpoint::NotSet(why) => json!({"kind": "not set", "why": why}),
        Endpoint::Direct(direct) => json!({
            "kind": "direct",
            "address": scrub::url(&direct.origin),
            "has_log_in": direct.credentials.is_some(),
            "peer": format!("{:?}", direct.peer),
        }),
        Endpoint::Gateway(gateway) => json!({
            "kind": if gateway.is_own() { "own gateway" } else { "gateway" },
            "address": scrub::url(&gateway.base),
            "has_log_in": gateway.credentials.is_some(),
            "name": gateway.info.name,
            "version": gateway.info.version,
            "upstream": if gateway.info.upstream == Upstream::Http { "http" } else { "modbus" },
            "read_only": gateway.info.read_only,
            "charger_open": gateway.info.charger_open,
            "events": gateway.info.events,
        }),
    }
}

fn link(app: App) -> Value {
    let now = browser::now();
    let failed = app.failed_documents.get_untracked();
    app.link.with_untracked(|link| {
        let age = |document| {
            let at = link.snapshot()?.at(document)?;
            u64::try_from(now.since(at).as_millis()).ok()
        };
        let documents: Map<String, Value> = DocumentName::ALL
            .into_iter()
            .map(|document| {
                let state = json!({"age_ms": age(document), "failed": failed[document as usize]});
                (document.name().to_owned(), state)
            })
            .collect();
        json!({
            "state": link.state().name(),
            "error": link.error().map(|error| format!("{error:?}")),
            "documents": documents,
        })
    })
}

/// The last documents without their private rows. What the table does not know is not in them.
fn documents(readings: &Readings) -> Map<String, Value> {
    let shown = scrub::without_private(readings.clone());
    let document = |document: DocumentName| {
        let text = shown.to_json(document, &[], Form::Raw);
        (document.name().to_owned(), parser::parse(text.as_bytes()).unwrap_or_default())
    };
    DocumentName::ALL.into_iter().map(document).collect()
}

/// What could not be read, but for private rows.
fn misfits(readings: &Readings) -> Vec<String> {
    let rows = readings.misfits().filter(|(field, _)| !scrub::is_kept_out(field));
    rows.map(|(_, error)| error.to_string()).collect()
}

fn request(asked: &Asked) -> Value {
    json!({
        "at": String::from(browser::wall_clock(asked.at).to_iso_string()),
        "method": asked.method,
        "url": scrub::url(&asked.url),
        "status": asked.status,
        "late": asked.is_late,
        "ms": u64::try_from(asked.took.as_millis()).ok(),
        "bytes": asked.length,
    })
}
