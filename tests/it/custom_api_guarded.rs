//! The Custom API server with real parts that guard themselves or have odd manners: Mosquitto over TLS
//! with a password, Python's web server over TLS and with a digest, two devices of pymodbus that
//! stand for one whose scale factor moves and that is deaf at first, and a publisher of changes with
//! its last will. Each dies and comes back while the others go on and the simulated charger polls.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use gateway_api::custom_api::Freshness;
use nrgkick_tests::{server, tool};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep};

use super::custom_api::{
    LOOK, PATIENCE, Process, free_port, source, until, until_fetched, until_open, values,
};

const TEST: &str = "guarded_parts_die_and_come_back_while_the_others_go_on";

/// Serves three registers from 0: power, scale factor, and a battery without a value.
const PYMODBUS: &str = "
import sys
from pymodbus.server import StartTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
words = [int(word) for word in sys.argv[2:]]
device = SimDevice(1, simdata=[SimData(0, values=words, datatype=DataType.REGISTERS)])
StartTcpServer(device, address=('127.0.0.1', int(sys.argv[1])))
";

/// Serves JSON over TLS, to whoever answers the digest (MD5, as RFC 7616 has it).
const WEB: &str = "
import hashlib, re, ssl, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
def h(text): return hashlib.md5(text.encode()).hexdigest()
class Device(BaseHTTPRequestHandler):
    def log_message(self, *arguments): pass
    def do_GET(self):
        given = dict(re.findall(r'(\\w+)=\"?([^\",]+)', self.headers.get('Authorization', '')))
        owner, request = h('me:home:secret'), h('GET:' + self.path)
        right = h(':'.join([owner, 'n1', given.get('nc', ''), given.get('cnonce', ''), 'auth', request]))
        body = b'{\"grid\": {\"power\": -0.542, \"unit\": \"kW\"}}'
        if given.get('response') == right:
            self.send_response(200)
        else:
            body = b''
            self.send_response(401)
            self.send_header('WWW-Authenticate', 'Digest realm=\"home\", nonce=\"n1\", qop=\"auth\"')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
device = HTTPServer(('127.0.0.1', int(sys.argv[1])), Device)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
device.socket = context.wrap_socket(device.socket, server_side=True)
device.serve_forever()
";

/// Stands before two devices: asks them in turn, and swallows what comes in the first second of a
/// connection.
async fn in_turn(at: SocketAddr, behind: [u16; 2], torn: Arc<AtomicUsize>) -> JoinHandle<()> {
    let listener = TcpListener::bind(at).await.unwrap();
    tokio::spawn(async move {
        let mut open = JoinSet::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let torn = Arc::clone(&torn);
            open.spawn(async move {
                let began = Instant::now();
                let mut request = [0; 12];
                while stream.read_exact(&mut request).await.is_ok() {
                    if began.elapsed() < Duration::from_secs(1) {
                        continue;
                    }
                    let turn = torn.fetch_add(1, Ordering::Relaxed) % 2;
                    let Ok(mut device) = TcpStream::connect(("127.0.0.1", behind[turn])).await
                    else {
                        return;
                    };
                    let mut answer = [0; 300];
                    let sent = device.write_all(&request).await;
                    let count = device.read(&mut answer).await.unwrap_or(0);
                    if sent.is_err() || stream.write_all(&answer[..count]).await.is_err() {
                        return;
                    }
                }
            });
        }
    })
}

/// Publishes two kept messages once for each connection, and leaves a last will.
fn publish_changes(port: u16, wanted: Arc<AtomicBool>) -> JoinHandle<()> {
    let text = |text: &str| {
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        [length.as_slice(), text.as_bytes()].concat()
    };
    let packet =
        |kind: u8, body: Vec<u8>| [vec![kind, u8::try_from(body.len()).unwrap()], body].concat();
    let will = [text("ha/status"), text("offline")].concat();
    // MQTT 3.1.1: clean session, a will that is kept.
    let head = b"\x00\x04MQTT\x04\x26\x00\x3c".to_vec();
    let connect = packet(0x10, [head, text("ha"), will].concat());
    let kept = |topic: &str, payload: &str| packet(0x31, [text(topic), payload.into()].concat());
    let said = [kept("ha/sensor/soc/state", "78.2"), kept("ha/status", "online")].concat();
    tokio::spawn(async move {
        loop {
            sleep(LOOK).await;
            if !wanted.load(Ordering::Relaxed) {
                continue;
            }
            let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
            let mut answer = [0; 4];
            let is_open = stream.write_all(&connect).await.is_ok()
                && stream.read_exact(&mut answer).await.is_ok()
                && stream.write_all(&said).await.is_ok();
            // Ends without a farewell, or with the broker.
            while is_open && wanted.load(Ordering::Relaxed) {
                match stream.try_read(&mut [0; 16]) {
                    Ok(0) => break,
                    _ => sleep(LOOK).await,
                }
            }
        }
    })
}

/// Writes the files of a broker that asks for a password over TLS, and has a plain door for the
/// publisher.
fn broker_files(folder: &Path, secure: u16, plain: u16) {
    let at = |name: &str| folder.join(name).display().to_string();
    let made = Command::new("mosquitto_passwd")
        .args(["-b", "-c", &at("passwords"), "me", "secret"])
        .status()
        .unwrap();
    assert!(made.success());
    let text = format!(
        "user root\nper_listener_settings true\n\
         listener {secure} 127.0.0.1\nallow_anonymous false\npassword_file {}\n\
         certfile {}\nkeyfile {}\n\
         listener {plain} 127.0.0.1\nallow_anonymous true\n",
        at("passwords"),
        at("cert.pem"),
        at("key.pem")
    );
    std::fs::write(folder.join("mosquitto.conf"), text).unwrap();
}

const INVERTER: &str = "inverters.0.inv_power_ac_w";
const METER: &str = "energy_meters.0.grid_power_w";
const CHARGE: &str = "batteries.0.soc";

/// Waits for a state of one value and for the others to be fresh.
async fn alone(server: SocketAddr, name: &str, freshness: Freshness) {
    until(server, name, freshness).await;
    for other in [INVERTER, METER, CHARGE] {
        if other != name {
            until(server, other, Freshness::Fresh).await;
        }
    }
}

#[tokio::test]
async fn guarded_parts_die_and_come_back_while_the_others_go_on() {
    let Some(mosquitto) = tool::find("NRGKICK_MOSQUITTO", TEST) else { return };
    let Some(python) = tool::find("NRGKICK_PYTHON", TEST) else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let made = rcgen::generate_simple_self_signed(["somebody".to_owned()]).unwrap();
    std::fs::write(at("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(at("key.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(at("password"), "secret\n").unwrap();
    let [secure, plain, web, first, second, modbus] = std::array::from_fn(|_| free_port());
    broker_files(folder.path(), secure, plain);
    let text = format!(
        r#"
        every = "100ms"
        max_age = "2s"
        [brokers.home]
        address = "127.0.0.1:{secure}"
        trust = "cert.pem"
        username = "me"
        password_file = "password"
        [inverters.0]
        inv_power_ac_w = {{ modbus = "127.0.0.1:{modbus}", address = 0, type = "i16", scale_factor = 1, stale = "zero" }}
        battery_connected = true
        [energy_meters.0]
        grid_power_w = {{ http = "https://127.0.0.1:{web}/", pointer = "/grid/power", unit_pointer = "/grid/unit", trust = "cert.pem", username = "me", password_file = "password" }}
        [batteries.0]
        soc = {{ mqtt = "home", topic = "ha/sensor/soc/state", alive = {{ topic = "ha/status" }}, stale = "omit" }}
        [values]
        nothing = {{ modbus = "127.0.0.1:{modbus}", address = 2, type = "i16" }}
        "#
    );
    let listen = ([127, 0, 0, 1], 0).into();
    let serving = server::custom_api(listen, &text, folder.path(), &[]).await;
    let server = serving.address;
    let charger = server::fetching_charger(server).await;

    let start_broker = || Process::start(&mosquitto, &["-c", &at("mosquitto.conf")]);
    let start_web = || {
        let (port, cert, key) = (web.to_string(), at("cert.pem"), at("key.pem"));
        Process::start(&python, &["-c", WEB, &port, &cert, &key])
    };
    let start_modbus = |port: u16, words: [&str; 3]| {
        let port = port.to_string();
        Process::start(&python, &["-c", PYMODBUS, &port, words[0], words[1], words[2]])
    };
    let start_both = || {
        [start_modbus(first, ["2225", "0", "32768"]), start_modbus(second, ["222", "1", "32768"])]
    };
    let is_there = Arc::new(AtomicBool::new(true));
    let publisher = publish_changes(plain, Arc::clone(&is_there));
    let asked = Arc::new(AtomicUsize::new(0));
    let place: SocketAddr = ([127, 0, 0, 1], modbus).into();
    let turns = in_turn(place, [first, second], Arc::clone(&asked)).await;
    let mut broker_process = start_broker();
    let mut web_process = start_web();
    let mut modbus_processes = start_both();
    for port in [secure, plain, web, first, second] {
        until_open(port).await;
    }
    for name in [INVERTER, METER, CHARGE] {
        until(server, name, Freshness::Fresh).await;
    }

    // The load is that of one of the two true powers, at every fetch of the charger.
    let is_true = |report: &Value| {
        let load = report["values"]["load_power_w"].as_i64();
        assert!([Some(1683), Some(1678), None].contains(&load), "{report}");
        load.is_some()
    };
    for _ in 0..20 {
        until_fetched(&charger, is_true).await;
    }
    let nothing = source(server, "nothing").await;
    assert!(nothing.observed.is_none() && nothing.error.is_some(), "{nothing:?}");

    drop(web_process);
    alone(server, METER, Freshness::Missing).await;
    assert_eq!(values(server).await.0, 503);
    web_process = start_web();
    alone(server, METER, Freshness::Fresh).await;

    drop(modbus_processes);
    alone(server, INVERTER, Freshness::Zero).await;
    modbus_processes = start_both();
    alone(server, INVERTER, Freshness::Fresh).await;

    is_there.store(false, Ordering::Relaxed);
    alone(server, CHARGE, Freshness::Omitted).await;
    assert_eq!(values(server).await.0, 200, "the charger does without");
    is_there.store(true, Ordering::Relaxed);
    alone(server, CHARGE, Freshness::Fresh).await;

    drop(broker_process);
    alone(server, CHARGE, Freshness::Omitted).await;
    broker_process = start_broker();
    alone(server, CHARGE, Freshness::Fresh).await;
    // Far longer than the largest age, and nothing was published again.
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(4).min(PATIENCE) {
        assert_eq!(source(server, CHARGE).await.freshness, Freshness::Fresh);
        sleep(LOOK).await;
    }
    until_fetched(&charger, is_true).await;
    charger.stop().await;
    publisher.abort();
    turns.abort();
    drop((serving, broker_process, web_process, modbus_processes));
}
