//! A broker with the messages of all chargers, a connection for each, and one reader.

use std::net::TcpStream as StdStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::{Connect, LastWill, Packet, Publish, Subscribe};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::shape::Shape;
use super::{CHARGERS, Usage, free_port};
use crate::process::Process;
use crate::table::Table;
use crate::{PATIENCE, Result, ensure};

/// Time from one publication of a charger to the next, as a gateway does it.
const EVERY: Duration = Duration::from_secs(10);
/// Publications of each charger that are measured.
const ROUNDS: u64 = 6;
/// Time for all to connect, and for a reader to get everything.
const LONG: Duration = Duration::from_secs(300);

/// Clients that connect at the same time. Mosquitto lets 100 wait: of more some are lost without a
/// word, and wait for minutes.
const AT_ONCE: usize = 50;

/// Waits until somebody listens.
pub(super) fn until_open(port: u16) -> Result<()> {
    let begun = Instant::now();
    while StdStream::connect(("127.0.0.1", port)).is_err() {
        ensure(begun.elapsed() < PATIENCE, || format!("nobody listens on {port}"))?;
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Counts of what has happened at the clients.
#[derive(Debug, Default)]
struct Counts {
    connected: AtomicUsize,
    confirmed: AtomicUsize,
    received: AtomicUsize,
    door: Door,
}

/// Lets so many clients connect at the same time.
#[derive(Debug)]
struct Door(Semaphore);

impl Default for Door {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

impl Counts {
    fn wait(&self, what: &AtomicUsize, count: usize) -> Result<Duration> {
        let begun = Instant::now();
        while what.load(Ordering::Relaxed) < count {
            let so_far = what.load(Ordering::Relaxed);
            ensure(begun.elapsed() < LONG, || {
                format!("{so_far} of {count} in {LONG:?}: {self:?}")
            })?;
            thread::sleep(Duration::from_millis(20));
        }
        Ok(begun.elapsed())
    }
}

/// Measures and prints.
pub(super) fn run(
    runtime: &Runtime,
    program: &Path,
    folder: &Path,
    shape: &Arc<Shape>,
) -> Result<()> {
    let port = free_port()?;
    let config = folder.join("fleet.conf");
    let text =
        format!("user root\nlistener {port} 127.0.0.1\nallow_anonymous true\nlog_type error\n");
    std::fs::write(&config, text)?;
    let broker = Process::start(program, &["-c", &config.display().to_string()])?;
    until_open(port)?;
    let mut table = Table::new(&["moment", "resident MiB", "CPU %", "seconds", "messages/s"]);
    let mut row =
        |name: &str, cpu: Option<f64>, seconds: Option<f64>, rate: Option<f64>| -> Result<()> {
            let shown = |figure: Option<f64>| figure.map_or("".to_owned(), |f| format!("{f:.1}"));
            let resident = broker.resident()? / 1024.0;
            table.row(name, [shown(Some(resident)), shown(cpu), shown(seconds), shown(rate)]);
            Ok(())
        };
    row("empty", None, None, None)?;
    let counts = Arc::new(Counts::default());
    let (round, rounds) = watch::channel(None);
    let mut clients = JoinSet::new();
    for site in 0..CHARGERS {
        let client = publish(port, site, Arc::clone(shape), Arc::clone(&counts), rounds.clone());
        clients.spawn_on(client, runtime.handle());
    }
    let took = counts.wait(&counts.connected, CHARGERS)?;
    row("all connected", None, Some(took.as_secs_f64()), None)?;
    let all = CHARGERS * shape.messages.len();
    round.send_replace(Some(0));
    let took = counts.wait(&counts.confirmed, all)?.as_secs_f64();
    row("all messages kept", None, Some(took), Some(number(all) / took))?;
    clients.spawn_on(read(port, Arc::clone(&counts)), runtime.handle());
    let took = counts.wait(&counts.received, all)?.as_secs_f64();
    row("a reader has got all", None, Some(took), Some(number(all) / took))?;

    let usage = Usage::begin(&broker)?;
    let (mut confirmed, begun) = (all, Instant::now());
    for number in 1..=ROUNDS {
        round.send_replace(Some(number));
        confirmed += CHARGERS * MOVING.len();
        thread::sleep((begun + EVERY * u32::try_from(number)?).duration_since(Instant::now()));
        counts.wait(&counts.confirmed, confirmed)?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let cpu = usage.per_cent()?;
    counts.wait(&counts.received, confirmed)?;
    row(
        "state and values every 10 s",
        Some(cpu),
        Some(seconds),
        Some(number(confirmed - all) / seconds),
    )?;
    table.print(&format!(
        "Mosquitto with {CHARGERS} gateways of one charger each, QoS 1, and one reader"
    ));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn number(count: usize) -> f64 {
    count as f64
}

/// The last levels of the topics that are published at the interval.
const MOVING: [&str; 2] = ["/state", "/values"];

async fn connect(port: u16, id: &str, door: &Door) -> std::io::Result<TcpStream> {
    let _place = door.0.acquire().await.map_err(std::io::Error::other)?;
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut connect = Connect::new(id);
    connect.keep_alive = 600;
    connect.last_will =
        Some(LastWill::new(format!("nrgkick/{id}/status"), "offline", QoS::AtLeastOnce, true));
    stream.write_all(&encoded(&Packet::Connect(connect))).await?;
    stream.read_exact(&mut [0; 4]).await?;
    Ok(stream)
}

fn encoded(packet: &Packet) -> BytesMut {
    let mut out = BytesMut::new();
    // What is written here is well formed.
    let _ = packet.write(&mut out, 1 << 20);
    out
}

async fn publish(
    port: u16,
    site: usize,
    shape: Arc<Shape>,
    counts: Arc<Counts>,
    mut rounds: watch::Receiver<Option<u64>>,
) -> std::io::Result<()> {
    let mut stream = connect(port, &format!("site-{site}"), &counts.door).await?;
    counts.connected.fetch_add(1, Ordering::Relaxed);
    while rounds.changed().await.is_ok() {
        let Some(round) = *rounds.borrow_and_update() else { continue };
        if round > 0 {
            // Spread over the interval, as gateways are that know nothing of one another.
            let share = u32::try_from(site * 900 / CHARGERS).unwrap_or_default();
            tokio::time::sleep(EVERY / 1_000 * share).await;
        }
        let is_due = |topic: &str| round == 0 || MOVING.iter().any(|last| topic.ends_with(last));
        let mut out = BytesMut::new();
        let mut sent = 0_u16;
        for index in 0..shape.messages.len() {
            if !is_due(&shape.messages[index].0) {
                continue;
            }
            sent += 1;
            let (topic, payload) = shape.message(index, site);
            let mut publish = Publish::new(topic, QoS::AtLeastOnce, payload);
            (publish.retain, publish.pkid) = (true, sent);
            out.extend(encoded(&Packet::Publish(publish)));
        }
        stream.write_all(&out).await?;
        // A confirmation has four bytes.
        stream.read_exact(&mut vec![0; usize::from(sent) * 4]).await?;
        counts.confirmed.fetch_add(sent.into(), Ordering::Relaxed);
    }
    Ok(())
}

async fn read(port: u16, counts: Arc<Counts>) -> std::io::Result<()> {
    let mut stream = connect(port, "reader", &counts.door).await?;
    let mut all = Subscribe::new("nrgkick/#", QoS::AtMostOnce);
    all.pkid = 1;
    let mut found = Subscribe::new("homeassistant/#", QoS::AtMostOnce);
    found.pkid = 2;
    stream.write_all(&encoded(&Packet::Subscribe(all))).await?;
    stream.write_all(&encoded(&Packet::Subscribe(found))).await?;
    let mut bytes = BytesMut::new();
    while stream.read_buf(&mut bytes).await? > 0 {
        while let Ok(packet) = Packet::read(&mut bytes, 1 << 20) {
            if matches!(packet, Packet::Publish(_)) {
                counts.received.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    Ok(())
}
