//! The charger as a client: its requests, its reports on answers, and its settings.

use std::time::Duration;

use nrgkick_model::custom_api::{INFO_PATH, VALUES_PATH};
use nrgkick_sim::Config;
use nrgkick_sim::custom_api::{Every, Limits, Settings};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::support::{Running, start, still};

const VALUES: &str = include_str!("../../../../tests/fixtures/custom_api/official_values.json");
const INFO: &str = include_str!("../../../../tests/fixtures/custom_api/official_info.json");
const PATIENCE: Duration = Duration::from_secs(10);

/// The user's server; the test supplies each answer.
struct Server {
    listener: TcpListener,
}

impl Server {
    async fn start() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    fn url(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }

    async fn accept(&self) -> TcpStream {
        timeout(PATIENCE, self.listener.accept()).await.expect("a connection in time").unwrap().0
    }

    /// Answers one document on its own connection; returns the request.
    async fn answer(&self, answer: &str) -> String {
        let mut stream = self.accept().await;
        let request = head(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.unwrap();
        request
    }

    /// Makes `charger` fetch once and answers both documents.
    async fn fetch(&self, charger: &Running, values: &str, info: &str) -> Value {
        let change = json!({ "url": self.url() });
        let asking = charger.sim("POST", "custom-api", &change);
        let answering = async {
            self.answer(values).await;
            self.answer(info).await;
        };
        tokio::join!(asking, answering).0
    }
}

/// Reads the head of a request.
async fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let read = timeout(PATIENCE, stream.read_buf(&mut bytes)).await.expect("in time").unwrap();
        assert_ne!(read, 0, "the connection ended: {bytes:?}");
    }
    String::from_utf8(bytes).unwrap()
}

fn reply(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn ok(body: &str) -> String {
    reply("200 OK", body)
}

fn document(text: &str, key: &str) -> Value {
    serde_json::from_str::<Value>(text).unwrap()[key].take()
}

/// A configuration that fetches only on request.
fn on_request(limits: Limits) -> Config {
    let hour = Duration::from_secs(3600);
    let every = Every::new(hour, hour).unwrap();
    Config { custom_api: Settings { every, limits, ..Settings::default() }, ..still() }
}

#[tokio::test]
async fn both_documents_are_shown_as_they_were_understood() {
    let charger = start(on_request(Limits::default())).await;
    let before = charger.get("/_sim/custom-api").await.json();
    assert_eq!((&before["url"], &before["fetches"]), (&Value::Null, &json!(0)));
    assert_eq!((&before["last"], &before["values"]), (&Value::Null, &Value::Null));

    let server = Server::start().await;
    let report = server.fetch(&charger, &ok(VALUES), &ok(INFO)).await;
    assert_eq!(report["url"], server.url());
    assert_eq!((&report["fetches"], &report["failures"]), (&json!(1), &json!(0)));
    assert_eq!((&report["last"]["status"], &report["last"]["error"]), (&json!(200), &Value::Null));
    assert_eq!(report["values"], document(VALUES, "device_values"));
    assert_eq!(report["info"], document(INFO, "device_info"));
    assert_eq!(report["interval_ms"], Value::Null);

    let report = server.fetch(&charger, &ok(VALUES), &ok(INFO)).await;
    assert_eq!(report["fetches"], 2, "the same settings are no change");
    assert!(report["interval_ms"].is_u64());

    let state = charger.sim("POST", "reset", &json!({})).await;
    assert!(state["values"].is_object());
    assert_eq!(charger.get("/_sim/custom-api").await.json(), before);
    charger.stop().await;
}

#[tokio::test]
async fn it_fetches_by_itself_at_once_and_again_after_each_pause() {
    let server = Server::start().await;
    let pause = Duration::from_millis(30);
    let custom_api = Settings {
        url: Some(server.url().parse().unwrap()),
        every: Every::new(pause, pause).unwrap(),
        ..Settings::default()
    };
    let charger = start(Config { custom_api, ..still() }).await;
    for _ in 0..3 {
        assert!(server.answer(&ok(VALUES)).await.starts_with(&format!("GET {VALUES_PATH} ")));
        assert!(server.answer(&ok(INFO)).await.starts_with(&format!("GET {INFO_PATH} ")));
    }
    // The fourth: the three before it are recorded.
    let stream = server.accept().await;
    let report = charger.get("/_sim/custom-api").await.json();
    assert_eq!((&report["fetches"], &report["failures"]), (&json!(3), &json!(0)), "{report}");
    assert!(report["interval_ms"].as_u64().unwrap() >= 30, "{report}");
    drop(stream);
    charger.stop().await;
}

#[tokio::test]
async fn what_is_unknown_of_a_charger_can_be_set() {
    let charger = start(on_request(Limits::default())).await;
    let server = Server::start().await;
    let authority = server.url().replace("http://", "");
    for (change, version, host) in [
        (json!({}), "HTTP/1.1", true),
        (json!({ "http": "1.0", "host": false }), "HTTP/1.0", false),
        (json!({ "http": "1.1" }), "HTTP/1.1", false),
    ] {
        let mut change = change;
        change["url"] = json!(server.url());
        let asking = charger.sim("POST", "custom-api", &change);
        let answering = async {
            let request = server.answer(&ok(VALUES)).await.to_ascii_lowercase();
            server.answer(&ok(INFO)).await;
            request
        };
        let (report, request) = tokio::join!(asking, answering);
        assert_eq!(report["failures"], 0, "{report}");
        let first = format!("get {VALUES_PATH} {}\r\n", version.to_ascii_lowercase());
        assert!(request.starts_with(&first), "{request}");
        assert!(request.contains("\r\nconnection: close\r\n"), "{request}");
        let has_host = request.contains(&format!("\r\nhost: {authority}\r\n"));
        assert_eq!((has_host, request.contains("host:")), (host, host), "{request}");
    }
    charger.stop().await;
}

#[tokio::test]
async fn a_connection_is_kept_where_it_shall_be_and_opened_anew_where_it_is_gone() {
    let charger = start(on_request(Limits::default())).await;
    let server = Server::start().await;
    for version in ["1.0", "1.1"] {
        let change = json!({ "url": server.url(), "keep_alive": true, "http": version });
        let mut kept = Vec::new();
        for round in 0..2 {
            let asking = charger.sim("POST", "custom-api", &change);
            let answering = async {
                if round == 0 {
                    kept.push(server.accept().await);
                }
                for body in [VALUES, INFO] {
                    let request = head(&mut kept[0]).await;
                    assert!(request.contains("connection: keep-alive"), "{request}");
                    let answer = ok(body).replace("\r\n\r\n", "\r\nConnection: keep-alive\r\n\r\n");
                    kept[0].write_all(answer.as_bytes()).await.unwrap();
                }
            };
            let (report, ()) = tokio::join!(asking, answering);
            assert_eq!((&report["fetches"], &report["failures"]), (&json!(round + 1), &json!(0)));
        }
        // Closed by the server, and the charger's end must have noticed before the next fetch.
        let mut stream = kept.remove(0);
        stream.shutdown().await.unwrap();
        let end = timeout(PATIENCE, stream.read(&mut [0; 1])).await.expect("an end in time");
        assert!(!matches!(end, Ok(1..)));
        let report = server.fetch_kept(&charger).await;
        assert_eq!((&report["fetches"], &report["failures"]), (&json!(3), &json!(0)), "{report}");
    }
    charger.stop().await;
}

impl Server {
    /// As [`Server::fetch`], on one new connection.
    async fn fetch_kept(&self, charger: &Running) -> Value {
        let nothing = json!({});
        let asking = charger.sim("POST", "custom-api", &nothing);
        let answering = async {
            let mut stream = self.accept().await;
            for body in [VALUES, INFO] {
                head(&mut stream).await;
                stream.write_all(ok(body).as_bytes()).await.unwrap();
            }
        };
        tokio::join!(asking, answering).0
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_in_words_and_the_other_document_goes_on() {
    let charger = start(on_request(Limits::default())).await;
    let server = Server::start().await;
    let ours =
        r#"{"error":{"code":"unavailable","message":"The grid is 31 s old.","retryable":true}}"#;
    let wrong = r#"{"device_values":{"energy_meters":{"0":{"power":1}}}}"#;
    let long = format!("{{\"device_values\":{}}}", " ".repeat(64 * 1024));
    for (answer, status, parts) in [
        (reply("503 Service Unavailable", ours), json!(503), ["503", ": The grid is 31 s old."]),
        (reply("503 Service Unavailable", "no sun"), json!(503), ["503", "no sun"]),
        (reply("302 Found", ""), json!(302), ["302", VALUES_PATH]),
        (ok("<html>"), json!(200), ["not JSON", "<html>"]),
        (ok(wrong), json!(200), ["device_values.energy_meters.0.power", "unknown field"]),
        (ok(&long), Value::Null, ["more than 65536 bytes", VALUES_PATH]),
        ("SSH-2.0-x\r\n\r\n".to_owned(), Value::Null, ["no usable answer", VALUES_PATH]),
        (ok(VALUES).replace("Length: ", "Length: 1"), Value::Null, ["no usable answer", "end"]),
    ] {
        let report = server.fetch(&charger, &answer, &ok(INFO)).await;
        let error = report["last"]["error"].as_str().unwrap();
        for part in parts {
            assert!(error.contains(part), "{answer}: {error}");
        }
        assert_eq!((&report["last"]["status"], &report["values"]), (&status, &Value::Null));
        assert_eq!(report["info"], document(INFO, "device_info"), "{answer}");
    }
    let report = server.fetch(&charger, &ok(VALUES), &reply("404 Not Found", "no")).await;
    assert_eq!(report["last"]["error"], format!("{INFO_PATH}: answered 404 Not Found: no"));
    assert_eq!((&report["fetches"], &report["failures"]), (&json!(9), &json!(9)));
    assert_eq!((&report["last"]["status"], &report["info"]), (&json!(404), &Value::Null));
    assert_eq!(report["values"]["load_power_w"], 1683);

    let report = server.fetch(&charger, &ok(VALUES), &ok(INFO)).await;
    assert_eq!((&report["fetches"], &report["failures"]), (&json!(10), &json!(9)));
    assert_eq!(report["last"]["error"], Value::Null);

    let url = server.url();
    drop(server);
    let report = charger.sim("POST", "custom-api", &json!({ "url": url })).await;
    let error = report["last"]["error"].as_str().unwrap();
    assert!(error.contains("connection refused: nobody listens at 127.0.0.1:"), "{error}");
    assert_eq!(report["last"]["status"], Value::Null);
    charger.stop().await;
}

#[tokio::test]
async fn a_server_that_hangs_costs_the_limit_and_no_more() {
    let limits = Limits { exchange: Duration::from_millis(100), ..Limits::default() };
    let charger = start(on_request(limits)).await;
    let server = Server::start().await;
    let (held, _kept) = mpsc::unbounded_channel();
    let change = json!({ "url": server.url() });
    let asking = charger.sim("POST", "custom-api", &change);
    let hanging = async {
        // The head alone is not a whole answer.
        let mut stream = server.accept().await;
        head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{").await.unwrap();
        held.send(stream).unwrap();
        held.send(server.accept().await).unwrap();
    };
    let (report, ()) = tokio::join!(asking, hanging);
    let error = report["last"]["error"].as_str().unwrap();
    assert_eq!(error.matches("no whole answer within 100ms").count(), 2, "{error}");
    charger.stop().await;
}

#[tokio::test]
async fn a_wrong_change_is_named_and_changes_nothing() {
    let charger = start(on_request(Limits::default())).await;
    let before = charger.get("/_sim/custom-api").await.json();
    for (method, body, status, part) in [
        ("POST", "", 400, "no server was named"),
        ("POST", r#"{"url":"house:8082"}"#, 400, "url: \"house:8082\""),
        ("POST", r#"{"url":"http://127.0.0.1:9","every_ms":[7,5]}"#, 400, "every_ms: [7, 5]"),
        ("POST", r#"{"http":"2"}"#, 400, "1.0"),
        ("POST", r#"{"hosts":true}"#, 400, "hosts"),
        ("DELETE", "", 405, "GET, POST"),
    ] {
        let answer = charger.send(method, "/_sim/custom-api", "", body).await;
        assert_eq!(answer.status, status, "{body}: {answer:?}");
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(part), "{body}: {error}");
    }
    assert_eq!(charger.get("/_sim/custom-api").await.json(), before);
    charger.stop().await;
}
