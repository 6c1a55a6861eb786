//! Reads that are answered from memory: by the same rules as those for which the charger is asked.

use std::time::Duration;

use crate::charger::{Charger, INFO, json, settable};
use crate::proxy::{Proxy, config};

const LONG: Duration = Duration::from_secs(60);
const FULL: &str = "0123456789abcdef";
const VIEW: &str = "fedcba9876543210";

/// A proxy that keeps answers for the time of a test.
async fn remembering(charger: &Charger, args: &[&str]) -> Proxy {
    let mut config = config(charger, args);
    config.server.options.timing.max_age = LONG;
    Proxy::of(config).await
}

#[tokio::test]
async fn all_paths_to_a_charger_get_one_answer_and_all_are_counted() {
    let charger = Charger::new(settable()).await;
    let proxy = remembering(&charger, &[]).await;
    let first = proxy.get("/values?raw").await;
    let asked = charger.asked().len();
    for path in ["/values?raw", "/values?raw=1", "/c/charger/values?raw", "/c/%63harger/values?raw"]
    {
        let got = proxy.get(path).await;
        assert_eq!((got.status, &got.body), (200, &first.body), "{path}");
        let names = |head: &str| {
            let lines = head.lines().skip(1);
            let mut names: Vec<_> =
                lines.filter_map(|line| Some(line.split_once(':')?.0.to_owned())).collect();
            names.sort_unstable();
            names
        };
        assert_eq!(names(&got.head), names(&first.head), "{path}");
    }
    let head = format!("HEAD /values?raw HTTP/1.1\r\nHost: {}", proxy.address);
    let head = proxy.raw(&head, "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(charger.asked().len(), asked);
    let metrics = proxy.get("/metrics").await.body;
    assert!(metrics.contains("reads_shared_total{charger=\"charger\"} 5\n"), "{metrics}");
    for (path, status) in [("/values?other", 501), ("/c/none/values?raw", 404), ("//values", 404)] {
        assert_eq!(proxy.get(path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn who_may_not_read_gets_nothing_from_memory() {
    let info = INFO.replace("}}", r#"},"network":{"ssid":"home"}}"#);
    let charger = Charger::new(move |_| json(&info)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, token: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, token).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (full, view) = (file("full", FULL), file("view", VIEW));
    let flags = ["--token-file", &full, "--view-token-file", &view];
    let proxy = remembering(&charger, &flags).await;
    let info = async |host: &str, more: &str| {
        proxy.raw(&format!("GET /info HTTP/1.1\r\nHost: {host}{more}"), "").await
    };
    let with = |token: &str| format!("\r\nAuthorization: Bearer {token}");
    // The second time from memory.
    for _ in 0..2 {
        let got = info("localhost", &with(FULL)).await;
        assert!(got.status == 200 && got.body.contains("ssid"), "{}", got.body);
        let got = info("localhost", &with(VIEW)).await;
        assert!(got.status == 200 && !got.body.contains("ssid"), "{}", got.body);
    }
    assert_eq!(charger.asked().len(), 1);
    let page = async |more: &str| {
        let head = format!("GET / HTTP/1.1\r\nHost: localhost{more}");
        proxy.raw(&head, "").await.body
    };
    assert!(!page("").await.contains("snapshot"), "without the token");
    assert_eq!(info("localhost", "").await.status, 401);
    assert_eq!(info("evil.example", &with(FULL)).await.status, 421);
    let foreign = format!("{}\r\nOrigin: https://evil.example", with(FULL));
    assert_eq!(info("localhost", &foreign).await.status, 403);
}

/// What the page's document has in it of what is known.
fn snapshot(body: &str) -> Option<serde_json::Value> {
    let (_, rest) = body.split_once(r#"<script type="application/json" id="snapshot">"#)?;
    let (data, rest) = rest.split_once("</script>")?;
    assert!(rest.starts_with("<script>start()"), "before the first script: {body}");
    Some(serde_json::from_str(data).unwrap())
}

#[tokio::test]
async fn the_page_has_the_fresh_answers_in_it_and_waits_for_none() {
    let info = INFO.replace("}}", r#"},"network":{"ssid":"</script><b>"}}"#);
    let charger = Charger::new(move |_| json(&info)).await;
    let page = tempfile::tempdir().unwrap();
    let html = "<body><p></p><script>start()</script></body>";
    std::fs::write(page.path().join("index.html"), html).unwrap();
    let proxy = remembering(&charger, &["--app-dir", page.path().to_str().unwrap()]).await;
    let first = proxy.get("/").await;
    assert_eq!(first.body, html, "nobody has asked yet");
    let etag = first.head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();

    let told = proxy.get("/info?raw").await;
    let exchanges = async || {
        let metrics = proxy.get("/metrics").await.body;
        let line = metrics.lines().find(|line| line.starts_with("nrgkick_exchanges_total"));
        line.unwrap().to_owned()
    };
    let before = exchanges().await;
    let got = proxy.get("/").await;
    assert!(got.head.contains("cache-control: no-store"), "{}", got.head);
    let known = snapshot(&got.body).unwrap();
    let (age, document) = (&known["info?raw"][0], &known["info?raw"][1]);
    assert!(age.as_u64().is_some_and(|age| age < 60_000), "{known}");
    let whole: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(document["network"], whole["network"], "{known}");
    assert!(known.get("values?raw").is_none(), "nobody has asked for it");
    assert!(!got.body.contains("<b>"), "no text of the charger is markup: {}", got.body);
    assert_eq!(exchanges().await, before);

    // Who has the file is told that it holds.
    let again = format!("GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: {etag}");
    assert_eq!(proxy.raw(&again, "").await.status, 304);
}
