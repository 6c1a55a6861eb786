//! Many pages before one slow charger: who is answered, how old the values are, and how often the
//! charger is asked.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use gateway_api::AGE_MS_HEADER;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout};

use super::charger::Charger;
use super::contestants::{Kind, start};
use crate::table::{Table, percentile};
use crate::{Result, http};

/// How often a page reads the values and then the settings.
const CYCLE: Duration = Duration::from_secs(2);
/// How long pages come and read.
const TIME: Duration = Duration::from_secs(12);
/// What a page waits for an answer.
const LIMIT: Duration = Duration::from_secs(8);

/// What one page saw.
#[derive(Default)]
struct Seen {
    asked: usize,
    answered: usize,
    /// From the question to the answer.
    waits: Vec<Duration>,
    /// As the answers say it.
    ages: Vec<Duration>,
}

pub(super) fn run(programs: &Path) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    for pages in [100, 1_000] {
        let mut table = Table::new(&[
            "server, ms of the charger",
            "answered",
            "of",
            "median wait ms",
            "p99 wait ms",
            "p99 age ms",
            "upstream/s",
        ]);
        for delay in [0, 100, 300] {
            for kind in [Kind::Shared, Kind::NginxCache, Kind::Node] {
                let charger = Charger::start()?;
                charger.delay(delay);
                let Some(server) = start(kind, programs, &charger, None)? else { continue };
                let before = charger.asked();
                let seen = runtime.block_on(all(server.address, pages));
                let upstream = charger.asked() - before;
                table.row(&format!("{}, {delay}", server.name), cells(seen, upstream));
            }
        }
        table.print(&format!(
            "{pages} pages for {TIME:?}, each with values and settings every {CYCLE:?}; a charger \
             that answers one request at a time"
        ));
    }
    Ok(())
}

fn cells(mut seen: Seen, upstream: u64) -> Vec<String> {
    let milliseconds = |times: &mut [Duration], percent| match times.is_empty() {
        true => "-".to_owned(),
        false => format!("{:.0}", percentile(times, percent) / 1e3),
    };
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let rate = upstream as f64 / TIME.as_secs_f64();
    vec![
        seen.answered.to_string(),
        seen.asked.to_string(),
        milliseconds(&mut seen.waits, 50),
        milliseconds(&mut seen.waits, 99),
        milliseconds(&mut seen.ages, 99),
        format!("{rate:.2}"),
    ]
}

async fn all(address: SocketAddr, pages: u32) -> Seen {
    let end = Instant::now() + TIME;
    let mut running = JoinSet::new();
    for page in 0..pages {
        running.spawn(async move {
            sleep(CYCLE * page / pages).await;
            view(address, end).await
        });
    }
    let mut all = Seen::default();
    while let Some(Ok(seen)) = running.join_next().await {
        all.asked += seen.asked;
        all.answered += seen.answered;
        all.waits.extend(seen.waits);
        all.ages.extend(seen.ages);
    }
    all
}

async fn view(address: SocketAddr, end: Instant) -> Seen {
    let mut seen = Seen::default();
    let mut connection = None;
    while Instant::now() < end {
        let begun = Instant::now();
        for target in ["/values?raw", "/control"] {
            let asked = Instant::now();
            seen.asked += 1;
            match timeout(LIMIT, ask(&mut connection, address, target)).await {
                Ok(Ok(age)) => {
                    seen.answered += 1;
                    seen.waits.push(asked.elapsed());
                    seen.ages.extend(age);
                }
                Ok(Err(_)) | Err(_) => connection = None,
            }
        }
        sleep_until((begun + CYCLE).into()).await;
    }
    seen
}

/// The age that the answer gives; an error unless it is a 200.
async fn ask(
    connection: &mut Option<BufReader<TcpStream>>,
    address: SocketAddr,
    target: &str,
) -> Result<Option<Duration>> {
    let mut stream = match connection.take() {
        Some(stream) => stream,
        None => BufReader::new(TcpStream::connect(address).await?),
    };
    let request = http::request(address, "GET", target, "");
    stream.get_mut().write_all(request.as_bytes()).await?;
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let is_good = line.contains(" 200 ");
    let (mut length, mut age) = (0, None);
    while !line.trim_end().is_empty() {
        line.clear();
        stream.read_line(&mut line).await?;
        let line = line.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
        if let Some(value) = line.strip_prefix(AGE_MS_HEADER) {
            age = Some(Duration::from_millis(value.trim_start_matches(':').trim().parse()?));
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    *connection = Some(stream);
    if is_good { Ok(age) } else { Err("not 200".into()) }
}
