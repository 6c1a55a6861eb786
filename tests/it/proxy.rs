//! `cors-proxy` in front of the simulator, over plain HTTP.

use std::time::Duration;

use nrgkick_tests::http::{Answer, get, send};
use nrgkick_tests::server::{PASS_THROUGH, Server, Simulator, cors_proxy};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn pair(simulator: &str) -> (Simulator, Server) {
    let simulator = Simulator::start(simulator).await;
    let proxy = cors_proxy(simulator.address(), &PASS_THROUGH).await;
    (simulator, proxy)
}

async fn write(proxy: &Server, id: &str, body: &Value) -> Answer {
    let headers = [JSON, ("x-nrgkick-write", id)];
    send(proxy.address, "POST", "/control", &headers, body.to_string()).await
}

#[tokio::test]
async fn documents_pass_byte_for_byte() {
    let (simulator, proxy) = pair("--speed 0 --model sim").await;
    for target in [
        "/info",
        "/info?raw",
        "/info?raw=1&connector=1",
        "/values",
        "/values?raw&energy&general",
        "/control",
    ] {
        let direct = get(simulator.address(), target).await;
        let proxied = get(proxy.address, target).await;
        assert_eq!((proxied.status, &proxied.body), (direct.status, &direct.body), "{target}");
        assert_eq!(proxied.header("content-type"), "application/json", "{target}");
    }
    let unknown = get(proxy.address, "/values?status").await;
    assert_eq!(unknown.status, 501);
    assert_eq!(unknown.json(), get(simulator.address(), "/values?status").await.json());
}

#[tokio::test]
async fn a_write_is_verified_and_sent_once_however_often_it_is_repeated() {
    let (simulator, proxy) = pair("").await;
    let body = json!({"current_set": 10.5});
    let first = write(&proxy, "one", &body).await;
    assert_eq!(first.status, 200, "{}", first.text());
    let answer = first.json();
    assert_eq!(answer["outcome"], "verified");
    assert_eq!(answer["keys"], json!({"current_set": "verified"}));
    assert_eq!(answer["control"]["current_set"], 10.5);
    let again = write(&proxy, "one", &body).await;
    assert_eq!((again.status, again.json()), (first.status, answer));
    assert_eq!(simulator.writes().await, [("current_set=10.5".to_owned(), 200)]);
    assert_eq!(simulator.state().await["control"]["current_set"], 10.5);
}

/// Method, target, headers, body, and the expected status.
type Case<'c> = (&'c str, &'c str, &'c [(&'c str, &'c str)], &'c str, u16);

#[tokio::test]
async fn nothing_but_a_proper_write_reaches_the_charger() {
    let (simulator, proxy) = pair("").await;
    let good = r#"{"charge_pause":1}"#;
    let id = ("x-nrgkick-write", "x");
    let evil = ("origin", "https://evil.example");
    let cases: &[Case] = &[
        ("GET", "/control?charge_pause=1", &[], "", 405),
        ("HEAD", "/control?charge_pause=1", &[], "", 405),
        ("GET", "//control?charge_pause=1", &[], "", 404),
        ("GET", "/control%3fcharge_pause=1", &[], "", 404),
        ("GET", "/c/charger/control?charge_pause=1", &[], "", 405),
        ("POST", "/control", &[JSON], good, 403),
        ("POST", "/control", &[id], good, 415),
        ("POST", "/control", &[("content-type", "text/plain"), id], good, 415),
        ("POST", "/control", &[JSON, id, evil], good, 403),
        ("POST", "/control", &[JSON, id, ("origin", "null")], good, 403),
        ("POST", "/control", &[JSON, id, ("sec-fetch-site", "cross-site")], good, 403),
        ("POST", "/control", &[JSON, id, ("host", "evil.example")], good, 421),
        ("POST", "/control", &[JSON, id], r#"{"charge_pause":"#, 400),
        ("POST", "/control", &[JSON, id], "{}", 422),
        ("POST", "/c/other/control", &[JSON, id], good, 404),
        ("PUT", "/control", &[JSON, id], good, 405),
    ];
    for (method, target, headers, body, status) in cases {
        let answer = send(proxy.address, method, target, headers, body.to_string()).await;
        assert_eq!(answer.status, *status, "{method} {target} {headers:?}: {}", answer.text());
        assert!(answer.headers.get("access-control-allow-origin").is_none(), "{method} {target}");
        if *method != "HEAD" {
            let error = &answer.json()["error"];
            assert!(error["code"].is_string() && error["retryable"].is_boolean(), "{error}");
        }
    }
    let refused = get(proxy.address, "/control?charge_pause=1").await;
    assert_eq!(refused.header("allow"), "POST");
    let preflight = [evil, ("access-control-request-method", "POST")];
    let answer = send(proxy.address, "OPTIONS", "/control", &preflight, "").await;
    assert!(answer.headers.get("access-control-allow-origin").is_none());
    assert_eq!(simulator.writes().await, []);
}

#[tokio::test]
async fn reads_too_are_refused_to_foreign_hosts_and_pages() {
    let (_simulator, proxy) = pair("").await;
    for (header, status) in [
        (("host", "evil.example"), 421),
        (("host", "127.0.0.1.evil.example"), 421),
        (("origin", "https://evil.example"), 403),
    ] {
        for target in ["/values", "/", "/nothing"] {
            let answer = send(proxy.address, "GET", target, &[header], "").await;
            assert_eq!(answer.status, status, "{header:?} {target}");
        }
    }
}

#[tokio::test]
async fn a_value_that_cannot_be_is_named_and_not_sent() {
    let (simulator, proxy) = pair("--model 16a").await;
    for (body, part) in [
        (json!({"current_set": 5.9}), "5.9"),
        (json!({"current_set": 32.1}), "32.1"),
        (json!({"current_set": "abc"}), "abc"),
        (json!({"current_set": 16.55}), "16.55"),
        (json!({"current_set": 20}), "6.0 to 16.0 A on this charger"),
        (json!({"current_set": 10, "charge_pause": 9}), "charge_pause"),
        (json!({"energy_limit": 1_000_001}), "1000001"),
        (json!({"phase_count": 4}), "phase_count: 4"),
        (json!({"phases": 1}), "phases"),
    ] {
        let answer = write(&proxy, "1", &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text());
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(part), "{body}: {message}");
    }
    assert_eq!(simulator.writes().await, []);
}

#[tokio::test]
async fn a_refusal_keeps_the_chargers_words() {
    let (simulator, proxy) = pair("--phase-switch off").await;
    let before = simulator.state().await["control"].clone();
    let body = json!({"phase_count": 1, "current_set": 7});
    let answer = write(&proxy, "refused", &body).await;
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert_eq!(answer.json()["outcome"], "refused");
    let writes = simulator.writes().await;
    assert_eq!(writes.len(), 1);
    let target = format!("/control?{}", writes[0].0);
    let own_words = get(simulator.address(), &target).await.json()["Response"].clone();
    assert_eq!(answer.json()["message"], own_words);
    assert_eq!(simulator.state().await["control"], before, "nothing of it was applied");
}

#[tokio::test]
async fn solar_charging_that_has_the_say_is_told() {
    let (_simulator, proxy) = pair("--solar on").await;
    let answer = write(&proxy, "1", &json!({"charge_pause": 1})).await;
    assert_eq!(answer.status, 409);
    assert_eq!(answer.json()["message"], nrgkick_model::Refusal::PAUSE_BLOCKED);
}

#[tokio::test]
async fn a_lost_reply_is_read_back_and_the_write_not_repeated() {
    let (simulator, proxy) = pair("--control-lag 100ms").await;
    // Gives the proxy the rated current, so that it asks nothing else before the write.
    assert_eq!(get(proxy.address, "/info").await.status, 200);
    simulator
        .fault(json!({"kind": "reset", "count": 1, "path": "/control", "applied": true}))
        .await;
    let answer = write(&proxy, "lost", &json!({"current_set": 9})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["outcome"], "verified");
    assert_eq!(simulator.writes().await.len(), 1);
}

#[tokio::test]
async fn an_api_that_is_switched_off_says_so_itself() {
    let (_simulator, proxy) = pair("--json off").await;
    let answer = get(proxy.address, "/values?raw").await;
    assert_eq!(answer.status, 200, "as the charger answers");
    assert_eq!(answer.json()["Response"], nrgkick_model::Refusal::DISABLED);
    let answer = write(&proxy, "1", &json!({"charge_pause": 1})).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["outcome"]), (409, &json!("refused")));
}

#[tokio::test]
async fn the_password_stays_in_the_proxy_and_a_wrong_one_is_told() {
    let simulator = Simulator::start("--username me --password secret").await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let with_password = async |password: &str| {
        std::fs::write(file.path(), password).unwrap();
        let path = file.path().display().to_string();
        let flags = ["--username", "me", "--password-file", &path];
        let proxy = cors_proxy(simulator.address(), &flags).await;
        get(proxy.address, "/values?raw").await
    };
    assert_eq!(with_password("secret\n").await.status, 200);
    let wrong = with_password("wrong\n").await;
    assert_eq!(wrong.status, 502);
    assert_eq!(wrong.json()["error"]["code"], "upstream_auth");
    assert!(wrong.headers.get("www-authenticate").is_none());
    let none = cors_proxy(simulator.address(), &[]).await;
    let none = get(none.address, "/values?raw").await;
    assert_eq!(none.status, 401);
    assert!(none.headers.get("www-authenticate").is_none(), "no password prompt of the browser");
}

#[tokio::test]
async fn what_is_no_document_never_looks_like_one() {
    let (simulator, proxy) = pair("").await;
    for fault in ["html", "truncated", "garbage", "reset"] {
        simulator.fault(json!({"kind": fault, "path": "/values"})).await;
        let answer = get(proxy.address, "/values?raw").await;
        assert_eq!(answer.status, 502, "{fault}: {}", answer.text());
        assert!(answer.json()["error"]["message"].is_string(), "{fault}");
        simulator.heal().await;
        let answer = get(proxy.address, "/values?raw").await;
        assert_eq!(answer.status, 200, "after {fault}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_charger_that_is_gone_is_told_at_once_and_found_again() {
    let simulator = Simulator::start("").await;
    let address = simulator.address();
    let proxy = cors_proxy(address, &PASS_THROUGH).await;
    assert_eq!(get(proxy.address, "/values?raw").await.status, 200);
    simulator.http.stop().await;
    let answer = get(proxy.address, "/values?raw").await;
    assert!([502, 503].contains(&answer.status.as_u16()), "{}", answer.text());
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains(&address.to_string()), "{message}");

    // The charger returns on the same port.
    let config = nrgkick_sim::Config::default();
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let server = tokio::spawn(nrgkick_sim::serve(config, listener, std::future::pending()));
    let back = async {
        while get(proxy.address, "/values?raw").await.status != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    // The longest backoff is 2 s.
    tokio::time::timeout(Duration::from_secs(4), back).await.expect("found again");
    server.abort();
}

#[tokio::test]
async fn the_gateway_says_what_it_is() {
    let (_simulator, proxy) = pair("").await;
    let api = get(proxy.address, "/api").await.json();
    assert_eq!(api["gateway"]["name"], "cors-proxy");
    assert_eq!(api["gateway"]["upstream"], "http");
    assert_eq!(api["json"], true);
    let chargers = get(proxy.address, "/chargers").await.json();
    assert_eq!(chargers["chargers"][0]["name"], "charger");
    let named = get(proxy.address, "/c/charger/control").await;
    assert_eq!(named.body, get(proxy.address, "/control").await.body);
    let health = get(proxy.address, "/healthz").await.json();
    assert_eq!(health["chargers"]["charger"]["link"], "live");
    assert_eq!(health["chargers"]["charger"]["simulated"], true);
}
