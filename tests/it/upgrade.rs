//! The record of the version before: the file that its gateway wrote, and what that gateway told of it.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use flate2::read::GzDecoder;
use nrgkick_tests::http::{get, send};
use nrgkick_tests::root;
use nrgkick_tests::server::{PASS_THROUGH, cors_proxy};
use serde_json::Value;
use tokio::time::{Instant, sleep};

const JSON: (&str, &str) = ("content-type", "application/json");
const ID: (&str, &str) = ("x-nrgkick-write", "1");

/// Far beyond what a start takes.
const PATIENCE: Duration = Duration::from_secs(10);

fn fixture(name: &str) -> Vec<u8> {
    fs::read(root().join("tests/fixtures/records").join(name)).unwrap()
}

fn told(name: &str) -> Value {
    serde_json::from_slice(&fixture(name)).unwrap()
}

#[tokio::test]
async fn the_record_of_the_version_before_is_read_as_that_version_read_it_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("charges.record");
    let packed = fixture("0.1.0.record.gz");
    let mut record = Vec::new();
    GzDecoder::new(&packed[..]).read_to_end(&mut record).unwrap();
    fs::write(&path, record).unwrap();
    let (list, one) = (told("0.1.0.charges.json"), told("0.1.0.charge.json"));
    let target = format!("/charges/{}", one["id"].as_str().unwrap());
    let start = |path: &Path| {
        let data = path.to_str().unwrap().to_owned();
        async move {
            let flags: Vec<&str> = PASS_THROUGH.into_iter().chain(["--data", &data]).collect();
            // Nobody answers there.
            cors_proxy(([127, 0, 0, 1], 9).into(), &flags).await
        }
    };
    let server = start(&path).await;
    // The charge that was under way is taken up a moment after the start.
    let begun = Instant::now();
    loop {
        let found = get(server.address, "/charges?limit=200").await.json();
        if found == list || begun.elapsed() > PATIENCE {
            assert_eq!(found, list);
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(get(server.address, &target).await.json(), one);
    let label = r#"{"label": "kept"}"#;
    let answer = send(server.address, "PATCH", &target, &[JSON, ID], label).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    server.stop().await;
    let again = start(&path).await;
    assert_eq!(get(again.address, &target).await.json()["label"], "kept");
    assert_eq!(
        get(again.address, "/charges?limit=200").await.json()["charges"].as_array().unwrap().len(),
        13
    );
}
