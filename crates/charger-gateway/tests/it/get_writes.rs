//! `GET /control?…`: refused by default, and the callers to whom it may be allowed.

use axum::body::Body;
use charger_gateway::{GetWrites, Options};
use http::{Method, Request};
use http_service::Caller;
use nrgkick_model::Refusal;

use crate::fake::{Fake, OnWrite, gateway, options};

fn with(get_writes: GetWrites) -> Options {
    Options { get_writes, ..options() }
}

#[tokio::test(start_paused = true)]
async fn a_get_write_is_405_and_nothing_reaches_the_charger() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    for path in
        ["/control?current_set=16", "/c/garage/control?charge_pause=1", "/control?charge_pause=9"]
    {
        for method in [Method::GET, Method::HEAD] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let got = gateway.send(request).await;
            assert_eq!(got.status, 405, "{path}");
            assert_eq!(got.head.headers["allow"], "POST", "{path}");
        }
    }
    for path in ["/control?raw", "/control?x", "/c/garage/control?current_set=16&x=1"] {
        assert_eq!(gateway.get(path).await.status, 501, "{path}: as the charger says");
    }
    assert_eq!(fake.state().asked, [""; 0]);
    assert_eq!(gateway.get("/control?").await.status, 200, "no setting at all is a read");
}

#[tokio::test(start_paused = true)]
async fn where_allowed_it_is_verified_and_answered_as_the_charger_does() {
    let fake = Fake::new();
    let gateway = gateway(&fake, with(GetWrites::Open));
    let got = gateway.get("/control?charge_pause=1&current_set=16").await;
    assert_eq!((got.status, got.body.as_str()), (200, r#"{"current_set":16.0,"charge_pause":1}"#));
    assert_eq!(fake.writes(), ["/control?current_set=16.0&charge_pause=1"]);
    let got = gateway.get("/control?current_set=5").await;
    assert_eq!(got.status, 406);
    assert!(got.json()["Response"].as_str().unwrap().contains("5 is outside"), "{}", got.body);
    assert_eq!(gateway.get("/control?current=6").await.status, 501);
    let refusal = Refusal::new(405, Refusal::PAUSE_BLOCKED);
    fake.state().on_write = OnWrite::Refuse(refusal.clone());
    let got = gateway.get("/control?charge_pause=0").await;
    assert_eq!((got.status, got.body), (405, refusal.body()));
    fake.state().on_write = OnWrite::AcceptOnly;
    let got = gateway.get("/control?current_set=8").await;
    assert_eq!(got.status, 409);
    assert!(got.json()["Response"].as_str().unwrap().contains("shows Set current 16 A"));
}

#[tokio::test(start_paused = true)]
async fn browsers_head_and_strangers_are_refused_even_then() {
    let fake = Fake::new();
    let open = gateway(&fake, with(GetWrites::Open));
    let request = |method: Method| Request::builder().method(method).uri("/control?charge_pause=1");
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("referer", "http://192.168.1.9/"),
        ("origin", "null"),
    ] {
        let request = request(Method::GET).header(name, value).body(Body::empty()).unwrap();
        assert_eq!(open.send(request).await.status, 403, "{name}");
    }
    let head = request(Method::HEAD).body(Body::empty()).unwrap();
    assert_eq!(open.send(head).await.status, 405);
    let trusted = gateway(&fake, with(GetWrites::Trusted));
    assert_eq!(trusted.get_as(Caller::Lan, "/control?charge_pause=1").await.status, 403);
    let closed = Options { read_only: true, ..with(GetWrites::Open) };
    assert_eq!(gateway(&fake, closed).get("/control?charge_pause=1").await.status, 403);
    for gateway in [&open, &trusted] {
        let got = gateway.get_as(Caller::View, "/control?charge_pause=1").await;
        assert_eq!((got.status, got.code()), (403, "view_only".to_owned()));
    }
    assert_eq!(fake.writes(), [""; 0]);
    assert_eq!(trusted.get_as(Caller::Token, "/control?charge_pause=1").await.status, 200);
}
