//! What the editor refuses, and that nothing is lost then.

use std::path::Path;

use serde_json::{Value, json};

use super::{Folder, TOKEN, VIEW_TOKEN, ask, code, configuration, message, save, with_headers};
use crate::devices::{HttpDevice, Reply};
use crate::support::House;

#[tokio::test]
async fn the_second_of_two_editors_is_told_and_loses_nothing() {
    let folder = Folder::new("load_power_w = 1\n");
    let house = House::editable(&folder.file(), &[]).await;
    let (first, second) = (configuration(&house).await, configuration(&house).await);
    assert_eq!(save(&house, &first.revision, "load_power_w = 2\n").await.0, 200);
    let (status, body) = save(&house, &second.revision, "load_power_w = 3\n").await;
    assert_eq!((status, code(&body)), (409, "changed"));
    assert_eq!(folder.text(), "load_power_w = 2\n");
    // An editor of texts is such another one.
    let before = configuration(&house).await;
    std::fs::write(folder.file(), "load_power_w = 4\n").unwrap();
    assert_eq!(save(&house, &before.revision, "load_power_w = 3\n").await.0, 409);
    assert_eq!(folder.text(), "load_power_w = 4\n");
}

#[tokio::test]
async fn what_cannot_be_written_is_told_and_all_goes_on() {
    let folder = Folder::new("load_power_w = 1\n");
    let house = House::editable(&folder.file(), &[]).await;
    let revision = configuration(&house).await.revision;
    for name in ["pv.toml.new", "pv.toml.bak"] {
        let way = folder.0.path().join(name);
        std::fs::create_dir_all(way.join("full")).unwrap();
        let (status, body) = save(&house, &revision, "load_power_w = 2\n").await;
        assert_eq!((status, code(&body)), (507, "not_written"));
        assert!(message(&body).contains(name), "{body}");
        assert_eq!(folder.names(), ["pv.toml", name, "token", "view"]);
        std::fs::remove_dir_all(way).unwrap();
    }
    let mut rights = std::fs::metadata(folder.file()).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(folder.file(), rights).unwrap();
    let reason = configuration(&house).await.read_only.unwrap();
    assert!(reason.contains("read-only"), "{reason}");
    assert_eq!(save(&house, &revision, "load_power_w = 2\n").await.0, 507);
    let (_, values) = house.get("/api/v1/values.json").await;
    assert_eq!(
        (folder.text().as_str(), &values["device_values"]["load_power_w"]),
        ("load_power_w = 1\n", &json!(1))
    );
}

const WRITE: &str = "X-Nrgkick-Write: 1\r\nContent-Type: application/json\r\n";

#[tokio::test]
async fn only_the_owner_edits() {
    let folder = Folder::new("load_power_w = 1\n");
    let path = |name: &str| folder.0.path().join(name).display().to_string();
    let flags = ["--token-file", &path("token"), "--view-token-file", &path("view")];
    let house = House::editable(&folder.file(), &flags).await;
    let (owner, guest) =
        [TOKEN, VIEW_TOKEN].map(|t| format!("Authorization: Bearer {t}\r\n")).into();
    let save = json!({ "revision": "x", "text": "load_power_w = 2\n" });
    let text = json!({ "text": "load_power_w = 2\n" });
    let routes = [
        ("GET", "/config", Value::Null),
        ("GET", "/config/recipes/fronius", Value::Null),
        ("POST", "/config/draft", text.clone()),
        ("POST", "/config/try", text),
        ("PUT", "/config", save),
    ];
    for (method, path, body) in &routes {
        let ask = async |headers: String| {
            let (status, body) = with_headers(&house, method, path, &headers, body).await;
            (status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(ask(WRITE.to_owned()).await.0, 401, "{method} {path}");
        assert_eq!(ask(format!("{WRITE}{guest}")).await, (403, "view_only".to_owned()));
        let foreign = format!("{WRITE}{owner}Origin: https://evil.example\r\n");
        assert_eq!(ask(foreign).await, (403, "foreign_origin".to_owned()), "{method} {path}");
        if *method == "GET" {
            assert_eq!(ask(owner.clone()).await.0, 200, "{path}");
            continue;
        }
        let json = "Content-Type: application/json\r\n";
        assert_eq!(ask(format!("{json}{owner}")).await, (403, "write_header".to_owned()));
        let text = "X-Nrgkick-Write: 1\r\nContent-Type: text/plain\r\n";
        assert_eq!(ask(format!("{text}{owner}")).await.0, 415, "{method} {path}");
        let status = ask(format!("{WRITE}{owner}")).await.0;
        assert_eq!(status, if *method == "PUT" { 409 } else { 200 }, "{method} {path}");
        let long = json!({ "text": "#".repeat(300 * 1024) });
        let headers = format!("{WRITE}{owner}");
        assert_eq!(with_headers(&house, method, path, &headers, &long).await.0, 413);
    }
    assert_eq!(folder.text(), "load_power_w = 1\n");

    let plain = House::new("load_power_w = 1\n").await;
    assert!(!plain.status().await.configuration.edit);
    for (method, path, body) in &routes {
        assert_eq!(ask(&plain, method, path, body).await.0, 404, "{method} {path}");
    }
}

#[tokio::test]
async fn a_page_reaches_no_more_than_the_file_may() {
    let folder = Folder::new("load_power_w = 1\n");
    let house = House::editable(&folder.file(), &[]).await;
    for (text, words) in [
        ("[values]\na = { http = \"http://example.org/\" }\n", "allow_hosts"),
        ("[values]\na = { http = \"http://127.0.0.1/\", post_file = \"/etc/passwd\" }\n", "beside"),
    ] {
        let (status, body) = ask(&house, "POST", "/config/try", &json!({ "text": text })).await;
        assert_eq!((status, code(&body)), (422, "invalid"), "{text}");
        assert!(message(&body).contains(words), "{body}");
        let revision = configuration(&house).await.revision;
        assert_eq!(save(&house, &revision, text).await.0, 422);
    }
}

#[tokio::test]
async fn only_one_trial_runs_at_a_time() {
    let device = HttpDevice::new(&[("/", Reply::Silence)]).await;
    let folder = Folder::new("load_power_w = 1\n");
    let house = House::editable(&folder.file(), &[]).await;
    let text = format!("[values]\na = {{ http = \"http://{}/\" }}\n", device.address());
    let body = json!({ "text": text });
    let (mut busy, mut done) = (0, 0);
    let all = [(); 4].map(|()| ask(&house, "POST", "/config/try", &body));
    let [a, b, c, d] = all;
    for (status, body) in <[_; 4]>::from(tokio::join!(a, b, c, d)) {
        match status {
            200 => done += 1,
            _ => {
                assert_eq!((status, code(&body)), (429, "busy"));
                busy += 1;
            }
        }
    }
    assert!(done >= 1 && busy >= 1, "{done} {busy}");
}

#[test]
fn a_network_that_is_trusted_whole_does_not_edit() {
    let binary = Path::new(env!("CARGO_BIN_EXE_custom-api"));
    let folder = Folder::new("load_power_w = 1\n");
    let output = std::process::Command::new(binary)
        .args(["--edit", "--trust-lan", "--listen", "0.0.0.0:0", "--config"])
        .arg(folder.file())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("--edit with --trust-lan") && said.contains("--token-file"), "{said}");
}
