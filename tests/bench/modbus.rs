//! The overhead of modbus-proxy over raw registers, and the savings of large blocks.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use nrgkick_model::Readings;
use nrgkick_model::field::{DocumentName, FIELDS, Presence};
use nrgkick_model::reading::Form;
use nrgkick_model::register::{MAX_QUANTITY, blocks};
use serde_json::{Value, json};

use crate::http::{self, Connection};
use crate::process::Process;
use crate::registers::Registers;
use crate::table::{Spread, Table, percentile};
use crate::{Result, ensure};

const VALUES: &str = "/values?raw";
/// Every document of the charger.
const DOCUMENTS: [&str; 3] = ["/info?raw", VALUES, "/control"];

/// Injected round trips in milliseconds, with the polls of one round.
const POLLS: [(u32, usize); 2] = [(0, 2000), (5, 200)];
/// Injected round trips, with the full reads of one round.
const FULL_READS: [(u32, usize); 3] = [(0, 50), (5, 2), (20, 1)];

/// Runs both comparisons, the second one without and with a modem.
pub(crate) fn run(programs: &Path, rounds: u32) -> Result<()> {
    let house = House::start(programs, "32a")?;
    polls(&house, rounds)?;
    full_reads(&house, "no modem, 72 rows", rounds)?;
    drop(house);
    full_reads(&House::start(programs, "sim")?, "modem, all 82 rows", rounds)
}

/// A simulated charger whose clock stands still, with a proxy in front of it.
struct House {
    _simulator: Process,
    admin: SocketAddr,
    registers: SocketAddr,
    proxy: Process,
    http: SocketAddr,
    has_modem: bool,
}

impl House {
    fn start(programs: &Path, model: &str) -> Result<Self> {
        let any = "127.0.0.1:0";
        let faces = ["--http", any, "--modbus", any];
        let still = ["--model", model, "--scenario", "charging", "--speed", "0"];
        let flags = [&faces[..], &still].concat();
        let simulator = Process::start(&programs.join("nrgkick-sim"), &flags)?;
        let admin = simulator.address("SIMULATED charger on http://")?;
        let registers = simulator.address("Modbus on ")?;
        let charger = registers.to_string();
        let proxy = Process::start(
            &programs.join("modbus-proxy"),
            &["--charger", &charger, "--listen", any, "--log", "error"],
        )?;
        let http = proxy.address("listening on http://")?;
        // First-time reads of a charger must not count.
        for target in DOCUMENTS {
            http::get(http, target)?;
        }
        let has_modem = model == "sim";
        Ok(Self { _simulator: simulator, admin, registers, proxy, http, has_modem })
    }

    fn delay(&self, milliseconds: u32) -> Result<()> {
        let fault = json!({"kind": "modbus", "fault": "delay", "ms": milliseconds});
        http::post(self.admin, "/_sim/fault", &fault.to_string()).map(drop)
    }

    /// Returns the count of Modbus requests that reached the charger.
    fn frames(&self) -> Result<u64> {
        let counters: Value = serde_json::from_slice(&http::get(self.admin, "/_sim/modbus")?)?;
        counters["transactions"].as_u64().ok_or_else(|| format!("no count in {counters}").into())
    }

    fn exists(&self, presence: Presence) -> bool {
        self.has_modem || presence == Presence::Always
    }
}

/// Compares a poll of 70 registers by hand with the document through the proxy.
fn polls(house: &House, rounds: u32) -> Result<()> {
    let documents = [DocumentName::Control, DocumentName::Values];
    let all = blocks(&documents, MAX_QUANTITY);
    let [block] = all[..] else { return Err(format!("a poll is {all:?}").into()) };
    let mut raw = Registers::open(house.registers)?;
    let mut proxied = Connection::open(house.http)?;
    let request = http::request(house.http, "GET", VALUES, "");

    let words = raw.read(block.address, block.quantity)?;
    let mut readings = Readings::default();
    readings.read_words(block.address, &words);
    let document = readings.to_json(DocumentName::Values, &[], Form::Raw).into_bytes();

    for (delay, count) in POLLS {
        house.delay(delay)?;
        let (mut by_hand, mut by_proxy) = (Rounds::default(), Rounds::default());
        let frames = house.frames()?;
        let mut cpu = 0.0;
        for _ in 0..rounds {
            by_hand.add(count, || {
                let found = raw.read(block.address, block.quantity)?;
                ensure(found == words, || format!("{found:?} was read, not {words:?}"))
            })?;
            let before = house.proxy.cpu()?;
            by_proxy.add(count, || {
                let answer = proxied.send(&request)?.body(VALUES)?;
                let text = || String::from_utf8_lossy(&answer);
                ensure(answer == document, || format!("{VALUES} is {} of {words:?}", text()))
            })?;
            cpu += house.proxy.cpu()? - before;
        }
        let reads = u64::from(rounds) * u64::try_from(count)?;
        let sent = house.frames()? - frames;
        ensure(sent == 2 * reads, || format!("{sent} frames for twice {reads} reads"))?;

        let mut table = Table::new(&["µs", "min", "median", "max"]);
        let spreads = [by_hand.p50, by_proxy.p50, by_hand.p99, by_proxy.p99].map(Spread::of);
        let names = ["registers, p50", "proxy, p50", "registers, p99", "proxy, p99"];
        for (name, spread) in names.into_iter().zip(&spreads) {
            table.row(name, spread.cells());
        }
        table.print(&format!(
            "modbus: a poll of 70 registers by hand, and as GET {VALUES} through modbus-proxy; \
             {delay} ms round trip, {rounds} rounds of {count}"
        ));
        let [hand_50, proxy_50, hand_99, proxy_99] = spreads.map(|spread| spread.median);
        println!(
            "  added: p50 {:.0} µs (ratio {:.2}), p99 {:.0} µs (ratio {:.2}); \
             1 frame for each read",
            proxy_50 - hand_50,
            proxy_50 / hand_50,
            proxy_99 - hand_99,
            proxy_99 / hand_99,
        );
        if delay == 0 {
            let reads = f64::from(u32::try_from(reads)?);
            let resident = house.proxy.resident()? / 1024.0;
            println!(
                "  proxy: {:.0} µs CPU for each read, {resident:.1} MiB resident",
                cpu / reads
            );
        }
    }
    house.delay(0)
}

/// Compares full reads: row by row, by the planned blocks, and as documents.
fn full_reads(house: &House, title: &str, rounds: u32) -> Result<()> {
    let rows: Vec<(u16, u16)> = FIELDS
        .iter()
        .filter(|field| house.exists(field.presence))
        .map(|field| (field.register.address, field.register.encoding.words()))
        .collect();
    let planned: Vec<(u16, u16)> = blocks(&DocumentName::ALL, MAX_QUANTITY)
        .into_iter()
        .filter(|block| house.exists(block.presence))
        .map(|block| (block.address, block.quantity))
        .collect();
    let mut raw = Registers::open(house.registers)?;
    let mut proxied = Connection::open(house.http)?;
    let requests = DOCUMENTS.map(|target| http::request(house.http, "GET", target, ""));
    let mut read = |places: &[(u16, u16)]| -> Result<Vec<u16>> {
        let mut words = Vec::new();
        for &(address, quantity) in places {
            words.extend(raw.read(address, quantity)?);
        }
        Ok(words)
    };
    let mut fetch = || -> Result<Vec<Vec<u8>>> {
        let bodies = DOCUMENTS.iter().zip(&requests);
        bodies.map(|(target, request)| proxied.send(request)?.body(target)).collect()
    };
    let (words, documents) = (read(&rows)?, fetch()?);

    let mut table =
        Table::new(&["ms", "round trip", "frames", "min", "median", "max", "row by row = 1"]);
    for (delay, count) in FULL_READS {
        house.delay(delay)?;
        let mut contestants = [(); 3].map(|()| Rounds::default());
        let mut frames = [0; 3];
        for _ in 0..rounds {
            let [by_row, by_block, by_proxy] = &mut contestants;
            let begun = house.frames()?;
            by_row.add(count, || ensure(read(&rows)? == words, || other("rows")))?;
            let rows_read = house.frames()?;
            by_block.add(count, || ensure(read(&planned)? == words, || other("blocks")))?;
            let blocks_read = house.frames()?;
            by_proxy.add(count, || ensure(fetch()? == documents, || other("documents")))?;
            let all_read = house.frames()?;
            frames[0] += rows_read - begun;
            frames[1] += blocks_read - rows_read;
            frames[2] += all_read - blocks_read;
        }
        let reads = u64::from(rounds) * u64::try_from(count)?;
        let expected = [rows.len(), planned.len(), planned.len()];
        let spreads = contestants.map(|rounds| Spread::of(rounds.mean));
        let slowest = spreads[0].median;
        let names = ["row by row", "planned blocks", "proxy, 3 documents"];
        for (index, spread) in spreads.into_iter().enumerate() {
            let (sent, each) = (frames[index], u64::try_from(expected[index])?);
            ensure(sent == reads * each, || {
                format!("{}: {sent} frames for {reads} reads of {each}", names[index])
            })?;
            let [lowest, median, highest] = spread.cells();
            let ratio = format!("{:.3}", spread.median / slowest);
            let place = [format!("{delay} ms"), each.to_string()];
            table.row(names[index], place.into_iter().chain([lowest, median, highest, ratio]));
        }
    }
    table.print(&format!("modbus: a full read ({title}), {rounds} rounds"));
    house.delay(0)
}

fn other(what: &str) -> String {
    format!("the {what} are not what they were, and time stands still")
}

/// The figures of one contestant, one from each round.
#[derive(Default)]
struct Rounds {
    /// Median of a round, µs.
    p50: Vec<f64>,
    /// 99th percentile of a round, µs.
    p99: Vec<f64>,
    /// Mean of a round, ms.
    mean: Vec<f64>,
}

impl Rounds {
    /// Runs a round of `count` calls of `act`.
    fn add(&mut self, count: usize, mut act: impl FnMut() -> Result<()>) -> Result<()> {
        let mut samples = Vec::with_capacity(count);
        for _ in 0..count {
            let began = Instant::now();
            act()?;
            samples.push(began.elapsed());
        }
        let sum: Duration = samples.iter().sum();
        self.mean.push(sum.as_secs_f64() * 1e3 / f64::from(u32::try_from(count)?));
        self.p50.push(percentile(&mut samples, 50));
        self.p99.push(percentile(&mut samples, 99));
        Ok(())
    }
}
