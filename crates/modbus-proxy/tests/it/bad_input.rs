//! Faults of users and networks: each gives a clear JSON error in time, and the next request works.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::fake::{Act, Fake};
use crate::proxy::Proxy;

/// Checks the shape of an error answer and returns its code.
fn code(answer: &Value) -> &str {
    let error = &answer["error"];
    let message = error["message"].as_str().unwrap_or_default();
    assert!(message.len() > 10 && error["retryable"].is_boolean(), "{answer}");
    error["code"].as_str().unwrap()
}

/// Repeats the request until the answer is another error than the pause after failures.
async fn first_failure(proxy: &Proxy, target: &str) -> (u16, Value) {
    let began = Instant::now();
    loop {
        let (status, answer) = proxy.get(target).await;
        assert!(began.elapsed() < Duration::from_secs(5), "{answer}");
        let text = answer.to_string();
        if code(&answer) != "charger_down" && !text.contains("left alone") {
            return (status, answer);
        }
    }
}

#[tokio::test]
async fn an_unknown_host_and_a_closed_port() {
    let proxy = Proxy::start("no-such-charger.invalid:502", &["--charger-allow-dns"], |_| {}).await;
    let (status, answer) = first_failure(&proxy, "/values?raw").await;
    assert_eq!((status, code(&answer)), (502, "unreachable"), "{answer}");
    assert!(answer.to_string().contains("no-such-charger.invalid"), "{answer}");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let proxy = Proxy::start(&address, &[], |_| {}).await;
    for target in ["/values?raw", "/registers?address=194&quantity=5"] {
        let (status, answer) = first_failure(&proxy, target).await;
        assert_eq!((status, code(&answer)), (502, "unreachable"), "{answer}");
        assert!(answer.to_string().contains(&address), "{answer}");
        assert!(answer.to_string().contains("refused the connection"), "{answer}");
        assert!(!answer.to_string().contains("os error"), "{answer}");
    }
    let (status, api) = proxy.get("/api").await;
    assert_eq!(api["modbus"], Value::Null, "it has never answered: {api}");
    assert_eq!((status, &api["gateway"]["upstream"]), (200, &json!("modbus")), "{api}");
}

#[tokio::test]
async fn a_web_server_in_place_of_a_charger() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 64]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n<h1>Bad Request</h1>").await;
        }
    });
    let proxy = Proxy::start(&address, &[], |_| {}).await;
    let (status, answer) = first_failure(&proxy, "/values?raw").await;
    assert_eq!((status, code(&answer)), (502, "protocol"), "{answer}");
    assert!(answer.to_string().contains("not Modbus"), "{answer}");
}

#[tokio::test]
async fn a_device_that_answers_for_another_unit() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    fake.reply(|_, mut right| {
        right[6] = 2;
        right
    });
    let (status, answer) = proxy.get("/values?raw").await;
    assert_eq!((status, code(&answer)), (502, "protocol"), "{answer}");
    assert!(answer.to_string().contains("another unit"), "{answer}");
    assert_eq!(proxy.get("/values?raw").await.0, 200);
}

#[tokio::test]
async fn a_frame_that_never_ends() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    fake.fault(|right| {
        let mut acts = vec![Act::Send(right[..20].to_vec())];
        acts.extend(
            (0..100).flat_map(|_| [Act::Pause(Duration::from_millis(50)), Act::Send(vec![0])]),
        );
        acts
    });
    let began = Instant::now();
    let (status, answer) = proxy.get("/values?raw").await;
    assert_eq!((status, code(&answer)), (504, "timeout"), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(2));
    assert_eq!(proxy.get("/values?raw").await.0, 200);
}

#[tokio::test]
async fn registers_outside_the_map_or_across_a_value_are_not_asked_for() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    for query in [
        "address=194&quantity=0",
        "address=0&quantity=126",
        "address=263&quantity=2",
        "address=65535&quantity=1",
        "address=196&quantity=1",
        "address=197&quantity=1",
        "address=194",
        "address=x&quantity=1",
    ] {
        let (status, answer) = proxy.get(&format!("/registers?{query}")).await;
        assert_eq!((status, code(&answer)), (400, "bad_request"), "{query}: {answer}");
    }
    assert_eq!(fake.take_reads(), [], "none of it reaches the charger");
    let (status, answer) = proxy.get("/registers?address=194&quantity=5").await;
    assert_eq!((status, &answer["words"]), (200, &json!([60, 0, 0, 0, 3])), "{answer}");
    assert_eq!(answer["rows"][0]["value"], 6.0);
    assert_eq!(answer["rows"][2]["words"], json!([0, 0]));
    let (_, named) = proxy.get("/c/charger/registers?address=194&quantity=5").await;
    assert_eq!(named, answer);
    let (status, answer) = proxy.get("/c/other/registers?address=194&quantity=5").await;
    assert_eq!((status, code(&answer)), (404, "unknown_charger"));
    assert_eq!(proxy.get("/registers/map").await.1["rows"].as_array().unwrap().len(), 82);
    fake.state().absent.push(114..122);
    let (status, answer) = proxy.get("/registers?address=114&quantity=8").await;
    assert_eq!((status, code(&answer)), (404, "modbus_exception"), "{answer}");
    assert!(answer.to_string().contains("Modbus exception 2 (illegal data address)"), "{answer}");
}

/// The proxy speaks Modbus to its charger and to nobody else.
#[tokio::test]
async fn s25_a_modbus_request_to_the_proxy_gets_no_modbus_and_writes_nothing() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    for pdu in [
        &[3, 0, 194, 0, 5][..],
        &[5, 0, 195, 0xff, 0],
        &[6, 0, 194, 0, 200],
        &[6, 0, 0, 0, 1],
        &[15, 0, 194, 0, 8, 1, 0xff],
        &[16, 0, 194, 0, 1, 2, 0, 200],
        &[22, 0, 194, 0, 0, 0, 200],
        &[23, 0, 194, 0, 1, 0, 194, 0, 1, 2, 0, 200],
    ] {
        let length = u8::try_from(pdu.len() + 1).unwrap();
        let frame = [&[0, 1, 0, 0, 0, length, 1][..], pdu, b"\r\n\r\n"].concat();
        let answer = proxy.exchange(&frame).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{pdu:?}: {answer}");
    }
    assert!(fake.seen().is_empty(), "{:?}", fake.seen());
}

#[tokio::test]
async fn settings_that_are_none_are_not_sent() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    for (body, expected) in [
        (r#"{"current_set":5.9}"#, 422),
        (r#"{"current_set":NaN}"#, 400),
        (r#"{"current_set":-1}"#, 422),
        (r#"{"current_set":1e9}"#, 422),
        (r#"{"current_set":"6"}"#, 422),
        (r#"{"current_set":32.1}"#, 422),
        (r#"{"current_set":6,"register":1}"#, 422),
        (r#"{"current_set":"NaN"}"#, 422),
        (r#"{"current_set":16.55}"#, 422),
        (r#"{"current_set":1e999}"#, 400),
        (r#"{"current_set":6,"phase_count":4}"#, 422),
        (r#"{"register":194}"#, 422),
    ] {
        let (status, answer) = proxy.write(body).await;
        assert_eq!(status, expected, "{body}: {answer}");
        code(&answer);
    }
    assert_eq!(fake.writes(), []);
    assert_eq!(proxy.write(r#"{"current_set":6.5}"#).await.0, 200);
}

#[test]
fn arguments_that_cannot_be_used_end_the_program_with_2_and_are_quoted() {
    for (args, said) in [
        (&["--charger", "http://192.168.1.20"][..], "\"http://192.168.1.20\""),
        (&["--charger", "evil.example.org"], "\"evil.example.org\""),
        (&["--charger", "192.168.1.20:99999"], "\"192.168.1.20:99999\""),
        (&["--charger", "Garage=192.168.1.20"], "Garage"),
        (&["--charger", "a=127.0.0.1", "--charger", "a=127.0.0.2"], "a is there twice"),
        (&["--charger", "127.0.0.1", "--unit", "256"], "256"),
        (&["--charger", "127.0.0.1", "--listen", "0.0.0.0:0"], "0.0.0.0:0"),
        (&["--charger", "127.0.0.1", "--allow-get-writes"], "--allow-get-writes"),
        (&[], "--charger"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_modbus-proxy")).args(args).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
        assert!(text.contains(said), "{args:?}: {text}");
    }
}
