//! MQTT out with the real Mosquitto and the configuration of `deploy/mosquitto`: what is retained, who
//! may do what, a broker and a gateway that are killed and come back.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use nrgkick_tests::program::{Running, program};
use nrgkick_tests::server::Simulator;
use nrgkick_tests::{http, root, tool};
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::custom_api::{LOOK, PATIENCE, Process, free_port, until_open};

const TEST: &str = "a_real_broker_carries_the_chargers_and_is_killed_and_brought_back";

/// Writes the configuration of `deploy/mosquitto` for `port`, with its files in `folder`.
fn configure(folder: &Path, port: u16) -> String {
    let at = |name: &str| folder.join(name).display().to_string();
    let deployed =
        |name: &str| std::fs::read_to_string(root().join("deploy/mosquitto").join(name)).unwrap();
    for user in ["site-17", "site-18", "reader"] {
        let is_first = user == "site-17";
        let mut command = Command::new("mosquitto_passwd");
        command.arg("-b").args(is_first.then_some("-c")).args([&at("passwords"), user, user]);
        assert!(command.status().unwrap().success());
    }
    std::fs::write(at("acl"), deployed("nrgkick.acl")).unwrap();
    let mut text = deployed("mosquitto.conf");
    for (deployed, here) in [
        ("/etc/mosquitto/nrgkick.passwd", at("passwords")),
        ("/etc/mosquitto/nrgkick.acl", at("acl")),
        ("/var/lib/mosquitto/", at("")),
        ("listener 1883 127.0.0.1", format!("listener {port} 127.0.0.1")),
        // A test stops it by SIGKILL, so it must write at once.
        ("autosave_interval 300", "autosave_interval 1\nautosave_on_changes true".to_owned()),
    ] {
        assert!(text.contains(deployed), "deploy/mosquitto/mosquitto.conf has no {deployed}");
        text = text.replace(deployed, &here);
    }
    // Where root runs the tests, it would become a user who may not read these files.
    std::fs::write(at("mosquitto.conf"), format!("user root\n{text}")).unwrap();
    at("mosquitto.conf")
}

/// A client of the broker.
struct Client {
    client: AsyncClient,
    kept: Arc<Mutex<BTreeMap<String, String>>>,
    confirmed: Arc<Mutex<usize>>,
    task: JoinHandle<()>,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Client {
    /// Connects, again and again, and reads `topics`.
    fn new(port: u16, user: &str, topics: &'static [&'static str]) -> Self {
        let mut options = MqttOptions::new(format!("test-{user}"), "127.0.0.1", port);
        options.set_credentials(user, user).set_max_packet_size(1 << 20, 1 << 20);
        let (client, mut events) = AsyncClient::new(options, 16);
        let kept = Arc::<Mutex<BTreeMap<String, String>>>::default();
        let confirmed = Arc::<Mutex<usize>>::default();
        let (subscriber, keeping) = (client.clone(), Arc::clone(&kept));
        let counting = Arc::clone(&confirmed);
        let task = tokio::spawn(async move {
            loop {
                match events.poll().await {
                    Ok(Event::Incoming(Packet::ConnAck(_))) => {
                        for topic in topics {
                            subscriber.try_subscribe(*topic, QoS::AtLeastOnce).unwrap();
                        }
                    }
                    Ok(Event::Incoming(Packet::Publish(message))) => {
                        let payload = String::from_utf8(message.payload.to_vec()).unwrap();
                        keeping.lock().unwrap().insert(message.topic, payload);
                    }
                    Ok(Event::Incoming(Packet::PubAck(_))) => *counting.lock().unwrap() += 1,
                    Ok(_) => {}
                    Err(_) => sleep(LOOK).await,
                }
            }
        });
        Self { client, kept, confirmed, task }
    }

    /// Publishes and waits until the broker has dealt with it.
    async fn publish(&self, topic: &str, payload: &str) {
        let before = *self.confirmed.lock().unwrap();
        self.client.publish(topic, QoS::AtLeastOnce, true, payload).await.unwrap();
        let confirmed = async {
            while *self.confirmed.lock().unwrap() == before {
                sleep(LOOK).await;
            }
        };
        timeout(PATIENCE, confirmed).await.expect("the broker confirms");
    }

    fn kept(&self, topic: &str) -> Option<String> {
        self.kept.lock().unwrap().get(topic).cloned()
    }

    async fn until(&self, topic: &str, wanted: impl Fn(&str) -> bool) -> String {
        let looking = async {
            loop {
                if let Some(payload) = self.kept(topic).filter(|payload| wanted(payload)) {
                    return payload;
                }
                sleep(LOOK).await;
            }
        };
        let reached = timeout(PATIENCE, looking).await;
        reached.unwrap_or_else(|_| panic!("{topic} stays {:?}", self.kept(topic)))
    }

    async fn until_json(&self, topic: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let json = |payload: &str| serde_json::from_str::<Value>(payload).unwrap_or_default();
        json(&self.until(topic, |payload| wanted(&json(payload))).await)
    }
}

const ALL: &[&str] = &["nrgkick/#", "homeassistant/#"];
const GATEWAY: &str = "nrgkick/site-17/status";
const STATUS: &str = "nrgkick/site-17/garage/status";
const STATE: &str = "nrgkick/site-17/garage/state";
const VALUES: &str = "nrgkick/site-17/garage/values";
const CHARGE: &str = "nrgkick/site-17/garage/charge";

/// Waits until the gateway says of its broker that it is there, or not.
async fn until_connected(gateway: SocketAddr, wanted: bool) {
    let mut last = Value::Null;
    let looking = async {
        loop {
            last = http::get(gateway, "/healthz").await.json()["mqtt"].clone();
            if (last["state"] == "connected") == wanted {
                return;
            }
            sleep(LOOK).await;
        }
    };
    assert!(timeout(PATIENCE, looking).await.is_ok(), "the broker stays {last}");
}

#[tokio::test]
async fn a_real_broker_carries_the_chargers_and_is_killed_and_brought_back() {
    let Some(mosquitto) = tool::find("NRGKICK_MOSQUITTO", TEST) else { return };
    let Some(cors_proxy) = program("cors-proxy", TEST) else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let port = free_port();
    let config = configure(folder.path(), port);
    std::fs::write(at("password"), "site-17\n").unwrap();
    let simulator = Simulator::start("--scenario idle --speed 10").await;
    let (charger, broker) =
        (format!("garage=http://{}", simulator.address()), format!("mqtt://127.0.0.1:{port}"));
    let (password, data) = (at("password"), at("record"));
    let start_gateway = || {
        let mut command = Command::new(&cors_proxy);
        command.args(["--charger", &charger, "--listen", "127.0.0.1:0", "--log", "error"]);
        command.args(["--max-age", "0", "--max-rate", "0", "--data", &data]);
        command.args(["--record-every", "1s", "--mqtt", &broker, "--mqtt-username", "site-17"]);
        command.args(["--mqtt-password-file", &password, "--mqtt-topic", "nrgkick/site-17"]);
        command.args(["--mqtt-every", "2s"]);
        Running::start(&mut command)
    };
    // The gateway is there before its broker.
    let mut gateway = start_gateway();
    let start_broker = || Process::start(&mosquitto, &["-c", &config]);
    let mut running = start_broker();
    until_open(port).await;

    let reader = Client::new(port, "reader", ALL);
    reader.until(STATUS, |payload| payload == "online").await;
    reader.until(GATEWAY, |payload| payload == "online").await;
    let values = reader.until_json(VALUES, |_| true).await;
    assert_eq!(values["simulated"], true);
    let serial = reader.until_json(STATE, |_| true).await["serial_number"].clone();
    let serial = serial.as_str().unwrap();
    assert!(serial.starts_with("SIMULATED"), "{serial}");
    let found = format!("homeassistant/device/site-17/nrgkick_{serial}/config");
    let found = reader.until_json(&found, |_| true).await;
    assert!(found["device"]["name"].as_str().unwrap().starts_with("SIMULATED"), "{found}");

    // A charge that ends.
    simulator.patch(json!({"vehicle": {"plugged": true}})).await;
    reader.until_json(STATE, |state| state["status"] == "CHARGING").await;
    reader.until_json(VALUES, |v| v["energy"]["charged_energy"].as_u64() > Some(0)).await;
    simulator.patch(json!({"vehicle": {"plugged": false}})).await;
    let charge = reader.until_json(CHARGE, |charge| !charge["end"].is_null()).await;
    let path = format!("/charges/{}", charge["id"].as_str().unwrap());
    let mut recorded = http::get(gateway.address, &path).await.json();
    recorded.as_object_mut().unwrap().remove("curve");
    assert_eq!(charge, recorded, "as the route shows it, without the curve");

    // Who may do what.
    let other = Client::new(port, "site-18", &["nrgkick/#"]);
    let told = reader.kept(STATUS);
    other.publish(STATUS, "forged").await;
    other.publish("homeassistant/device/site-17/forged/config", "{}").await;
    reader.publish("nrgkick/reader/x", "forged").await;
    reader.publish(VALUES, "forged").await;
    other.publish("nrgkick/site-18/status", "online").await;
    reader.until("nrgkick/site-18/status", |payload| payload == "online").await;
    assert_eq!(reader.kept(STATUS), told);
    for topic in ["nrgkick/reader/x", "homeassistant/device/site-17/forged/config"] {
        assert_eq!(reader.kept(topic), None, "{topic}");
    }
    assert!(other.kept.lock().unwrap().is_empty(), "a gateway reads nothing");
    drop((reader, other));

    // The broker is killed; the gateway goes on, and so does everything when it is back.
    drop(running);
    until_connected(gateway.address, false).await;
    assert_eq!(http::get(gateway.address, "/values?raw").await.status, 200);
    running = start_broker();
    let reader = Client::new(port, "reader", ALL);
    reader.until_json(CHARGE, |again| *again == charge).await;
    // What the broker has kept is not yet the gateway.
    until_connected(gateway.address, true).await;
    reader.until(STATUS, |payload| payload == "online").await;

    // The gateway is killed: its last will tells.
    gateway.child.kill().unwrap();
    reader.until(GATEWAY, |payload| payload == "offline").await;
    drop(gateway);
    gateway = start_gateway();
    reader.until(GATEWAY, |payload| payload == "online").await;
    // It is told to stop: it says goodbye for all.
    let told = Command::new("kill").args(["-TERM", &gateway.child.id().to_string()]).status();
    assert!(told.unwrap().success());
    reader.until(STATUS, |payload| payload == "offline").await;
    reader.until(GATEWAY, |payload| payload == "offline").await;
    assert!(gateway.child.wait().unwrap().success());
    drop((gateway, running));
}
