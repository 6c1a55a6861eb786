//! A Prometheus that asks all gateways, and what a day of a charger has on its disk.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use super::shape::Shape;
use super::{CHARGERS, Usage, free_port, size};
use crate::process::Process;
use crate::table::Table;
use crate::{PATIENCE, Result, ensure};

/// Time from one scrape to the next.
const EVERY: Duration = Duration::from_secs(60);
/// Scrapes of each gateway that are measured, after one that begins every series.
const ROUNDS: u32 = 5;
/// Houses and seconds of the day that is put on the disk.
const DAY: (usize, u64) = (10, 86_400);

/// Measures and prints.
pub(super) fn run(
    runtime: &Runtime,
    program: &Path,
    folder: &Path,
    shape: &Arc<Shape>,
) -> Result<()> {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let target = listener.local_addr()?.to_string();
    let server = runtime.spawn(serve(listener, Arc::clone(shape)));
    let data = folder.join("prometheus");
    fs::create_dir(&data)?;
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/prometheus/alerts.yml");
    fs::copy(rules, folder.join("alerts.yml"))?;
    let site = |site: usize| {
        let labels =
            json!({"__metrics_path__": format!("/{site}"), "instance": format!("site-{site}")});
        json!({"targets": [target], "labels": labels})
    };
    let sites: Vec<Value> = (0..CHARGERS).map(site).collect();
    fs::write(folder.join("sites.json"), Value::from(sites).to_string())?;
    let text = format!(
        "global: {{scrape_interval: {EVERY:?}, evaluation_interval: 15s}}\n\
         rule_files: [alerts.yml]\n\
         scrape_configs: [{{job_name: nrgkick, file_sd_configs: [{{files: [sites.json]}}]}}]\n"
    );
    let config = folder.join("prometheus.yml");
    fs::write(&config, text)?;
    let port = free_port()?;
    let arguments = [
        format!("--config.file={}", config.display()),
        format!("--storage.tsdb.path={}", data.display()),
        format!("--web.listen-address=127.0.0.1:{port}"),
        "--log.level=error".to_owned(),
    ];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let prometheus = Process::start(program, &arguments)?;
    super::broker::until_open(port)?;
    let ask = |query: &str| ask(port, query);
    println!("\nPrometheus asks {CHARGERS} gateways for {ROUNDS} rounds of {EVERY:?} …");
    // The first round begins all series, which costs more than any later one.
    thread::sleep(EVERY + EVERY / 4);
    let usage = Usage::begin(&prometheus)?;
    thread::sleep(EVERY * ROUNDS);
    let cpu = usage.per_cent()?;
    let up = ask("sum(up)")?.0;
    ensure(up >= number(CHARGERS) * 0.999, || format!("only {up} gateways are scraped"))?;
    let mut table = Table::new(&["what", "figure"]);
    let mut row = |name: &str, figure: f64| table.row(name, [format!("{figure:.3}")]);
    row("gateways that are up", up);
    let series = ask("sum(scrape_samples_post_metric_relabeling)")?.0;
    row("series of the gateways", series);
    row("CPU, % of a core", cpu);
    let resident = prometheus.resident()?;
    row("resident, MiB", resident / 1024.0);
    row("resident a series, kB", resident * 1.024 / series);
    row(
        "write-ahead log and head on disk, MiB",
        number(usize::try_from(size(&data)?)?) / 1_048_576.0,
    );
    row("longest scrape, s", ask("max(scrape_duration_seconds)")?.0);
    for query in [
        "sum(nrgkick_values_powerflow_total_active_power_watts)",
        "count(nrgkick_link{state=\"lost\"} == 1) or vector(0)",
        "sum(rate(nrgkick_exchanges_total[5m]))",
        "topk(10, increase(nrgkick_values_energy_total_charged_energy_watt_hours[5m]))",
        "histogram_quantile(0.95, sum by (le) (rate(nrgkick_exchange_seconds_bucket[5m])))",
    ] {
        row(&format!("seconds: {query}"), ask(query)?.1.as_secs_f64());
    }
    let metrics = get(port, "/metrics")?;
    for name in ["prometheus_rule_group_last_duration_seconds", "prometheus_tsdb_head_series "] {
        for line in metrics.lines().filter(|line| line.starts_with(name)) {
            let value = line.rsplit(' ').next().and_then(|value| value.parse().ok());
            row(name.trim(), value.unwrap_or_default());
        }
    }
    table.print("Prometheus after that");
    server.abort();
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn number(count: usize) -> f64 {
    count as f64
}

/// The first value of a query's result, and the time that it took.
fn ask(port: u16, query: &str) -> Result<(f64, Duration)> {
    let mut target = "/api/v1/query?query=".to_owned();
    for byte in query.bytes() {
        write!(target, "%{byte:02X}")?;
    }
    let begun = Instant::now();
    let answer = get(port, &target)?;
    let took = begun.elapsed();
    let answer: Value = serde_json::from_str(&answer)?;
    let value = answer["data"]["result"][0]["value"][1].as_str();
    let value = value.ok_or_else(|| format!("{query}: {answer}"))?;
    Ok((value.parse()?, took))
}

/// A body of any length: by HTTP/1.0 it ends with the connection.
fn get(port: u16, target: &str) -> Result<String> {
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {target} HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) =
        answer.split_once("\r\n\r\n").ok_or_else(|| format!("{target}: no answer"))?;
    ensure(head.contains(" 200 "), || format!("{target}: {answer}"))?;
    Ok(body.to_owned())
}

/// Answers scrapes of `/SITE`.
async fn serve(listener: TcpListener, shape: Arc<Shape>) -> std::io::Result<()> {
    let begun = Instant::now();
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(answer(stream, Arc::clone(&shape), begun));
    }
}

async fn answer(mut stream: TcpStream, shape: Arc<Shape>, begun: Instant) -> std::io::Result<()> {
    let mut head = Vec::new();
    loop {
        head.clear();
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let path = String::from_utf8_lossy(&head);
        let site = path.split(' ').nth(1).and_then(|path| path.trim_matches('/').parse().ok());
        let body = shape.scrape(site.unwrap_or_default(), begun.elapsed().as_secs());
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
    }
}

/// Puts a day of some chargers on the disk, as Prometheus compacts it, and prints its bytes.
pub(super) fn on_disk(promtool: &Path, folder: &Path, shape: &Shape) -> Result<()> {
    let (sites, seconds) = DAY;
    let step = EVERY.as_secs();
    // A day that is over: what is newer than the newest block is left out.
    let from = 1_700_000_000 / 86_400 * 86_400_u64;
    let mut text = String::new();
    let mut samples = 0_u32;
    for (row, name) in shape.names().enumerate() {
        for site in 0..sites {
            let (open, label) = (if name.contains('{') { "," } else { "{" }, "}");
            let name = name.trim_end_matches('}');
            for second in (0..seconds).step_by(usize::try_from(step)?) {
                samples += 1;
                let value = shape.value(row, site, second);
                let at = from + second;
                writeln!(text, "{name}{open}instance=\"site-{site}\"{label} {value} {at}")?;
            }
        }
    }
    text += "# EOF\n";
    let (file, blocks) = (folder.join("day.txt"), folder.join("blocks"));
    fs::write(&file, text)?;
    let mut command = Command::new(promtool);
    command.args(["tsdb", "create-blocks-from", "openmetrics"]).arg(&file).arg(&blocks);
    // A day as one block, as it is after the compactions of some days.
    command.args(["--max-block-duration", "24h", "--quiet"]);
    let output = command.output()?;
    ensure(output.status.success(), || String::from_utf8_lossy(&output.stderr).into_owned())?;
    let bytes = number(usize::try_from(size(&blocks)?)?);
    let mut table = Table::new(&["what", "figure"]);
    table.row("samples", [samples.to_string()]);
    table.row("bytes a sample, index included", [format!("{:.2}", bytes / f64::from(samples))]);
    let a_charger = bytes / number(sites);
    table.row("kB a charger and day", [format!("{:.1}", a_charger / 1e3)]);
    table.row(
        "GB for 10,000 chargers and a year",
        [format!("{:.0}", a_charger * 1e4 * 365.0 / 1e9)],
    );
    table.print(&format!("A day of {sites} chargers on Prometheus' disk, scraped every {EVERY:?}"));
    Ok(())
}
