//! Requests of an attacker over a socket, byte by byte: S7, S9, S10, S13, S15, S18 and S21.

use std::io::Write as _;

use tempfile::NamedTempFile;

use crate::charger::{Action, Charger, answer, json, settable};
use crate::proxy::{Got, Proxy};

const TOKEN: &str = "0123456789abcdef";

/// Sends a whole request of one's own making; `\n` stands for a line end.
async fn send(proxy: &Proxy, request: &str) -> Got {
    proxy.raw(request.trim_end_matches('\n').replace('\n', "\r\n").as_str(), "").await
}

fn secret(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    writeln!(file, "{text}").unwrap();
    file
}

#[tokio::test]
async fn s07_a_foreign_name_gets_nothing_not_even_a_file_or_a_stream() {
    let charger = Charger::new(settable()).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<p>the page").unwrap();
    let proxy = Proxy::new(&charger, &["--app-dir", folder.path().to_str().unwrap()]).await;
    let port = proxy.address.port();
    for (host, status) in [
        ("evil.example".to_owned(), 421),
        (format!("evil.example:{port}"), 421),
        ("127.0.0.1.evil.example".to_owned(), 421),
        ("localhost.evil".to_owned(), 421),
        ("localhost.".to_owned(), 421),
        (String::new(), 421),
        ("[::1".to_owned(), 400),
    ] {
        for path in ["/", "/index.html", "/values", "/control", "/events", "/metrics", "/nothing"] {
            let got = send(&proxy, &format!("GET {path} HTTP/1.1\nHost: {host}")).await;
            assert_eq!(got.status, status, "{host:?} {path}: {}", got.body);
            assert!(!got.body.contains("the page"), "{host:?} {path}");
            assert!(got.head.contains("content-security-policy"), "{host:?} {path}");
        }
    }
    assert!(charger.asked().is_empty());
}

#[tokio::test]
async fn s09_a_request_that_names_two_places_or_none_is_400() {
    let charger = Charger::new(settable()).await;
    let proxy = Proxy::new(&charger, &[]).await;
    let here = proxy.address;
    for request in [
        format!("GET /values HTTP/1.1\nHost: {here}\nHost: {here}"),
        format!("GET /values HTTP/1.1\nHost: {here}\nHost: evil.example"),
        format!("GET http://evil.example/values HTTP/1.1\nHost: {here}"),
        format!("GET http://{here}@evil.example/values HTTP/1.1\nHost: {here}"),
        "GET /values HTTP/1.1".to_owned(),
        "GET /values HTTP/1.0".to_owned(),
    ] {
        let got = send(&proxy, &request).await;
        assert_eq!(got.status, 400, "{request}: {}", got.body);
    }
    assert!(charger.asked().is_empty());
}

#[tokio::test]
async fn s10_no_request_names_a_target_of_its_own() {
    let charger = Charger::new(settable()).await;
    let elsewhere = Charger::new(settable()).await;
    let proxy = Proxy::new(&charger, &[]).await;
    let (here, there) = (proxy.address, elsewhere.address);
    for (path, status) in [
        (format!("/http://{there}/values"), 404),
        (format!("//{there}/values"), 404),
        (format!("/api/..//{there}/"), 404),
        (format!("/c/http:%2f%2f{there}/values"), 404),
        (format!("/c/{there}/values"), 404),
        (format!("/@{there}/"), 404),
        // As the charger answers what it does not know.
        (format!("/values?host={there}"), 501),
        (format!("/values?charger=http://{there}"), 501),
    ] {
        let got = send(&proxy, &format!("GET {path} HTTP/1.1\nHost: {here}")).await;
        assert_eq!(got.status, status, "{path}: {}", got.body);
    }
    assert!(charger.asked().is_empty(), "{:?}", charger.asked());
    let forwarded = format!(
        "GET /values HTTP/1.1\nHost: {here}\nX-Forwarded-Host: {there}\nForwarded: host={there}\n\
         X-Original-URL: http://{there}/"
    );
    assert_eq!(send(&proxy, &forwarded).await.status, 200);
    assert!(!charger.asked()[0].head.contains(&there.to_string()));
    assert!(elsewhere.heard().is_empty());
}

/// A line break in a path, a query, a header or the charger's own words makes no header.
#[tokio::test]
async fn s13_nothing_that_is_sent_becomes_a_header_on_either_side() {
    let info = r#"{"general":{"device_name":"a\r\nSet-Cookie: x=1\r\n\r\n<script>"}}"#;
    let charger = Charger::new(move |target: &str| {
        if target.starts_with("/info") {
            json(info)
        } else {
            Action::Send(answer("418 Teapot\tSet-Cookie: x=1", "", r#"{"Response":"a\r\nb: c"}"#))
        }
    })
    .await;
    let proxy = Proxy::new(&charger, &[]).await;
    let here = proxy.address;
    let header = "X-Evil: a";
    for request in [
        format!("GET /%0d%0aSet-Cookie:%20x=1 HTTP/1.1\nHost: {here}"),
        format!("GET /info?%0d%0aSet-Cookie:%20x=1 HTTP/1.1\nHost: {here}"),
        format!("GET /info?raw%0d%0aX-Evil:%20a=1 HTTP/1.1\nHost: {here}"),
        format!("GET /info HTTP/1.1\nHost: {here}\nX-Other: b%0d%0a{header}"),
        format!("GET /info HTTP/1.1\nHost: {here}\n{header}"),
        format!("GET /values HTTP/1.1\nHost: {here}"),
        format!("GET /healthz HTTP/1.1\nHost: {here}"),
        format!("GET /chargers HTTP/1.1\nHost: {here}"),
    ] {
        let got = send(&proxy, &request).await;
        for line in got.head.lines().skip(1) {
            let name = line.split(':').next().unwrap_or_default();
            assert!(!["set-cookie", "x-evil", "b"].contains(&name), "{request}: {}", got.head);
        }
    }
    for asked in charger.heard() {
        let names: Vec<_> = asked.head.lines().skip(1).filter(|line| !line.is_empty()).collect();
        assert_eq!(names.len(), 2, "only Host and Accept: {}", asked.head);
    }
}

#[tokio::test]
async fn s15_a_body_that_is_too_deep_or_too_long_sends_nothing() {
    let charger = Charger::new(settable()).await;
    let proxy = Proxy::new(&charger, &[]).await;
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    for (body, statuses) in [
        // Within the depth that is read it is no current, beyond it is no JSON.
        (format!(r#"{{"current_set":{}}}"#, nested(65)), [400, 422]),
        (format!(r#"{{"current_set":{}}}"#, nested(1_000)), [400, 400]),
        (nested(2_000), [400, 422]),
        (format!(r#"{{"current_set":16{}}}"#, " ".repeat(5 * 1024)), [413, 413]),
    ] {
        let got = proxy.post("a", &body).await;
        assert!(statuses.contains(&got.status), "{}: {}", got.status, got.body);
    }
    assert!(charger.writes().is_empty());
}

#[tokio::test]
async fn s18_a_session_alone_is_not_enough_for_a_write() {
    let charger = Charger::new(settable()).await;
    let file = secret(TOKEN);
    let proxy = Proxy::new(&charger, &["--token-file", file.path().to_str().unwrap()]).await;
    let here = proxy.address;
    let opened = send(&proxy, &format!("GET /?token={TOKEN} HTTP/1.1\nHost: {here}")).await;
    assert_eq!(opened.status, 303);
    let cookie = opened.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    // The name is told in lower case here; nothing of a session has capitals but its name.
    let session = cookie.split(';').next().unwrap().to_owned();
    let read = format!("GET /values HTTP/1.1\nHost: {here}\nCookie: {session}");
    assert_eq!(send(&proxy, &read).await.status, 200);
    let body = r#"{"current_set":16}"#;
    let post = |headers: &str| {
        let length = body.len();
        format!(
            "POST /control HTTP/1.1\r\nHost: {here}\r\nCookie: {session}\r\n\
             Content-Length: {length}{headers}"
        )
    };
    for (headers, status) in [
        ("\r\nContent-Type: application/json", 403),
        ("\r\nContent-Type: application/x-www-form-urlencoded\r\nX-Nrgkick-Write: a", 415),
        ("\r\nContent-Type: text/plain", 415),
        (
            "\r\nContent-Type: application/json\r\nX-Nrgkick-Write: a\r\nOrigin: http://evil.example",
            403,
        ),
    ] {
        let got = proxy.raw(&post(headers), body).await;
        assert_eq!(got.status, status, "{headers}: {}", got.body);
    }
    assert!(charger.writes().is_empty());
    let whole = "\r\nContent-Type: application/json\r\nX-Nrgkick-Write: b";
    assert_eq!(proxy.raw(&post(whole), body).await.status, 200);
    assert_eq!(charger.writes().len(), 1);
}

#[tokio::test]
async fn s21_no_answer_holds_a_password_or_a_token() {
    let charger = Charger::new(settable()).await;
    let (password, token) = (secret("hunter2hunter2"), secret(TOKEN));
    let [password, token] = [&password, &token].map(|file| file.path().to_str().unwrap());
    let args = ["--username", "user", "--password-file", password, "--token-file", token];
    let proxy = Proxy::new(&charger, &args).await;
    let ask = async |path: &str| {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}", proxy.address);
        proxy.raw(&format!("{head}\r\nAuthorization: Bearer {TOKEN}"), "").await
    };
    let paths = ["/values", "/info?raw", "/api", "/chargers", "/healthz", "/metrics", "/none"];
    let unwilling = answer("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", "");
    for broken in [None, Some(Action::Send(unwilling)), Some(Action::Reset)] {
        if let Some(action) = broken {
            let mut once = Some(action);
            charger.now_does(move |_| once.take().unwrap_or(Action::Reset));
        }
        for path in paths {
            let got = ask(path).await;
            // The password, `user:` and it in base64, and the token.
            for hidden in ["hunter2", "dXNlcjpodW50ZXIy", "aHVudGVyMg", TOKEN] {
                assert!(!got.body.contains(hidden), "{path}: {}", got.body);
                assert!(!got.head.contains(&hidden.to_lowercase()), "{path}: {}", got.head);
            }
        }
    }
    assert!(charger.heard()[0].head.contains("authorization: Basic dXNlcjpodW50ZXIy"));
}
