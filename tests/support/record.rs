//! A record of charges that begins with charges of known figures, for tests of what is shown of it.

use std::path::Path;

use charge_record::curve::Point;
use charge_record::store::Batch;
use charge_record::{Charge, ChargeId, Store, wall};
use gateway_api::record::{EndedBy, EnergyFrom, GapReason};

use crate::server::{Server, Simulator, cors_proxy};

/// A charge at 6 kW, which is 100 Wh a minute.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// Start, RFC 3339.
    pub start: &'static str,
    /// Minutes.
    pub minutes: u32,
    /// Its label.
    pub label: Option<&'static str>,
    /// Set if its curve was kept.
    pub has_curve: bool,
    /// Set if ten minutes from its fifth on were not seen, though they are in its energy.
    pub has_gap: bool,
}

/// In two months: by day, over the end of the day's price, over it without a curve, with a gap, and
/// at night.
pub const SOME: [Made; 5] = [
    made("2026-10-05T16:00:00Z", 73, Some("Anna, blue car"), true),
    made("2026-10-20T19:30:00Z", 60, Some("Ben"), true),
    made("2026-11-03T20:30:00Z", 120, Some("Carla"), false),
    Made { has_gap: true, ..made("2026-11-10T12:00:00Z", 60, None, true) },
    made("2026-11-20T23:00:00Z", 45, Some("Anna, blue car"), true),
];

const fn made(
    start: &'static str,
    minutes: u32,
    label: Option<&'static str>,
    has_curve: bool,
) -> Made {
    Made { start, minutes, label, has_curve, has_gap: false }
}

impl Made {
    /// The charge of the charger with `serial`, and its curve. `nth` makes id and counter.
    fn charge(&self, serial: &str, nth: u32) -> (Charge, Vec<Point>) {
        let start = wall::parse(self.start).unwrap();
        let (minute, counter) = (
            |n: u32| start + i64::from(n) * 60,
            |n: u32| u64::from(nth) * 1_000_000 + u64::from(n) * 100,
        );
        let gap = charge_record::charge::Gap {
            from: minute(5),
            to: minute(15),
            reason: GapReason::Away,
            energy_wh: Some(1_000),
            counted: true,
        };
        let charge = Charge {
            id: ChargeId(0xA000 + u64::from(nth)),
            serial: serial.to_owned(),
            simulated: true,
            start,
            end: Some(minute(self.minutes)),
            duration_s: u64::from(self.minutes) * 60,
            energy_wh: Some(u64::from(self.minutes) * 100),
            energy_from: Some(EnergyFrom::Counter),
            before_wh: None,
            counter_start_wh: Some(counter(0)),
            counter_end_wh: Some(counter(self.minutes)),
            peak_w: Some(6_040),
            phases: Some(3),
            ended_by: Some(EndedBy::Unplugged),
            begun_unseen: false,
            end_unseen: false,
            gaps: if self.has_gap { vec![gap] } else { Vec::new() },
            more_gaps: 0,
            clock_set_s: None,
            label: self.label.map(str::to_owned),
        };
        let seen = (0..=self.minutes).filter(|n| !self.has_gap || !(6..15).contains(n));
        let point = |n| Point {
            at: minute(n),
            power_w: Some(if n == 0 { 0 } else { 6_000 }),
            set: Some(160),
            counter_wh: Some(counter(n)),
        };
        (charge, if self.has_curve { seen.map(point).collect() } else { Vec::new() })
    }
}

/// Begins the file `path` with `all` of the charger with `serial`.
///
/// # Panics
/// If it cannot be written.
pub fn write(path: &Path, serial: &str, all: &[Made]) {
    let closed = (1..).zip(all).map(|(nth, made)| made.charge(serial, nth)).collect();
    let batch = Batch { closed, ..Batch::default() };
    Store::open(path).unwrap().commit(&batch).unwrap();
}

/// A simulated charger without a vehicle, behind a proxy that keeps a record, which begins with `all`.
#[derive(Debug)]
pub struct Kept {
    /// The charger.
    pub simulator: Simulator,
    /// The proxy.
    pub proxy: Server,
    _folder: tempfile::TempDir,
}

impl Kept {
    /// Starts both, the proxy with `flags`, the charger with those of `charger`.
    ///
    /// # Panics
    /// If one of them does not start.
    pub async fn start(charger: &str, all: &[Made], flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = Simulator::start(charger).await;
        let state = simulator.state().await;
        let serial = state["info"]["general"]["serial_number"].as_str().unwrap();
        let path = folder.path().join("record");
        write(&path, serial, all);
        let data = path.display().to_string();
        let own = ["--data", &data, "--record-every", "1s", "--keep", "36500d"];
        let flags: Vec<_> = own.into_iter().chain(flags.iter().copied()).collect();
        let proxy = cors_proxy(simulator.address(), &flags).await;
        Self { simulator, proxy, _folder: folder }
    }
}
