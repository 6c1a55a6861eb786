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
    assert_eq!(info("localhost", "").await.status, 401);
    assert_eq!(info("evil.example", &with(FULL)).await.status, 421);
    let foreign = format!("{}\r\nOrigin: https://evil.example", with(FULL));
    assert_eq!(info("localhost", &foreign).await.status, 403);
}
