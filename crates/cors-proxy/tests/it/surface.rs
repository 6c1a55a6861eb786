//! Reads, the page, and access.

use std::io::Write as _;
use std::time::Duration;

use nrgkick_model::request::basic_authorization;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::charger::{Action, Charger, answer, json, settable};
use crate::proxy::{Proxy, config};

#[tokio::test]
async fn bytes_pass_and_no_header_does_in_either_direction() {
    let body = "{ \"energy\":{\"charged_energy\":5.0} , \"x\":\"\u{26a1}\"}";
    let headers = "Content-Type: application/json\r\nSet-Cookie: a=b\r\nX-Evil: 1\r\n\
                   Access-Control-Allow-Origin: *\r\n";
    let charger = Charger::new(move |_| Action::Send(answer("200 OK", headers, body))).await;
    let proxy = Proxy::new(&charger, &[]).await;
    let head = format!(
        "GET /values?raw HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer x\r\nCookie: c=d\r\n\
         X-Forwarded-Host: evil.example",
        proxy.address
    );
    let got = proxy.raw(&head, "").await;
    assert_eq!((got.status, got.body.as_str()), (200, body));
    for header in ["set-cookie", "x-evil", "access-control"] {
        assert!(!got.head.contains(header), "{}", got.head);
    }
    assert!(got.head.contains("content-security-policy") && got.head.contains("no-store"));
    let asked = charger.asked();
    let expected = format!(
        "GET /values?raw HTTP/1.1\r\nhost: {}\r\naccept: application/json\r\n\r\n",
        charger.address
    );
    assert_eq!(asked[0].head, expected);
}

#[tokio::test]
async fn the_password_is_sent_to_the_charger_and_shown_to_nobody() {
    let charger = Charger::new(settable()).await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "hunter2hunter2").unwrap();
    let path = file.path().to_str().unwrap();
    let args = ["--username", "user", "--password-file", path];
    let shown = format!("{:?}", config(&charger, &args));
    assert!(shown.contains("***") && !shown.contains("hunter2"), "{shown}");
    assert!(!shown.contains("dXNlcjpodW50ZXIyaHVudGVyMg"), "{shown}");
    let proxy = Proxy::new(&charger, &args).await;
    assert_eq!(proxy.get("/values").await.status, 200);
    let head = &charger.asked()[0].head;
    assert!(head.contains("authorization: Basic dXNlcjpodW50ZXIyaHVudGVyMg=="), "{head}");
    charger.now_does(|_| {
        let headers = "WWW-Authenticate: Basic realm=\"x\"\r\n";
        Action::Send(answer("401 Unauthorized", headers, ""))
    });
    let got = proxy.get("/values").await;
    assert_eq!(got.status, 502);
    assert!(got.body.contains("upstream_auth") && !got.head.contains("www-authenticate"));
    let health = proxy.get("/healthz").await;
    assert!(!health.body.contains("hunter2"), "{}", health.body);
}

#[tokio::test]
async fn reads_share_one_connection_and_survive_its_end() {
    let charger = Charger::new(settable()).await;
    let proxy = Proxy::new(&charger, &[]).await;
    for _ in 0..3 {
        assert_eq!(proxy.get("/values").await.status, 200);
    }
    let connections: Vec<_> = charger.asked().iter().map(|asked| asked.connection).collect();
    assert_eq!(connections, [1, 1, 1]);
    // Twice, so that the second request finds the connection closed by the first.
    charger.now_does(|_| Action::SendAndClose(answer("200 OK", "", "{}")));
    for _ in 0..2 {
        assert_eq!(proxy.get("/values").await.status, 200);
    }
    // The kept connection now closes during the request, without an answer.
    charger.now_does(settable());
    assert_eq!(proxy.get("/values").await.status, 200);
    let mut first = true;
    charger.now_does(move |_| {
        if std::mem::take(&mut first) { Action::SendAndClose(Vec::new()) } else { json("{}") }
    });
    assert_eq!(proxy.get("/values").await.status, 200, "asked once more on a new connection");
}

#[tokio::test]
async fn the_page_is_at_the_root_and_everything_else_is_404() {
    let charger = Charger::new(settable()).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<p>the page").unwrap();
    let proxy = Proxy::new(&charger, &["--app-dir", folder.path().to_str().unwrap()]).await;
    let got = proxy.get("/").await;
    assert_eq!((got.status, got.body.as_str()), (200, "<p>the page"));
    for path in ["/http://169.254.169.254/", "//evil", "/api/..//evil", "/firmware", "//control"] {
        let got = proxy.get(path).await;
        assert_eq!(got.status, 404, "{path}");
        assert!(got.head.contains("content-security-policy"), "{path}");
    }
    let api = proxy.get("/api").await;
    assert!(api.body.contains(r#""gateway":{"name":"cors-proxy""#), "{}", api.body);
}

#[tokio::test]
async fn foreign_hosts_and_origins_are_refused() {
    let charger = Charger::new(settable()).await;
    let proxy = Proxy::new(&charger, &[]).await;
    for (host, status) in [("evil.example", 421), ("localhost.evil:80", 421), ("pi.local", 200)] {
        let got = proxy.raw(&format!("GET /values HTTP/1.1\r\nHost: {host}"), "").await;
        assert_eq!(got.status, status, "{host}");
    }
    let body = r#"{"current_set":8}"#;
    for header in ["Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"] {
        let got = proxy.raw(&format!("{}\r\n{header}", proxy.post_head("a", body)), body).await;
        assert_eq!(got.status, 403, "{header}");
        assert!(!got.head.contains("access-control"), "{header}");
    }
    assert!(charger.writes().is_empty());
}

#[tokio::test]
async fn each_charger_gets_its_own_password_and_no_other() {
    let chargers = [Charger::new(|_| json("{}")).await, Charger::new(|_| json("{}")).await];
    let open = Charger::new(|_| json("{}")).await;
    let folder = tempfile::tempdir().unwrap();
    let mut args = vec![format!("--charger=c=http://{}", open.address)];
    for (name, charger) in ["a", "b"].iter().zip(&chargers) {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("secret of {name}\n")).unwrap();
        args.push(format!("--charger={name}=http://{}", charger.address));
        args.push(format!("--username={name}=user-{name}"));
        args.push(format!("--password-file={name}={}", path.display()));
    }
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let unnamed = Charger::new(|_| json("{}")).await;
    let proxy = Proxy::new(&unnamed, &args).await;
    for name in ["a", "b", "c"] {
        assert_eq!(proxy.get(&format!("/c/{name}/values")).await.status, 200);
    }
    for (name, charger) in ["a", "b"].iter().zip(&chargers) {
        let expected = basic_authorization(&format!("user-{name}"), &format!("secret of {name}"));
        for asked in charger.asked() {
            assert!(asked.head.contains(&format!("authorization: {expected}")), "{}", asked.head);
        }
    }
    assert!(!open.asked()[0].head.contains("authorization"), "{}", open.asked()[0].head);
}

/// A reverse proxy on this machine calls from loopback, as the test does.
#[tokio::test]
async fn a_token_is_asked_here_too_and_the_view_token_sees_and_never_switches() {
    let charger = Charger::new(settable()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, token: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, token).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let full = file("full", "0123456789abcdef");
    let view = file("view", "fedcba9876543210");
    let flags = ["--token-file", &full, "--view-token-file", &view, "--allow-get-writes"];
    let proxy = Proxy::new(&charger, &flags).await;
    for path in ["/values", "/chargers"] {
        assert_eq!(proxy.get(path).await.status, 401, "{path}");
    }
    let health = proxy.get("/healthz").await;
    assert_eq!((health.status, health.body.as_str()), (200, r#"{"status":"ok"}"#));
    // A browser fetches what is for a home screen without the token; this page has none of it.
    assert_eq!(proxy.get("/icon/none.png").await.status, 404);
    assert_eq!(proxy.get("/icon").await.status, 401);
    let asked = async |head: String, token: &str, body: &str| {
        proxy.raw(&format!("{head}\r\nAuthorization: Bearer {token}"), body).await
    };
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {}", proxy.address);
    let (full, view) = ("0123456789abcdef", "fedcba9876543210");
    for (token, read_only) in [(full, "false"), (view, "true")] {
        assert_eq!(asked(get("/values"), token, "").await.status, 200);
        let api = asked(get("/api"), token, "").await;
        assert!(api.body.contains(&format!(r#""read_only":{read_only}"#)), "{}", api.body);
        assert!(asked(get("/healthz"), token, "").await.body.contains("\"chargers\""));
    }
    let body = r#"{"current_set":8}"#;
    let got = asked(proxy.post_head("a", body), view, body).await;
    assert!(got.status == 403 && got.body.contains("view_only"), "{}", got.body);
    let got = asked(get("/control?current_set=8"), view, "").await;
    assert!(got.status == 403 && got.body.contains("view_only"), "{}", got.body);
    assert!(charger.writes().is_empty());
    assert_eq!(asked(proxy.post_head("b", body), full, body).await.status, 200);
    assert_eq!(charger.writes().len(), 1);
}

#[tokio::test]
async fn a_request_that_never_becomes_whole_does_not_keep_the_server_from_its_end() {
    let charger = Charger::new(settable()).await;
    let mut config = config(&charger, &[]);
    config.server.options.timing.drain_idle = Duration::from_millis(100);
    let whole = config.server.limits.header_read;
    let proxy = Proxy::of(config).await;
    let mut half = TcpStream::connect(proxy.address).await.unwrap();
    half.write_all(b"GET /healthz HTTP/1.1\r\nHost: ").await.unwrap();
    assert_eq!(proxy.get("/healthz").await.status, 200);
    let start = Instant::now();
    let _cut = proxy.stop().await;
    assert!(start.elapsed() < whole / 2, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_write_under_way_keeps_the_server_until_its_outcome_is_told() {
    let (asked, mut was_asked) = tokio::sync::mpsc::unbounded_channel();
    let mut inner = settable();
    let charger = Charger::new(move |target: &str| {
        if target.contains('=') {
            // The receiver may be gone when the test has ended.
            let _ = asked.send(());
            return Action::Silence;
        }
        inner(target)
    })
    .await;
    let mut config = config(&charger, &[]);
    config.server.options.timing.drain_idle = Duration::from_millis(1);
    let proxy = Proxy::of(config).await;
    let body = r#"{"charge_pause":1}"#;
    let mut stream = proxy.begin(&proxy.post_head("a", body), body).await;
    was_asked.recv().await.unwrap();
    let told = tokio::spawn(async move {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    });
    assert_eq!(proxy.stop().await.cut, 0);
    let told = told.await.unwrap();
    assert!(told.contains(r#""outcome":"unknown""#), "{told}");
}

#[tokio::test]
async fn streams_count_for_no_limit_and_end_with_the_server() {
    let charger = Charger::new(settable()).await;
    let limits = ["--max-connections", "4", "--max-per-address", "4"];
    let proxy = Proxy::new(&charger, &limits).await;
    let head = format!("GET /events HTTP/1.1\r\nHost: {}", proxy.address);
    let mut streams = Vec::new();
    for _ in 0..12 {
        let mut stream = proxy.begin(&head, "").await;
        let mut first = [0; 15];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200 OK");
        streams.push(stream);
    }
    assert_eq!(proxy.get("/values").await.status, 200);
    let foreign = format!("{head}\r\nOrigin: http://evil.example\r\nSec-Fetch-Site: cross-site");
    assert_eq!(proxy.raw(&foreign, "").await.status, 403);
    let start = Instant::now();
    assert_eq!(proxy.stop().await.cut, 0);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    for mut stream in streams {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        assert!(rest.ends_with(b"0\r\n\r\n"), "the stream was ended, not cut");
    }
}
