//! The editor over real sockets: from an empty file to a served document, and whatever goes wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use gateway_api::custom_api::ValueStatus;
use gateway_api::custom_api::edit::{Configuration, Draft, ReplyBody, Saved, Trial, TriedOutcome};
use nrgkick_model::custom_api::Observed;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::devices::{HttpDevice, ModbusDevice, Reply};
use crate::support::House;

const PATH: &str = "/solar_api/v1/GetPowerFlowRealtimeData.fcgi";
const TOKEN: &str = "owner-0123456789";
const VIEW_TOKEN: &str = "guest-0123456789";

async fn fronius() -> HttpDevice {
    let flow = include_str!("../replies/fronius.json").to_owned();
    HttpDevice::new(&[(PATH, Reply::Json(flow))]).await
}

/// A folder with a configuration; without a text there is no file.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(text: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        if !text.is_empty() {
            std::fs::write(folder.file(), text).unwrap();
        }
        std::fs::write(folder.0.path().join("token"), TOKEN).unwrap();
        std::fs::write(folder.0.path().join("view"), VIEW_TOKEN).unwrap();
        folder
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("pv.toml")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.file()).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Sends a request of the editor's page.
async fn ask(house: &House, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let headers = "X-Nrgkick-Write: 1\r\nContent-Type: application/json\r\n";
    with_headers(house, method, path, headers, body).await
}

async fn with_headers(
    house: &House,
    method: &str,
    path: &str,
    headers: &str,
    body: &Value,
) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = house.send(request.as_bytes()).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_else(|_| body.into()))
}

async fn configuration(house: &House) -> Configuration {
    let (status, body) = ask(house, "GET", "/config", &Value::Null).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_value(body).unwrap()
}

async fn draft(house: &House, text: &str, change: Value) -> Draft {
    let body = json!({ "text": text, "change": change });
    let (status, body) = ask(house, "POST", "/config/draft", &body).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_value(body).unwrap()
}

async fn save(house: &House, revision: &str, text: &str) -> (u16, Value) {
    ask(house, "PUT", "/config", &json!({ "revision": revision, "text": text })).await
}

fn code(body: &Value) -> &str {
    body["error"]["code"].as_str().unwrap()
}

fn message(body: &Value) -> &str {
    body["error"]["message"].as_str().unwrap()
}

/// Fetches the values without a pause, as a charger would; nothing but 200 counts as served.
struct Charger {
    stopped: Arc<AtomicBool>,
    fetched: Arc<AtomicUsize>,
    task: JoinHandle<Vec<String>>,
}

impl Charger {
    fn start(house: &House) -> Self {
        let (stopped, fetched) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let (stop, count, at) = (Arc::clone(&stopped), Arc::clone(&fetched), house.address);
        let task = tokio::spawn(async move {
            let mut refused = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let (status, body) = crate::support::get(at, "/api/v1/values.json").await;
                if status != 200 {
                    refused.push(body.to_string());
                }
                count.fetch_add(1, Ordering::Relaxed);
            }
            refused
        });
        Self { stopped, fetched, task }
    }

    /// Waits for some more fetches.
    async fn goes_on(&self) {
        let before = self.fetched.load(Ordering::Relaxed);
        while self.fetched.load(Ordering::Relaxed) < before + 3 {
            tokio::task::yield_now().await;
        }
    }

    /// Returns the answers other than the values.
    async fn stop(self) -> Vec<String> {
        self.stopped.store(true, Ordering::Relaxed);
        self.task.await.unwrap()
    }
}

#[tokio::test]
async fn from_an_empty_file_to_a_served_document() {
    let device = fronius().await;
    let folder = Folder::new("");
    let house = House::editable(&folder.file(), &[]).await;
    let (status, body) = house.get("/api/v1/values.json").await;
    assert_eq!((status, message(&body)), (503, "no value is configured yet"));
    assert!(house.status().await.configuration.edit);

    let begun = configuration(&house).await;
    assert_eq!((begun.draft.text.as_str(), begun.read_only), ("", None));
    let recipe = begun.recipes.iter().find(|recipe| recipe.name == "fronius").unwrap();
    assert_eq!(
        (recipe.brand.as_str(), &*recipe.hosts),
        ("Fronius", &["192.168.1.20".to_owned()][..])
    );
    let (status, text) = ask(&house, "GET", "/config/recipes/fronius", &Value::Null).await;
    assert_eq!((status, text.as_str()), (200, Some(custom_api::example::Recipe::Fronius.text())));
    assert_eq!(ask(&house, "GET", "/config/recipes/none", &Value::Null).await.0, 404);

    let change = json!({ "add_recipe": { "name": "fronius", "address": device.address() } });
    let added = draft(&house, "", change).await;
    assert_eq!(added.problems, []);
    let (status, body) = ask(&house, "POST", "/config/try", &json!({ "text": added.text })).await;
    assert_eq!(status, 200, "{body}");
    let trial: Trial = serde_json::from_value(body).unwrap();
    let grid =
        trial.values.iter().find(|value| value.at == "energy_meters.0.grid_power_w").unwrap();
    assert_eq!(grid.outcome, TriedOutcome::Good("-1712 W".to_owned()));
    let ReplyBody::Json(reply) = &trial.replies[grid.reply.unwrap()].body else { panic!("JSON") };
    assert!(reply.pointer("/Body/Data/Site/P_Grid").is_some(), "{reply}");
    assert!(trial.house.starts_with("inverters.0.inv_power_ac_w + "), "{}", trial.house);
    let answer = serde_json::to_value(&trial.answer).unwrap();
    assert_eq!(answer["document"]["device_values"]["load_power_w"], 1393, "{answer}");

    // Another number is clicked, and found by its pointer only.
    let pointer = json!({ "set": { "at": grid.at, "key": "pointer", "to": "/Body/Data/Site/X" } });
    let other = draft(&house, &added.text, pointer).await;
    let body = json!({ "text": other.text, "value": grid.at });
    let (_, body) = ask(&house, "POST", "/config/try", &body).await;
    let trial: Trial = serde_json::from_value(body).unwrap();
    assert_eq!((trial.values.len(), trial.replies.len(), trial.answer), (1, 1, None));
    assert!(
        matches!(&trial.values[0].outcome, TriedOutcome::Failed(why) if why.contains("there is:"))
    );

    let (status, body) = save(&house, &begun.revision, &added.text).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(folder.text(), added.text);
    let values = house.until_values(|status, _| status == 200).await;
    assert_eq!(values["device_values"]["load_power_w"], 1393);
    let (_, info) = house.get("/api/v1/info.json").await;
    assert_eq!(info["device_info"]["inverters"]["0"]["name"], "Fronius");
    let saved: Saved = serde_json::from_value(body).unwrap();
    assert_eq!((saved.backup, configuration(&house).await.revision), (None, saved.revision));
}

#[tokio::test]
async fn a_save_leaves_no_gap_and_what_was_observed_stays() {
    let device = fronius().await;
    let text = custom_api::example::Recipe::Fronius.text();
    let text = text.replace("192.168.1.20", &device.address().to_string());
    let folder = Folder::new(&text);
    let house = House::editable(&folder.file(), &[]).await;
    house.until_values(|status, _| status == 200).await;
    // From now on nothing new comes.
    device.set(PATH, Reply::Silence);
    let charger = Charger::start(&house);
    let mut text = text;
    for number in 0..20 {
        charger.goes_on().await;
        let revision = configuration(&house).await.revision;
        let change =
            json!({ "set": { "at": "inverters.0", "key": "name", "to": number.to_string() } });
        text = draft(&house, &text, change).await.text;
        let (status, body) = save(&house, &revision, &text).await;
        assert_eq!(status, 200, "{body}");
        // In between somebody makes a mistake.
        let revision = configuration(&house).await.revision;
        let (status, body) = save(&house, &revision, &text.replace("P_Grid\"", "")).await;
        assert_eq!((status, code(&body)), (422, "invalid"));
        assert!(message(&body).contains("pv.toml:"), "{body}");
    }
    charger.goes_on().await;
    assert_eq!(charger.stop().await, Vec::<String>::new());
    let (_, info) = house.get("/api/v1/info.json").await;
    assert_eq!(info["device_info"]["inverters"]["0"]["name"], "19");
    let source = house.source("energy_meters.0.grid_power_w").await;
    assert!(source.age_ms.is_some() && source.value.is_some(), "{source:?}");
    assert!(house.status().await.uptime_ms >= source.age_ms.unwrap(), "it began once");
    assert_eq!(folder.names(), ["pv.toml", "pv.toml.bak", "token", "view"]);
    let backup = std::fs::read_to_string(folder.0.path().join("pv.toml.bak")).unwrap();
    assert_eq!(backup, text.replace("name = \"19\"", "name = \"18\""));
}

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

#[tokio::test]
async fn a_device_with_a_single_connection_is_left_to_the_trial() {
    let device = ModbusDevice::single(&[((1, 1), 5), ((1, 9), 7)]).await;
    let value = |name: &str, register: u16| {
        let at = device.address();
        format!("{name} = {{ modbus = \"{at}\", address = {register}, type = \"u16\" }}\n")
    };
    let text = format!("every = \"20ms\"\n[values]\n{}", value("a", 1));
    let folder = Folder::new(&text);
    let house = House::editable(&folder.file(), &[]).await;
    let is = |number: f64| move |source: &ValueStatus| source.value == Observed::number(number);
    house.until("a", is(5.0)).await;
    let body = json!({ "text": format!("{text}{}", value("b", 9)) });
    let (_, body) = ask(&house, "POST", "/config/try", &body).await;
    let trial: Trial = serde_json::from_value(body).unwrap();
    let outcomes: Vec<_> = trial.values.iter().map(|value| &value.outcome).collect();
    let good = |number: &str| TriedOutcome::Good(number.to_owned());
    assert_eq!(outcomes, [&good("5"), &good("7")]);
    assert!(house.source("a").await.value.is_some(), "served meanwhile");
    device.set((1, 1), 6);
    house.until("a", is(6.0)).await;
}

#[tokio::test]
async fn pushes_follow_the_configuration() {
    let folder = Folder::new("push_token_file = \"token\"\n[values]\na = { push = \"a\" }\n");
    let house = House::editable(&folder.file(), &[]).await;
    let push = async |name: &str| {
        let headers = format!("Authorization: Bearer {TOKEN}\r\n");
        with_headers(&house, "PUT", &format!("/push/{name}"), &headers, &json!(5)).await.0
    };
    assert_eq!((push("a").await, push("b").await), (204, 404));
    let begun = configuration(&house).await;
    let change = json!({ "put": { "at": "b", "source": { "push": "b" } } });
    let text = draft(&house, &begun.draft.text, change).await.text;
    let text =
        draft(&house, &text, json!({ "set": { "at": "", "key": "max_age", "to": "9s" } })).await;
    assert_eq!(save(&house, &begun.revision, &text.text).await.0, 200);
    assert!(house.source("a").await.value.is_some(), "it is the same value");
    assert_eq!(house.source("a").await.source.max_age_ms, Some(9000));
    assert_eq!((push("a").await, push("b").await), (204, 204));
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
