//! `docs/openapi.json`: the routes of both proxies as OpenAPI 3.1, out of the same table, with what a
//! request may carry.
//!
//! Served by nobody: a server that says what it can do tells strangers, too. A foreign program
//! (schemathesis) asks both proxies by it, and finds a status or a shape that is not in it.

use std::fs;
use std::process::Command;

use nrgkick_tests::server::{PASS_THROUGH, Simulator, cors_proxy, modbus_proxy};
use nrgkick_tests::{root, tool};
use serde_json::{Map, Value, json};

use super::table::GROUPS;
use super::{Route, Who};

/// What may stand in the query: the path, and each name with its schema.
fn query(path: &str) -> Vec<(&'static str, Value)> {
    let time = || json!({"type": "integer", "minimum": 0, "maximum": 4_000_000_000_u32});
    let format = || json!({"enum": ["json", "csv"]});
    match path {
        "/info" | "/values" => vec![("raw", json!({"enum": ["", "1"]}))],
        "/history" => vec![
            ("from", time()),
            ("to", time()),
            ("points", json!({"type": "integer", "minimum": 1, "maximum": 1000})),
            ("format", format()),
        ],
        "/charges" => vec![
            ("from", time()),
            ("to", time()),
            ("limit", json!({"type": "integer", "minimum": 1, "maximum": 200})),
            ("format", format()),
        ],
        "/charges/{id}" => vec![("format", format())],
        "/registers" => vec![
            ("address", json!({"type": "integer", "minimum": 0, "maximum": 263})),
            ("quantity", json!({"type": "integer", "minimum": 1, "maximum": 125})),
        ],
        _ => Vec::new(),
    }
}

/// What the body of a change may be.
fn body(route: &Route) -> Option<Value> {
    match (route.method, route.path) {
        ("POST", "/control") => Some(json!({
            "type": "object",
            "additionalProperties": false,
            "minProperties": 1,
            "properties": {
                "current_set": {"type": "number", "minimum": 6, "maximum": 32, "multipleOf": 0.1},
                "charge_pause": {"enum": [0, 1]},
                "energy_limit": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
                "phase_count": {"type": "integer", "minimum": 1, "maximum": 3},
            },
        })),
        ("PATCH", "/charges/{id}") => Some(json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["label"],
            "properties": {"label": {"type": ["string", "null"], "maxLength": 50}},
        })),
        _ => None,
    }
}

/// The types of a good answer.
fn good(path: &str) -> &'static [&'static str] {
    match path {
        "/metrics" => &["text/plain", "application/openmetrics-text"],
        "/events" => &["text/event-stream"],
        "/record/backup" => &["application/octet-stream"],
        "/history" | "/charges" | "/charges/{id}" => &["application/json", "text/csv"],
        _ => &["application/json"],
    }
}

/// The statuses of any route, and what they mean.
const OF_ALL: [(u16, &str); 11] = [
    (400, "the request cannot be read"),
    (401, "a token is needed"),
    (403, "not for this caller, or from a page of elsewhere"),
    (404, "there is no such path here"),
    (405, "not by this method"),
    (408, "the request was too slow"),
    (413, "the body is too long"),
    (414, "the address is too long"),
    (415, "the body is no JSON"),
    (421, "not by this name"),
    (431, "the head is too long"),
];

fn answers(route: &Route) -> Value {
    let error = || {
        json!({"application/json": {"schema": {"oneOf": [
            {"$ref": "#/components/schemas/Error"},
            {"$ref": "#/components/schemas/Refusal"},
            {"$ref": "#/components/schemas/Outcome"},
        ]}}})
    };
    let mut all = Map::new();
    for (status, words) in OF_ALL.iter().chain(route.answers) {
        let content = match status {
            200 => good(route.path).iter().map(|kind| ((*kind).to_owned(), json!({}))).collect(),
            304 => json!({}),
            _ => error(),
        };
        let answer = all.entry(status.to_string()).or_insert_with(|| json!({"description": ""}));
        let before = answer["description"].as_str().unwrap_or_default();
        let words =
            if before.is_empty() { (*words).to_owned() } else { format!("{before}; {words}") };
        *answer = json!({"description": words, "content": content});
    }
    Value::Object(all)
}

fn operation(route: &Route, path: &str) -> Value {
    let place = |name: &str, place: &str, required: bool, schema: Value| json!({"name": name, "in": place, "required": required, "schema": schema});
    let mut parameters: Vec<Value> = query(route.path)
        .into_iter()
        .map(|(name, schema)| place(name, "query", false, schema))
        .collect();
    for name in ["name", "id"] {
        if path.contains(&format!("{{{name}}}")) {
            let schema = json!({"type": "string", "pattern": "^[a-z0-9-]{1,32}$"});
            parameters.push(place(name, "path", true, schema));
        }
    }
    let mut operation = json!({"summary": route.what, "responses": answers(route)});
    if route.who == Who::Writers {
        let schema = json!({"type": "string", "pattern": "^[a-z0-9]{8,32}$"});
        parameters.push(place("X-Nrgkick-Write", "header", true, schema));
    }
    operation["parameters"] = parameters.into();
    if let Some(schema) = body(route) {
        operation["requestBody"] =
            json!({"required": true, "content": {"application/json": {"schema": schema}}});
    }
    if route.who == Who::Everybody {
        operation["security"] = json!([]);
    }
    operation
}

fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let [proxies, registers, ..] = &GROUPS;
    for route in proxies.routes.iter().chain(registers.routes) {
        let each = route.for_each.then(|| format!("/c/{{name}}{}", route.path));
        for path in [Some(route.path.to_owned()), each].into_iter().flatten() {
            let method = route.method.to_lowercase();
            let operation = operation(route, &path);
            paths.entry(path).or_insert_with(|| json!({}))[method] = operation;
        }
    }
    let text = json!({"type": "string"});
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "The gateways of NRGkick Web",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What cors-proxy and modbus-proxy answer; /registers are modbus-proxy's alone. \
                Written from the table of routes.",
        },
        "security": [{"token": []}, {}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["error"],
                    "additionalProperties": false,
                    "properties": {"error": {
                        "type": "object",
                        "required": ["code", "message", "retryable"],
                        "properties": {"code": text, "message": text, "retryable": {"type": "boolean"}},
                    }},
                },
                "Refusal": {
                    "description": "the charger's own words",
                    "type": "object",
                    "required": ["Response"],
                    "properties": {"Response": text},
                },
                "Outcome": {
                    "description": "what became of a write",
                    "type": "object",
                    "required": ["outcome", "keys"],
                    "properties": {
                        "outcome": {"enum": ["verified", "refused", "mismatch", "superseded", "unknown"]},
                        "keys": {"type": "object"},
                    },
                },
            },
        },
    })
}

/// A status, a type or a shape that is not in the document.
const CHECKS: &str = "status_code_conformance,content_type_conformance,response_schema_conformance";

fn place() -> std::path::PathBuf {
    root().join("docs/openapi.json")
}

#[test]
fn the_document_is_the_table() {
    let text = format!("{:#}\n", document());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(place(), &text).unwrap();
    }
    let kept = fs::read_to_string(place()).unwrap_or_default();
    assert!(kept == text, "docs/openapi.json differs from the table; UPDATE=1 writes it anew");
}

/// Requests of chance, and such as are just not allowed, to every route but those that stream or search.
async fn asked_by(python: std::path::PathBuf, address: std::net::SocketAddr) {
    let mut command = Command::new(python);
    command.args(["-m", "schemathesis.cli", "run"]).arg(place());
    command.args(["--url", &format!("http://{address}"), "--no-color", "--seed", "1"]);
    command.args(["--checks", CHECKS]);
    command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "5"]);
    command.args(["--exclude-path-regex", "(events|discover)$", "--request-timeout", "20"]);
    command.args(["--warnings", "off"]);
    // A seat for what it keeps of its own.
    let folder = tempfile::tempdir().unwrap();
    command.current_dir(folder.path());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn a_foreign_program_finds_no_answer_that_is_not_in_the_document() {
    let test = "a_foreign_program_finds_no_answer_that_is_not_in_the_document";
    let Some(python) = tool::find("NRGKICK_PYTHON", test) else { return };
    // Nothing waits for what the simulator does slowly.
    let simulator = Simulator::start("--speed 0 --control-lag 0s").await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("record").display().to_string();
    let flags: Vec<_> = PASS_THROUGH.into_iter().chain(["--data", &data]).collect();
    let cors = cors_proxy(simulator.address(), &flags).await;
    let modbus = modbus_proxy(&simulator.modbus.to_string(), &PASS_THROUGH).await;
    tokio::join!(asked_by(python.clone(), cors.address), asked_by(python, modbus.address));
}
