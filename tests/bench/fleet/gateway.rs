//! A gateway with one charger and with many: its memory, its scrape, and what it publishes.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rumqttc::{Client, Event, MqttOptions, Packet, QoS};

use super::shape::Shape;
use super::{Usage, free_port};
use crate::process::Process;
use crate::table::Table;
use crate::{PATIENCE, Result, http};

/// Chargers of one gateway. It finds 16 at most by itself; more are named.
const COUNTS: [usize; 3] = [1, 16, 100];
/// Time for figures to settle, and to be measured over.
const WHILE: Duration = Duration::from_secs(20);

/// Measures, and returns what a gateway with one charger tells.
pub(super) fn run(programs: &Path, mosquitto: &Path, folder: &Path) -> Result<Shape> {
    let port = free_port()?;
    let config = folder.join("gateway.conf");
    std::fs::write(
        &config,
        format!("user root\nlistener {port} 127.0.0.1\nallow_anonymous true\nlog_type error\n"),
    )?;
    let _broker = Process::start(mosquitto, &["-c", &config.display().to_string()])?;
    super::broker::until_open(port)?;
    let simulator = programs.join("nrgkick-sim");
    let arguments = ["--http", "127.0.0.1:0", "--scenario", "charging", "--model", "sim"];
    let simulator = Process::start(&simulator, &arguments)?;
    let charger = simulator.address("http://")?;
    let headings = ["chargers", "resident MiB", "CPU %", "scrape kB", "scrape ms", "messages/s"];
    let mut table = Table::new(&headings);
    let mut shape = None;
    for count in COUNTS {
        let mut arguments: Vec<String> = (0..count)
            .flat_map(|n| ["--charger".to_owned(), format!("charger-{n}=http://{charger}")])
            .collect();
        let broker = format!("mqtt://127.0.0.1:{port}");
        let own = ["--listen", "127.0.0.1:0", "--log", "error", "--mqtt", &broker];
        arguments.extend(own.iter().map(|word| (*word).to_owned()));
        arguments.extend(["--mqtt-topic".to_owned(), "nrgkick/site-0".to_owned()]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let gateway = Process::start(&programs.join("cors-proxy"), &arguments)?;
        let address = gateway.address("listening on http://")?;
        let messages = listen(port, WHILE)?;
        let usage = Usage::begin(&gateway)?;
        thread::sleep(WHILE);
        let cpu = usage.per_cent()?;
        let begun = Instant::now();
        let scrape = http::get(address, "/metrics")?;
        let took = begun.elapsed();
        let figures = [
            gateway.resident()? / 1024.0,
            cpu,
            bytes(scrape.len()) / 1_000.0,
            took.as_secs_f64() * 1e3,
            bytes(messages.count) / WHILE.as_secs_f64(),
        ];
        table.row(&count.to_string(), figures.map(|figure| format!("{figure:.1}")));
        if shape.is_none() {
            let scrape = String::from_utf8(scrape)?;
            shape = Some(Shape::new(&scrape, messages.last.into_iter().collect()));
        }
    }
    table.print("A gateway (cors-proxy) with --mqtt, by its number of chargers");
    let shape = shape.ok_or("nothing was measured")?;
    let mut table = Table::new(&["topic", "bytes"]);
    for (topic, payload) in &shape.messages {
        table.row(topic, [payload.len().to_string()]);
    }
    table.print("What it keeps at a broker for one charger");
    println!("{} time series a gateway with one charger", shape.series());
    Ok(shape)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn bytes(count: usize) -> f64 {
    count as f64
}

/// What a reader has got.
#[derive(Default)]
struct Heard {
    last: BTreeMap<String, String>,
    count: usize,
}

fn listen(port: u16, time: Duration) -> Result<Heard> {
    let mut options = MqttOptions::new("reader", "127.0.0.1", port);
    options.set_max_packet_size(1 << 20, 1 << 20);
    let (client, mut connection) = Client::new(options, 16);
    client.subscribe("nrgkick/#", QoS::AtMostOnce)?;
    client.subscribe("homeassistant/#", QoS::AtMostOnce)?;
    let mut heard = Heard::default();
    let begun = Instant::now();
    while let Some(left) = (time + PATIENCE).checked_sub(begun.elapsed()) {
        if begun.elapsed() > time && !heard.last.is_empty() {
            return Ok(heard);
        }
        if let Ok(event) = connection.recv_timeout(left.min(Duration::from_secs(1)))
            && let Event::Incoming(Packet::Publish(message)) = event?
        {
            heard.count += usize::from(!message.retain);
            let payload = String::from_utf8(message.payload.to_vec())?;
            // A leftover of the round before is removed by an empty one.
            if !payload.is_empty() {
                heard.last.insert(message.topic, payload);
            }
        }
    }
    Err("the gateway publishes nothing".into())
}
