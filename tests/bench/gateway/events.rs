//! Many listeners to one charger: memory, CPU, bytes, and how often the charger is asked.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::charger::Charger;
use super::contestants::{Kind, start};
use crate::table::Table;
use crate::{Result, ensure, http};

/// How long they listen.
const TIME: Duration = Duration::from_secs(20);
/// Goal for the memory of 1,000 listeners, MiB.
const MOST_MEMORY: f64 = 40.0;
const DAY: f64 = 86_400.0;
/// A page that polls asks this often.
const POLLS_A_DAY: f64 = DAY / 2.0;

pub(super) fn run(programs: &Path) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut table =
        Table::new(&["listeners", "MiB", "more MiB", "CPU %", "upstream/s", "MB a day"]);
    let mut most: f64 = 0.0;
    for listeners in [1_u32, 100, 1_000] {
        let charger = Charger::start()?;
        let Some(server) = start(Kind::Shared, programs, &charger, None)? else { return Ok(()) };
        let (begun, cpu, asked) =
            (server.process.resident()?, server.process.cpu()?, charger.asked());
        let bytes = runtime.block_on(listen(server.address, listeners))?;
        let resident = server.process.resident()?;
        let seconds = TIME.as_secs_f64();
        let used = (server.process.cpu()? - cpu) / 1e4 / seconds;
        #[expect(clippy::cast_precision_loss, reason = "a few million")]
        let (upstream, bytes) =
            ((charger.asked() - asked) as f64 / seconds, bytes as f64 / f64::from(listeners));
        most = most.max(resident / 1024.0);
        table.row(
            &listeners.to_string(),
            [
                format!("{:.1}", resident / 1024.0),
                format!("{:.1}", (resident - begun) / 1024.0),
                format!("{used:.1}"),
                format!("{upstream:.2}"),
                format!("{:.1}", bytes / seconds * DAY / 1e6),
            ],
        );
    }
    table.print(&format!("Event streams for {TIME:?}, from a charger whose values stand still"));
    let charger = Charger::start()?;
    if let Some(server) = start(Kind::Shared, programs, &charger, None)? {
        let poll = head_and_body(server.address, "/values?raw")?
            + head_and_body(server.address, "/control")?;
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let day = poll as f64 * POLLS_A_DAY / 1e6;
        println!("  polled: {poll} bytes of answers every 2 s, {day:.1} MB a day");
    }
    ensure(most <= MOST_MEMORY, || format!("1,000 listeners take {most:.1} MiB"))
}

/// The bytes that all received; an error where one is not answered.
async fn listen(address: SocketAddr, listeners: u32) -> Result<usize> {
    let until = Instant::now() + TIME;
    let mut running = JoinSet::new();
    for _ in 0..listeners {
        running.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            let request = http::request(address, "GET", "/events", "");
            stream.write_all(request.as_bytes()).await?;
            let (mut bytes, mut buffer) = (0, vec![0; 16 * 1024]);
            let mut first = Vec::new();
            while let Ok(read) = timeout_at(until, stream.read(&mut buffer)).await {
                let read = read?;
                ensure(read > 0, || "a stream ended".to_owned())?;
                if first.len() < 8_192 {
                    first.extend_from_slice(&buffer[..read]);
                }
                bytes += read;
            }
            let first = String::from_utf8_lossy(&first);
            ensure(first.contains("200 OK") && first.contains("event: snapshot"), || {
                format!("no snapshot: {first}")
            })?;
            Ok::<usize, Box<dyn std::error::Error + Send + Sync>>(bytes)
        });
    }
    let mut all = 0;
    while let Some(bytes) = running.join_next().await {
        all += bytes??;
    }
    Ok(all)
}

fn head_and_body(address: SocketAddr, target: &str) -> Result<usize> {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.write_all(http::request(address, "GET", target, http::CLOSE).as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer.len())
}
