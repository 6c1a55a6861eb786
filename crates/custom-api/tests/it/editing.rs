//! The editor over real sockets: from an empty file to a served document, and whatever goes wrong.

mod refused;

use std::path::PathBuf;
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
