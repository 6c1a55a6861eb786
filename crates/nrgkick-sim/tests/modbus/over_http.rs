//! Modbus counters, faults and switches over `/_sim/*`.

use std::time::Duration;

use nrgkick_sim_core::Model;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Sim, read, start};

/// Sends a request to `/_sim/NAME`; returns status and body.
async fn sim(sim: &Sim, method: &str, name: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let length = body.len();
    let request = format!(
        "{method} /_sim/{name} HTTP/1.1\r\nhost: sim\r\nconnection: close\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    let exchange = async {
        let mut stream = TcpStream::connect(sim.http).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let answer = timeout(Duration::from_secs(10), exchange).await.expect("an answer in time");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap())
}

#[tokio::test]
async fn transactions_are_counted() {
    let unit = start(Model::Modem).await;
    let mut client = unit.connect().await;
    for (address, quantity) in [(194, 70), (80, 42), (0, 300)] {
        let _ = client.ask(&read(address, quantity)).await;
    }
    assert_eq!(client.write_one(194, 80).await, Ok(()));
    let (status, counters) = sim(&unit, "GET", "modbus", &Value::Null).await;
    assert_eq!(status, 200);
    let expected = json!({
        "connections": 1,
        "transactions": 4,
        // An invalid request counts as a transaction and not as a read.
        "reads": [{ "address": 194, "quantity": 70 }, { "address": 80, "quantity": 42 }],
        "writes": 1,
        "optional_reads": 1,
    });
    assert_eq!(counters, expected);
    let (_, writes) = sim(&unit, "GET", "writes", &Value::Null).await;
    let expected = json!({ "at": 0.0, "query": "current_set=8.0", "status": 200, "via": "modbus" });
    assert_eq!(writes, json!({ "count": 1, "writes": [expected] }));
    sim(&unit, "POST", "reset", &json!({})).await;
    let (_, counters) = sim(&unit, "GET", "modbus", &Value::Null).await;
    assert_eq!((&counters["transactions"], &counters["reads"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn faults_are_asked_for_by_name() {
    let unit = start(Model::Rated32).await;
    let mut client = unit.connect().await;
    for fault in [
        json!({ "fault": "exception", "code": 6, "count": 1 }),
        json!({ "fault": "length", "length": 2, "count": 1, "on": "writes" }),
        json!({ "fault": "delay", "ms": 1 }),
    ] {
        let mut body = fault;
        body["kind"] = json!("modbus");
        let (status, answer) = sim(&unit, "POST", "fault", &body).await;
        assert_eq!((status, &answer), (200, &body));
    }
    assert_eq!(client.read(35, 1).await, Err(6));
    assert_eq!(client.read(35, 1).await, Ok(vec![32]));
    // None of them is a fault of HTTP.
    let (_, fault) = sim(&unit, "GET", "fault", &Value::Null).await;
    assert_eq!(fault["kind"], "off");
    for (fault, on) in [("silence", "all"), ("garbage", "reads")] {
        let body = json!({
            "kind": "modbus", "fault": fault, "every": 2, "seed": 7, "on": on
        });
        assert_eq!(sim(&unit, "POST", "fault", &body).await.0, 200);
    }
    let none = json!({ "kind": "modbus", "fault": "none" });
    assert_eq!(sim(&unit, "POST", "fault", &none).await.0, 200);
    for _ in 0..20 {
        assert_eq!(client.read(35, 1).await, Ok(vec![32]));
    }
    assert_eq!(client.write_one(195, 0).await, Ok(()), "the length is forgotten too");
}

#[tokio::test]
async fn a_fault_that_cannot_be_is_refused_by_name() {
    let unit = start(Model::Rated32).await;
    for (body, part) in [
        (json!({}), "missing field `fault`"),
        (json!({ "fault": "haunted" }), "haunted` is none of silence, apply-and-lose"),
        (json!({ "fault": "late" }), "`late` needs `ms`"),
        (json!({ "fault": "late", "ms": 600_001 }), "ms: 600001 is above 600000"),
        (json!({ "fault": "length" }), "`length` needs `length`"),
        (json!({ "fault": "length", "length": 65536 }), "65536"),
        (json!({ "fault": "exception" }), "`exception` needs `code`"),
        (json!({ "fault": "silence", "ms": 5 }), "`silence` takes no `ms`"),
        (json!({ "fault": "none", "code": 5 }), "`none` takes no `code`"),
        (json!({ "fault": "silence", "count": 0 }), "0"),
        (json!({ "fault": "silence", "every": 0 }), "0"),
        (json!({ "fault": "silence", "often": 1 }), "unknown field `often`"),
        (json!({ "fault": "silence", "on": "sundays" }), "sundays"),
    ] {
        let mut body = body;
        body["kind"] = json!("modbus");
        let (status, answer) = sim(&unit, "POST", "fault", &body).await;
        assert_eq!(status, 400, "{body}");
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains(part), "{body}: {error}");
    }
    assert_eq!(unit.connect().await.read(35, 1).await, Ok(vec![32]));
}

#[tokio::test]
async fn a_unit_that_is_gone_is_gone_for_modbus_too() {
    let unit = start(Model::Rated32).await;
    let offline = json!({ "kind": "offline" });
    assert_eq!(sim(&unit, "POST", "fault", &offline).await.0, 200);
    assert!(unit.connect().await.rest().await.1.is_err());
    assert_eq!(sim(&unit, "POST", "fault", &json!({ "kind": "off" })).await.0, 200);
    assert_eq!(unit.connect().await.read(35, 1).await, Ok(vec![32]));
}

#[tokio::test]
async fn answers_are_patched_as_switches_and_checked() {
    let unit = start(Model::Rated32).await;
    let patch = |answers: Value| json!({ "switches": { "modbus_answers": answers } });
    let (status, _) = sim(&unit, "PATCH", "state", &patch(json!({ "read_only": 1 }))).await;
    assert_eq!(status, 200);
    assert_eq!(unit.connect().await.write_one(35, 1).await, Err(1));
    for (answers, part) in [
        (json!({ "most_registers": 126 }), "most_registers: 126 is outside 1 to 125"),
        (json!({ "blocked": 0 }), "0 is no number of an exception"),
        (json!({ "mood": 1 }), "unknown field `mood`"),
    ] {
        let (status, answer) = sim(&unit, "PATCH", "state", &patch(answers)).await;
        assert_eq!(status, 400);
        let error = answer["error"].as_str().unwrap();
        assert!(error.starts_with("switches.modbus_answers") && error.contains(part), "{error}");
    }
}
