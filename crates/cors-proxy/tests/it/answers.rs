//! Answers that are no documents, or that lead elsewhere: F16, F18 and F19.

use crate::charger::{Action, Charger, answer, json, settable};
use crate::proxy::Proxy;

/// A body, and the word that the error names it by.
type Body = (&'static str, Vec<u8>, &'static str);

fn nested(depth: usize) -> Vec<u8> {
    let (open, close) = ("{\"a\":[".repeat(depth), "]}".repeat(depth));
    format!("{open}1{close}").into_bytes()
}

fn no_documents() -> Vec<Body> {
    let body = |name, text: &str, part| (name, text.as_bytes().to_vec(), part);
    vec![
        body("nothing", "", "expected JSON"),
        body("cut off", r#"{"energy":{"charged"#, "expected JSON"),
        body("NaN", r#"{"energy":{"charged_energy":NaN}}"#, "expected JSON"),
        body("a byte order mark", "\u{feff}{}", "expected JSON"),
        body("a key twice", r#"{"energy":{},"energy":{}}"#, "twice"),
        body("a list", "[1,2]", "cannot be used"),
        body("a text", r#""charging""#, "cannot be used"),
        body("behind the end", "{} {}", "expected JSON"),
        ("10,000 levels", nested(5_000), "expected JSON"),
    ]
}

#[tokio::test]
async fn f16_what_is_no_document_is_502_whatever_its_content_type() {
    let charger = Charger::new(settable()).await;
    let proxy = Proxy::new(&charger, &[]).await;
    for kind in ["application/json", "text/html"] {
        for (name, body, part) in no_documents() {
            let headers = format!("Content-Type: {kind}\r\n");
            let head = answer("200 OK", &headers, "");
            let head = String::from_utf8(head).unwrap();
            let head =
                head.replace("Content-Length: 0", &format!("Content-Length: {}", body.len()));
            let bytes = [head.into_bytes(), body].concat();
            charger.now_does(move |_| Action::Send(bytes.clone()));
            let got = proxy.get("/values").await;
            assert_eq!(got.status, 502, "{name}, {kind}: {}", got.body);
            assert!(got.body.contains(r#""code":"protocol""#), "{name}: {}", got.body);
            assert!(got.body.contains(part), "{name}: {}", got.body);
        }
    }
    charger.now_does(settable());
    assert_eq!(proxy.get("/values").await.status, 200);
}

/// The bytes pass, and what cannot be is unknown to whoever reads them.
#[tokio::test]
async fn f16_an_odd_leaf_takes_no_document_with_it() {
    for body in [
        r#"{"energy":{"charged_energy":1e999,"total_charged_energy":7}}"#,
        r#"{"energy":{"charged_energy":"five","total_charged_energy":7}}"#,
        r#"{"energy":[],"general":{"charge_count":7}}"#,
    ] {
        let charger = Charger::new(move |_| json(body)).await;
        let proxy = Proxy::new(&charger, &[]).await;
        let got = proxy.get("/values?raw").await;
        assert_eq!((got.status, got.body.as_str()), (200, body));
        let metrics = proxy.get("/metrics").await.body;
        let sample = "nrgkick_values_energy_charged_energy_watt_hours{";
        assert!(!metrics.contains(sample), "{body}: no number is made of it");
    }
}

/// Half a character in one segment and half in the next, and chunks that end within it.
#[tokio::test]
async fn f16_a_character_in_two_pieces_arrives_whole() {
    let body = "{\"general\":{\"device_name\":\"Gar\u{e4}ge \u{26a1}\"}}";
    let cut = body.find('\u{26a1}').unwrap() + 1;
    let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for piece in [&body.as_bytes()[..cut], &body.as_bytes()[cut..]] {
        chunked.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        chunked.extend_from_slice(piece);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    for bytes in [chunked, answer("200 OK", "", body)] {
        let pieces = bytes.clone();
        // Byte by byte: no character comes in one segment.
        let charger = Charger::new(move |_| Action::Piecewise(pieces.clone())).await;
        let proxy = Proxy::new(&charger, &[]).await;
        let got = proxy.get("/info").await;
        assert_eq!((got.status, got.body.as_str()), (200, body));
    }
}

#[tokio::test]
async fn f16_chunks_that_cannot_be_read_are_502_and_the_connection_is_given_up() {
    for chunks in ["zz\r\n{}\r\n0\r\n\r\n", "2\r\n{}xx0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n"] {
        let broken = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
        let charger = Charger::new(settable()).await;
        let proxy = Proxy::new(&charger, &[]).await;
        assert_eq!(proxy.get("/values").await.status, 200);
        charger.now_does(move |_| Action::Send(broken.clone().into_bytes()));
        let got = proxy.get("/values").await;
        assert_eq!(got.status, 502, "{chunks:?}: {}", got.body);
        charger.now_does(settable());
        assert_eq!(proxy.get("/values").await.status, 200, "{chunks:?}");
        let connections: Vec<_> = charger.asked().iter().map(|asked| asked.connection).collect();
        assert!(connections.last() > connections.first(), "{chunks:?}: {connections:?}");
    }
}

#[tokio::test]
async fn f18_a_redirect_is_an_error_and_its_target_hears_nothing() {
    let elsewhere = Charger::new(settable()).await;
    let target = elsewhere.address;
    for status in ["301 Moved", "302 Found", "303 Other", "307 Temporary", "308 Permanent"] {
        let charger = Charger::new(move |_| {
            let headers = format!("Location: http://{target}/values\r\n");
            Action::Send(answer(status, &headers, "{}"))
        })
        .await;
        let proxy = Proxy::new(&charger, &[]).await;
        let got = proxy.get("/values").await;
        assert_eq!(got.status, 502, "{status}: {}", got.body);
        assert!(!got.head.contains("location:"), "{}", got.head);
        // As the reply to a write it proves nothing: the write is read back, and not sent on.
        let got = proxy.post("a", r#"{"current_set":16}"#).await;
        assert!([409, 502, 504].contains(&got.status), "{status}: {}", got.body);
        assert_eq!(charger.writes().len(), 1, "{status}");
    }
    assert!(elsewhere.heard().is_empty(), "{:?}", elsewhere.heard());
}

#[tokio::test]
async fn f19_a_status_of_the_charger_is_mapped_and_asked_for_once() {
    let json = r#"{"Response":"no"}"#;
    for (status, body, expected) in [
        ("401 Unauthorized", "", 401),
        ("403 Forbidden", "<h1>no", 401),
        ("429 Too Many", json, 429),
        ("500 Oops", "<h1>oops", 502),
        ("500 Oops", json, 500),
        ("503 Busy", json, 503),
    ] {
        let charger = Charger::new(move |_| Action::Send(answer(status, "", body))).await;
        let proxy = Proxy::new(&charger, &[]).await;
        for asked in 1..=3 {
            let got = proxy.get("/values").await;
            assert_eq!(got.status, expected, "{status}: {}", got.body);
            assert!(!got.head.contains("www-authenticate"), "{}", got.head);
            assert_eq!(charger.asked().len(), asked, "{status}: one request for each of ours");
        }
    }
}
