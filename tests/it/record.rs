//! The record through the real servers: kept without viewers, shown, changed behind the gate, and
//! there again after the end of a process.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use nrgkick_tests::http::{Answer, get, send};
use nrgkick_tests::program::{Running, program};
use nrgkick_tests::server::{PASS_THROUGH, Server, Simulator, cors_proxy, modbus_proxy};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep};

const JSON: (&str, &str) = ("content-type", "application/json");
const ID: (&str, &str) = ("x-nrgkick-write", "1");

fn flags<'a>(data: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let own = ["--data", data, "--record-every", "1s"];
    PASS_THROUGH.into_iter().chain(own).chain(more.iter().copied()).collect()
}

/// Asks until `is_it`, for at most 20 s.
async fn until(address: SocketAddr, target: &str, is_it: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let answer = get(address, target).await;
        let found = if answer.status == 200 { answer.json() } else { Value::Null };
        if is_it(&found) {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{target}: {}", answer.text());
        sleep(Duration::from_millis(50)).await;
    }
}

async fn with_charges(address: SocketAddr, count: usize, ended: usize) -> Vec<Value> {
    let found = until(address, "/charges", |page| {
        let charges = page["charges"].as_array().cloned().unwrap_or_default();
        let is_ended = |charge: &&Value| !charge["end"].is_null();
        charges.len() == count && charges.iter().filter(is_ended).count() == ended
    });
    found.await["charges"].as_array().unwrap().clone()
}

async fn plug(simulator: &Simulator, plugged: bool) {
    simulator.patch(json!({"vehicle": {"plugged": plugged}})).await;
}

/// A charge that begins and ends while nobody watches.
async fn one_charge(simulator: &Simulator, proxy: &Server) -> Value {
    until(proxy.address, "/history", |h| !h["points"].as_array().is_none_or(Vec::is_empty)).await;
    plug(simulator, true).await;
    with_charges(proxy.address, 1, 0).await;
    plug(simulator, false).await;
    with_charges(proxy.address, 1, 1).await.remove(0)
}

async fn change(proxy: &Server, method: &str, target: &str, body: &Value) -> Answer {
    send(proxy.address, method, target, &[JSON, ID], body.to_string()).await
}

#[tokio::test]
async fn a_charge_is_kept_shown_labelled_and_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("record").display().to_string();
    let simulator = Simulator::start("--scenario idle --speed 10").await;
    let proxy = cors_proxy(simulator.address(), &flags(&data, &[])).await;
    let charge = one_charge(&simulator, &proxy).await;
    assert_eq!((&charge["ended_by"], &charge["simulated"]), (&json!("unplugged"), &json!(true)));
    assert_eq!(charge["complete"], true, "{charge}");
    let state = simulator.state().await;
    assert_eq!(charge["energy_wh"], state["values"]["energy"]["charged_energy"], "{charge}");
    assert_eq!(charge["counter_end_wh"], state["values"]["energy"]["total_charged_energy"]);
    assert_eq!(charge["serial_number"], state["info"]["general"]["serial_number"]);
    let id = charge["id"].as_str().unwrap();
    let one = format!("/charges/{id}");
    let labelled = change(&proxy, "PATCH", &one, &json!({"label": "=Anna, \"blue\""})).await;
    assert_eq!(labelled.status, 200, "{}", labelled.text());
    assert_eq!(labelled.json()["label"], "=Anna, \"blue\"");
    let first = get(proxy.address, &one).await;
    assert!(first.json()["curve"].as_array().is_some_and(|curve| curve.len() >= 2));
    let tag = [("if-none-match", first.header("etag"))];
    assert_eq!(send(proxy.address, "GET", &one, &tag, "").await.status, 304);
    let csv = get(proxy.address, "/charges?format=csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert!(csv.text().ends_with(",true,\"'=Anna, \"\"blue\"\"\"\r\n"), "{}", csv.text());
    let csv = send(proxy.address, "GET", &one, &[("accept", "text/csv")], "").await;
    assert!(csv.text().starts_with("at,power_w,current_set_a,counter_wh\r\n20"), "{}", csv.text());
    proxy.stop().await;
    let again = cors_proxy(simulator.address(), &flags(&data, &[])).await;
    assert_eq!(
        get(again.address, "/c/charger/charges").await.json(),
        json!({
            "charges": [labelled.json()], "next": null
        })
    );
    assert_eq!(get(again.address, "/healthz").await.json()["record"]["state"], "ok");
    let backup = get(again.address, "/record/backup").await;
    assert_eq!(backup.status, 200);
    let copy = folder.path().join("copy");
    std::fs::write(&copy, &backup.body).unwrap();
    assert_eq!(change(&again, "DELETE", &one, &Value::Null).await.json(), json!({"deleted": 1}));
    assert_eq!(change(&again, "DELETE", &one, &Value::Null).await.status, 404);
    again.stop().await;
    let copy = copy.display().to_string();
    let restored = cors_proxy(simulator.address(), &flags(&copy, &[])).await;
    assert_eq!(get(restored.address, &one).await.json()["id"], id);
    assert_eq!(change(&restored, "DELETE", "/charges", &Value::Null).await.json()["deleted"], 1);
}

#[tokio::test]
async fn over_modbus_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("record").display().to_string();
    let simulator = Simulator::start("--scenario idle --speed 10").await;
    let proxy = modbus_proxy(&simulator.modbus.to_string(), &flags(&data, &[])).await;
    let charge = one_charge(&simulator, &proxy).await;
    let state = simulator.state().await;
    assert_eq!(charge["energy_wh"], state["values"]["energy"]["charged_energy"]);
}

#[tokio::test]
async fn bad_questions_are_told_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("record").display().to_string();
    let simulator = Simulator::start("").await;
    let proxy = cors_proxy(simulator.address(), &flags(&data, &[])).await;
    for (target, part) in [
        ("/history?from=now", "is no time"),
        ("/history?from=2000&to=1000", "must be before"),
        ("/history?points=200000", "points=200000 is not 1 to 1000"),
        ("/history?points=0", "is not 1 to 1000"),
        ("/history?point=5", "nothing else"),
        ("/charges?limit=200000", "limit=200000 is not 1 to 200"),
        ("/charges?from=2026-02-30T00:00:00Z", "is no time"),
        ("/charges?limit=5&limit=6", "once"),
        ("/charges?before=5", "before must be"),
        ("/charges?format=xml", "json or csv"),
    ] {
        let answer = get(proxy.address, target).await;
        assert_eq!(answer.status, 400, "{target}: {}", answer.text());
        assert!(answer.text().contains(part), "{target}: {}", answer.text());
    }
    for target in ["/charges/1", "/charges/00000000000000zz", "/charges/0123456789abcdef"] {
        assert_eq!(get(proxy.address, target).await.status, 404, "{target}");
    }
    let without = cors_proxy(simulator.address(), &PASS_THROUGH).await;
    for target in ["/charges", "/history", "/charges/0123456789abcdef", "/record/backup"] {
        let answer = get(without.address, target).await;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.json()["error"]["code"], "no_record", "{target}");
    }
}

#[tokio::test]
async fn changes_pass_the_gate_of_a_write_or_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (token, view) = (path("token"), path("view"));
    std::fs::write(&token, "0123456789abcdef").unwrap();
    std::fs::write(&view, "fedcba9876543210").unwrap();
    let data = path("record");
    let simulator = Simulator::start("--scenario idle --speed 10").await;
    let open = cors_proxy(simulator.address(), &flags(&data, &[])).await;
    let charge = one_charge(&simulator, &open).await;
    let one = format!("/charges/{}", charge["id"].as_str().unwrap());
    let label = r#"{"label":"x"}"#;
    let evil = ("origin", "https://evil.example");
    let long = json!({"label": "a".repeat(10_000)}).to_string();
    let longer = json!({"label": "ä".repeat(101)}).to_string();
    for (headers, body, status) in [
        (&[JSON][..], label, 403),
        (&[ID], label, 415),
        (&[JSON, ID, evil], label, 403),
        (&[JSON, ID], r#"{"label":"a\u0007"}"#, 422),
        (&[JSON, ID], r#"{"label":5}"#, 400),
        (&[JSON, ID], r#"{"label":"a","end":null}"#, 400),
        (&[JSON, ID], &long, 413),
        (&[JSON, ID], &longer, 422),
    ] {
        let answer = send(open.address, "PATCH", &one, headers, body.to_owned()).await;
        assert_eq!(answer.status, status, "{headers:?} {}", answer.text());
    }
    assert_eq!(send(open.address, "DELETE", "/charges", &[], "").await.status, 403);
    let filtered = change(&open, "DELETE", "/charges?to=5", &Value::Null).await;
    assert_eq!(filtered.status, 400, "never more than was meant");
    open.stop().await;
    let closed = cors_proxy(simulator.address(), &flags(&data, &["--read-only"])).await;
    for (method, target) in [("PATCH", one.as_str()), ("DELETE", &one), ("DELETE", "/charges")] {
        let answer = send(closed.address, method, target, &[JSON, ID], label).await;
        assert_eq!(answer.json()["error"]["code"], "read_only", "{method} {target}");
    }
    closed.stop().await;
    let tokens = ["--token-file", &token, "--view-token-file", &view];
    let guarded = cors_proxy(simulator.address(), &flags(&data, &tokens)).await;
    let bearer = ("authorization", "Bearer fedcba9876543210");
    for (method, target) in [("PATCH", one.as_str()), ("DELETE", &one), ("DELETE", "/charges")] {
        let seen = send(guarded.address, method, target, &[JSON, ID, bearer], label).await;
        assert_eq!(seen.json()["error"]["code"], "view_only", "{method} {target}");
        assert_eq!(send(guarded.address, method, target, &[JSON, ID], label).await.status, 401);
    }
    assert_eq!(send(guarded.address, "GET", "/record/backup", &[bearer], "").await.status, 403);
    let seen = send(guarded.address, "GET", &one, &[bearer], "").await.json();
    assert_eq!(seen["label"], Value::Null, "nothing has changed it");
}

#[tokio::test]
async fn pages_of_declared_origins_may_ask_for_changes() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("record").display().to_string();
    let simulator = Simulator::start("").await;
    let origin = "https://panel.example";
    let proxy = cors_proxy(simulator.address(), &flags(&data, &["--allow-origin", origin])).await;
    for method in ["PATCH", "DELETE"] {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", method),
            ("access-control-request-headers", "content-type,x-nrgkick-write"),
        ];
        let answer =
            send(proxy.address, "OPTIONS", "/charges/0123456789abcdef", &headers, "").await;
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert!(answer.header("access-control-allow-methods").contains(method), "{method}");
    }
}

/// Takes posts; each is answered by `answer`, and a hanging one never.
async fn receiver(
    answer: Option<&'static str>,
) -> (SocketAddr, tokio::sync::mpsc::Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, posts) = tokio::sync::mpsc::channel(16);
    tokio::spawn(async move {
        let mut held = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = String::new();
            let mut bytes = [0; 4096];
            while !text.ends_with('}') {
                let read = stream.read(&mut bytes).await.unwrap();
                text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
            }
            let (_, body) = text.split_once("\r\n\r\n").unwrap();
            sender.send(serde_json::from_str(body).unwrap()).await.unwrap();
            match answer {
                Some(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
                None => held.push(stream),
            }
        }
    });
    (address, posts)
}

#[tokio::test]
async fn start_and_end_are_told_once_and_an_address_that_hangs_holds_nothing_up() {
    for answer in [Some("HTTP/1.1 204 No Content\r\n\r\n"), None] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("record").display().to_string();
        let (address, mut posts) = receiver(answer).await;
        let url = format!("http://{address}/hook");
        let simulator = Simulator::start("--scenario idle --speed 10").await;
        let proxy = cors_proxy(simulator.address(), &flags(&data, &["--notify", &url])).await;
        let charge = one_charge(&simulator, &proxy).await;
        let started = posts.recv().await.unwrap();
        assert_eq!(started["event"], "charge_started");
        assert_eq!(
            (&started["charger"], &started["charge"]["id"]),
            (&json!("charger"), &charge["id"])
        );
        if answer.is_some() {
            let ended = posts.recv().await.unwrap();
            assert_eq!((&ended["event"], &ended["charge"]), (&json!("charge_ended"), &charge));
            assert!(posts.try_recv().is_err(), "each once");
        }
        proxy.stop().await;
    }
}

#[tokio::test]
async fn long_answers_are_packed_for_who_takes_that() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("record").display().to_string();
    let simulator = Simulator::start("--scenario charging").await;
    let proxy = cors_proxy(simulator.address(), &flags(&data, &[])).await;
    // Some looks, a point each, make an answer that is worth packing.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let target = format!("/history?from={now}&to={}&points=60", now + 60);
    let is_long = |history: &Value| history.to_string().len() > 1_500;
    until(proxy.address, &target, is_long).await;
    let plain = get(proxy.address, "/charges").await;
    assert_eq!(plain.header("content-encoding"), "");
    let offer = ("accept-encoding", "gzip, deflate");
    let packed = send(proxy.address, "GET", &target, &[offer], "").await;
    assert_eq!(packed.status, 200);
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(packed.header("vary"), "accept, accept-encoding");
    assert!(packed.header("etag").starts_with("W/\""), "{}", packed.header("etag"));
}

#[tokio::test]
async fn an_error_and_a_lost_link_are_told_once_each_with_who_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("record").display().to_string();
    let (address, mut posts) = receiver(Some("HTTP/1.1 204 No Content\r\n\r\n")).await;
    let url = format!("http://{address}/hook");
    let simulator = Simulator::start("--scenario idle --speed 0").await;
    let proxy = cors_proxy(simulator.address(), &flags(&data, &["--notify", &url])).await;
    until(proxy.address, "/history", |h| !h["points"].as_array().is_none_or(Vec::is_empty)).await;
    let serial = simulator.state().await["info"]["general"]["serial_number"].clone();
    let values = json!({"general": {"status": 6, "error_code": 66}});
    simulator.patch(json!({"values": values})).await;
    let mut next = async || {
        tokio::time::timeout(Duration::from_secs(40), posts.recv()).await.unwrap().unwrap()
    };
    let told = next().await;
    let of = |told: &Value| ["event", "charger", "serial_number"].map(|key| told[key].clone());
    assert_eq!(of(&told), [json!("error"), json!("charger"), serial.clone()], "{told}");
    assert_eq!((&told["error_code"], &told["simulated"]), (&json!(66), &json!(true)));
    // Many looks later it has not been told again: the next thing told is another.
    drop(simulator);
    let told = next().await;
    assert_eq!(of(&told), [json!("link_lost"), json!("charger"), serial], "{told}");
    assert_eq!(told.get("error_code"), None, "{told}");
    proxy.stop().await;
}

fn start(program: &Path, data: &str, charger: SocketAddr) -> Running {
    let charger = format!("http://{charger}");
    Running::start(
        Command::new(program)
            .args(["--charger", &charger, "--listen", "127.0.0.1:0", "--log", "error"])
            .args(flags(data, &[])),
    )
}

fn run(program: &Path, args: &[&str]) -> (bool, String) {
    let output = Command::new(program).args(args).output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn a_process_that_is_killed_loses_no_finished_charge_and_a_backup_brings_all_back() {
    let Some(program) = program("cors-proxy", "the record of a killed process") else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (data, copy) = (path("record"), path("copy"));
    let simulator = Simulator::start("--scenario idle --speed 10").await;
    let mut known: Vec<Value> = Vec::new();
    for round in 0..3 {
        let process = start(&program, &data, simulator.address());
        let address = process.address;
        let before = with_charges(address, round, round).await;
        assert_eq!(before, known, "round {round}");
        // A second gateway on the same file ends with a message.
        let (ok, said) = run(&program, &["--charger", "http://127.0.0.1:1", "--data", &data]);
        assert!(!ok && said.contains("another gateway"), "{said}");
        until(address, "/history", |h| !h["points"].as_array().is_none_or(Vec::is_empty)).await;
        plug(&simulator, true).await;
        with_charges(address, round + 1, round).await;
        plug(&simulator, false).await;
        known = with_charges(address, round + 1, round + 1).await;
        until(address, "/healthz", |health| health["record"]["waiting"] == 0).await;
        if round == 2 {
            let from = format!("http://{address}");
            let (ok, said) = run(&program, &["backup", &copy, "--from", &from]);
            assert!(ok, "{said}");
            let (ok, said) = run(&program, &["backup", &copy, "--from", &from]);
            assert!(!ok && said.contains("is there already"), "{said}");
            let (ok, said) = run(&program, &["restore", &copy, "--data", &data]);
            assert!(!ok && said.contains("another gateway"), "{said}");
        }
        drop(process);
    }
    std::fs::write(&data, "not a record").unwrap();
    let (ok, said) = run(&program, &["restore", &copy, "--data", &data]);
    assert!(!ok && said.contains("no record"), "what is not ours is left alone: {said}");
    std::fs::remove_file(&data).unwrap();
    let (ok, said) = run(&program, &["restore", &copy, "--data", &data]);
    assert!(ok, "{said}");
    let process = start(&program, &data, simulator.address());
    assert_eq!(with_charges(process.address, 3, 3).await, known);
}
