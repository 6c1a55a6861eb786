//! The Custom API server with real parts: Mosquitto, a Modbus server of pymodbus, an HTTP device
//! and a pushing client, each stopped and restarted while the others go on and the simulated
//! charger polls.

use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use gateway_api::custom_api::{Freshness, Status, ValueStatus};
use nrgkick_model::custom_api::VALUES_PATH;
use nrgkick_tests::server::Server as Running;
use nrgkick_tests::{http, server, tool};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

const TEST: &str = "real_parts_die_and_come_back_while_the_others_go_on";
/// Far longer than any wait here; reached only by a defect.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// Interval of polling another process.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// Serves holding registers from 0 at the given port.
const PYMODBUS: &str = "
import sys
from pymodbus.server import StartTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
device = SimDevice(1, simdata=[SimData(0, values=[31046, 0xFFFF, 278, 16013],
                                       datatype=DataType.REGISTERS)])
StartTcpServer(device, address=('127.0.0.1', int(sys.argv[1])))
";

/// A process that is killed when dropped.
pub(super) struct Process(Child);

impl Process {
    pub(super) fn start(program: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap_or_else(|error| panic!("{}: {error}", program.display())))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns a port that was free just now, for another process.
pub(super) fn free_port() -> u16 {
    StdListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub(super) async fn until_open(port: u16) {
    let opening = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            sleep(LOOK).await;
        }
    };
    timeout(PATIENCE, opening).await.unwrap_or_else(|_| panic!("nobody listens on {port}"));
}

/// Publishes a number every 100 ms, without end: MQTT 3.1.1 by hand, QoS 0.
fn publish(port: u16, topic: &'static str, number: Arc<AtomicI64>) -> JoinHandle<()> {
    let packet = |kind: u8, body: &[u8]| {
        let mut packet = vec![kind, u8::try_from(body.len()).unwrap()];
        packet.extend(body);
        packet
    };
    let connect = packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x3c\x00\x04pub1");
    tokio::spawn(async move {
        loop {
            let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else {
                sleep(LOOK).await;
                continue;
            };
            let mut is_open = stream.write_all(&connect).await.is_ok();
            let mut answer = [0; 4];
            is_open &= stream.read_exact(&mut answer).await.is_ok();
            while is_open {
                let mut body = vec![0, u8::try_from(topic.len()).unwrap()];
                body.extend(topic.bytes());
                body.extend(format!("{{\"w\":{}}}", number.load(Ordering::Relaxed)).bytes());
                is_open = stream.write_all(&packet(0x30, &body)).await.is_ok();
                sleep(Duration::from_millis(100)).await;
            }
        }
    })
}

/// Starts a device with one JSON answer; its address can be bound again later.
async fn http_device(at: SocketAddr) -> JoinHandle<()> {
    let listener = TcpListener::bind(at).await.unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 2048];
            let _ = stream.read(&mut request).await;
            let body = json!({ "soc": 78.2 }).to_string();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
}

/// Pushes the battery's power every 100 ms while `wanted` is set.
fn push(server: SocketAddr, token: &'static str, wanted: Arc<AtomicBool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let authorization = format!("Bearer {token}");
        loop {
            if wanted.load(Ordering::Relaxed) {
                let headers = [("authorization", authorization.as_str())];
                let answer = http::send(server, "PUT", "/push/battery", &headers, "-749").await;
                assert_eq!(answer.status, 204, "{}", answer.text());
            }
            sleep(Duration::from_millis(100)).await;
        }
    })
}

pub(super) async fn source(server: SocketAddr, name: &str) -> ValueStatus {
    let status: Status = serde_json::from_value(http::get(server, "/status").await.json()).unwrap();
    status.sources.into_iter().find(|source| source.name == name).unwrap()
}

pub(super) async fn until(server: SocketAddr, name: &str, freshness: Freshness) {
    let began = Instant::now();
    loop {
        let source = source(server, name).await;
        if source.freshness == freshness {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "not {freshness:?}: {source:#?}");
        sleep(LOOK).await;
    }
}

pub(super) async fn values(server: SocketAddr) -> (u16, Value) {
    let answer = http::get(server, VALUES_PATH).await;
    (answer.status.as_u16(), answer.json())
}

const METER: &str = "energy_meters.0.grid_power_w";
const INVERTER: &str = "inverters.0.inv_power_ac_w";
const CHARGE: &str = "batteries.0.soc";
const BATTERY: &str = "batteries.0.bat_power_w";

async fn report(charger: &Running) -> Value {
    http::get(charger.address, "/_sim/custom-api").await.json()
}

/// Waits for a later fetch of the charger whose report satisfies `is_met`.
pub(super) async fn until_fetched(charger: &Running, is_met: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    let before = report(charger).await["fetches"].as_u64();
    loop {
        let report = report(charger).await;
        if report["fetches"].as_u64() > before && is_met(&report) {
            return report;
        }
        assert!(began.elapsed() < PATIENCE, "the charger has not understood: {report:#}");
        sleep(LOOK).await;
    }
}

/// Asserts that only the source at `name` has failed, and that the charger gets its policy's value.
async fn assert_alone(server: SocketAddr, charger: &Running, name: &str, freshness: Freshness) {
    until(server, name, freshness).await;
    for other in [METER, INVERTER, CHARGE, BATTERY] {
        if other != name {
            until(server, other, Freshness::Fresh).await;
        }
    }
    let (status, values) = values(server).await;
    match freshness {
        Freshness::Missing => {
            assert_eq!(status, 503, "{values}");
            let message = values["error"]["message"].as_str().unwrap();
            assert!(message.contains(name), "{values}");
            let seen = until_fetched(charger, |report| report["last"]["status"] == 503).await;
            let error = seen["last"]["error"].as_str().unwrap();
            assert!(error.contains(name), "{error}");
            assert_eq!(seen["values"], Value::Null);
            assert!(seen["info"].is_object(), "the other document goes on: {seen}");
        }
        _ => {
            assert_eq!(status, 200, "{values}");
            let shown = &values["device_values"];
            until_fetched(charger, |report| report["values"] == *shown).await;
        }
    }
}

#[tokio::test]
async fn real_parts_die_and_come_back_while_the_others_go_on() {
    let Some(mosquitto) = tool::find("NRGKICK_MOSQUITTO", TEST) else { return };
    let Some(python) = tool::find("NRGKICK_PYTHON", TEST) else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "0123456789abcdef").unwrap();
    let [broker, modbus] = [free_port(), free_port()];
    let device: SocketAddr = ([127, 0, 0, 1], free_port()).into();
    let text = format!(
        r#"
        every = "100ms"
        max_age = "2s"
        push_token_file = "token"
        [inverters.0]
        inv_power_ac_w = {{ modbus = "127.0.0.1:{modbus}", address = 0, type = "i16", scale_factor = 1, stale = "zero" }}
        battery_connected = true
        [energy_meters.0]
        grid_power_w = {{ mqtt = "127.0.0.1:{broker}", topic = "house/grid", pointer = "/w" }}
        [batteries.0]
        soc = {{ http = "http://{device}/", pointer = "/soc", stale = "last" }}
        bat_power_w = {{ push = "battery" }}
        "#
    );
    let at = ([127, 0, 0, 1], 0).into();
    let serving = server::custom_api(at, &text, folder.path(), &[]).await;
    let server = serving.address;

    // No source has a value at the start.
    let charger = server::fetching_charger(server).await;
    assert_eq!(values(server).await.0, 503);
    until(server, METER, Freshness::Missing).await;
    until_fetched(&charger, |report| report["last"]["status"] == 503).await;

    let start_broker = || Process::start(&mosquitto, &["-p", &broker.to_string()]);
    let start_modbus = || Process::start(&python, &["-c", PYMODBUS, &modbus.to_string()]);
    let grid = Arc::new(AtomicI64::new(-542));
    let is_pushed = Arc::new(AtomicBool::new(true));
    let tasks = [
        publish(broker, "house/grid", Arc::clone(&grid)),
        push(server, "0123456789abcdef", Arc::clone(&is_pushed)),
    ];
    let mut mosquitto_process = start_broker();
    let mut modbus_process = start_modbus();
    let mut device_task = http_device(device).await;
    until_open(broker).await;
    until_open(modbus).await;
    for name in [METER, INVERTER, CHARGE, BATTERY] {
        until(server, name, Freshness::Fresh).await;
    }
    let expected = json!({ "device_values": {
        "inverters": { "0": { "inv_power_ac_w": 3105, "battery_connected": true } },
        "energy_meters": { "0": { "grid_power_w": -542 } },
        "batteries": { "0": { "bat_power_w": -749, "soc": 78.2 } },
        "load_power_w": 2563,
    }});
    assert_eq!(values(server).await, (200, expected.clone()));
    let shown = expected["device_values"].clone();
    let is_shown = |report: &Value| report["values"] == shown;
    until_fetched(&charger, is_shown).await;

    drop(mosquitto_process);
    assert_alone(server, &charger, METER, Freshness::Missing).await;
    grid.store(-600, Ordering::Relaxed);
    mosquitto_process = start_broker();
    until(server, METER, Freshness::Fresh).await;
    assert_eq!(values(server).await.1["device_values"]["load_power_w"], 2505, "and it moves");
    until_fetched(&charger, |report| report["values"]["load_power_w"] == 2505).await;
    grid.store(-542, Ordering::Relaxed);

    drop(modbus_process);
    assert_alone(server, &charger, INVERTER, Freshness::Zero).await;
    let left_out = &values(server).await.1["device_values"]["load_power_w"];
    assert_eq!(*left_out, Value::Null, "no house takes -542 W");
    modbus_process = start_modbus();
    until(server, INVERTER, Freshness::Fresh).await;
    until_fetched(&charger, is_shown).await;

    device_task.abort();
    let _ = (&mut device_task).await;
    assert_alone(server, &charger, CHARGE, Freshness::Last).await;
    assert_eq!(values(server).await.1, expected);
    device_task = http_device(device).await;
    until(server, CHARGE, Freshness::Fresh).await;
    until_fetched(&charger, is_shown).await;

    is_pushed.store(false, Ordering::Relaxed);
    assert_alone(server, &charger, BATTERY, Freshness::Missing).await;
    is_pushed.store(true, Ordering::Relaxed);
    until(server, BATTERY, Freshness::Fresh).await;
    assert_eq!(values(server).await, (200, expected));
    until_fetched(&charger, is_shown).await;

    // Both count alike. Only the charger fetches the information.
    let report = report(&charger).await;
    let status: Status = serde_json::from_value(http::get(server, "/status").await.json()).unwrap();
    let fetched = &status.fetched[1];
    assert!(fetched.count >= report["fetches"].as_u64().unwrap(), "{fetched:?} {report}");
    assert_eq!(fetched.clients[0].address, "127.0.0.1");
    assert!(report["failures"].as_u64() < report["fetches"].as_u64(), "{report}");
    charger.stop().await;

    // The pushing task panics on a refusal.
    for task in tasks {
        assert!(!task.is_finished());
        task.abort();
    }
    device_task.abort();
    drop((serving, mosquitto_process, modbus_process));
}
