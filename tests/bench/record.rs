//! The last 24 h of a charger that reported everything, as a page looks at them for a day: bytes and
//! time, beside the values that the same page reads.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Instant, SystemTime};

use charge_record::sample::Sample;
use charge_record::store::Batch;
use charge_record::{Reading, Store, Unit, wall};
use nrgkick_model::code::ChargingStatus;

use crate::gateway::Charger;
use crate::http::{self, Connection};
use crate::process::Process;
use crate::table::{Spread, Table, percentile};
use crate::{Result, ensure};

/// Requests of a round.
const REQUESTS: usize = 200;
const DAY_S: i64 = 86_400;
/// The screen asks for the history, and polls the values, each so many seconds.
const PERIODS: [(&str, &str, u32); 2] =
    [("the history", "/history?points=300", 10), ("the values", "/values?raw", 2)];
const OFFER: &str = "Accept-Encoding: gzip, deflate\r\n";

pub(crate) fn run(programs: &Path, rounds: u32) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("charges.record");
    let charger = Charger::start()?;
    write_day(&file, charger.serial()?)?;
    let (url, data) = (format!("http://{}", charger.address), file.display().to_string());
    let flags = ["--charger", &url, "--listen", "127.0.0.1:0", "--log", "error", "--data", &data];
    let process = Process::start(&programs.join("cors-proxy"), &flags)?;
    let address = process.address("listening on http://")?;
    wait_for_day(address)?;
    let mut table = Table::new(&[
        "each request",
        "bytes",
        "gzip",
        "µs, median",
        "µs, p99",
        "µs CPU, median of rounds",
        "MB in 24 h",
    ]);
    let mut figures = PERIODS.map(|_| (Vec::new(), Vec::new()));
    for _ in 0..rounds {
        for ((_, target, _), (times, cpu)) in PERIODS.iter().zip(&mut figures) {
            let request = http::request(address, "GET", target, OFFER);
            let mut connection = Connection::open(address)?;
            let before = process.cpu()?;
            for _ in 0..REQUESTS {
                let begun = Instant::now();
                let answer = connection.send(&request)?;
                times.push(begun.elapsed());
                ensure(answer.status == 200, || format!("{target}: {}", answer.status))?;
            }
            cpu.push((process.cpu()? - before) / REQUESTS as f64);
        }
    }
    for ((name, target, period), (mut times, cpu)) in PERIODS.into_iter().zip(figures) {
        let plain = http::get(address, target)?.len();
        let request = http::request(address, "GET", target, &format!("{OFFER}{}", http::CLOSE));
        let packed = http::once(address, &request)?.body(target)?.len();
        let day = packed as f64 * f64::from(86_400 / period) / 1e6;
        let times = [50, 99].map(|percent| format!("{:.0}", percentile(&mut times, percent)));
        let [_, cpu, _] = Spread::of(cpu).cells();
        let cells = [plain.to_string(), packed.to_string()].into_iter().chain(times);
        table.row(name, cells.chain([cpu, format!("{day:.1}")]));
    }
    table.print(&format!(
        "24 h that are looked at for 24 h: {} every {} s, {} every {} s, bodies alone",
        PERIODS[0].1, PERIODS[0].2, PERIODS[1].1, PERIODS[1].2
    ));
    Ok(())
}

/// A record of a day up to now, with a look every 10 s.
fn write_day(file: &Path, serial: String) -> Result<()> {
    let unit = Unit { serial, simulated: true };
    let now = wall::of(SystemTime::now());
    let samples = (1..=DAY_S / 10).rev().map(|n| look(now - n * 10)).collect();
    let batch = Batch {
        names: vec![("charger".to_owned(), unit.clone())],
        samples: vec![(unit, samples)],
        ..Batch::default()
    };
    Ok(Store::open(file)?.commit(&batch)?)
}

/// A look at a vehicle that is charged with a power that is never the same.
fn look(at: i64) -> Sample {
    // A walk without chance: prime periods that do not repeat within the day.
    let wave =
        |period: i64| f64::from(u32::try_from(at % period).unwrap_or_default()) / period as f64;
    let current = 6.0 + 10.0 * wave(7_919);
    let phase = |period| Some(current - wave(period));
    let currents_a = [phase(101), phase(211), phase(307)];
    let reading = Reading {
        status: Some(ChargingStatus::Charging),
        power_w: Some(230.0 * currents_a.into_iter().flatten().sum::<f64>()),
        set_a: Some(current.ceil()),
        signalled_a: Some(current),
        currents_a,
        housing_c: Some(20.0 + 25.0 * wave(20_011)),
        ..Reading::default()
    };
    Sample::new(at, Some(&reading))
}

/// The gateway knows the day as soon as the charger has said who it is.
fn wait_for_day(address: SocketAddr) -> Result<()> {
    let until = Instant::now() + crate::PATIENCE;
    loop {
        let answer = http::get(address, PERIODS[0].1)?;
        let answer: serde_json::Value = serde_json::from_slice(&answer)?;
        if answer["points"].as_array().is_some_and(|points| points.len() >= 299) {
            return Ok(());
        }
        ensure(Instant::now() < until, || "the day that was written is not told".to_owned())?;
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
