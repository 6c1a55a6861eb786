//! A simulator on free ports, and an owner who answers by rule.

use std::cell::Cell;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use charger_profile::Profile;
use nrgkick_probe::{Ended, Options, Owner, Point, RunError, Times, address, run};
use nrgkick_sim::{Config, Faces, Listeners, Unit};
use nrgkick_sim_core::{Credentials, Setup};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// Longest time for anything in these tests.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const USER: &str = "Ada Lovelace";
pub(crate) const PASSWORD: &str = "correct horse";

/// A folder in memory where there is one: every journal waits for its disk.
pub(crate) fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

/// A simulator that runs until the test ends.
pub(crate) struct Sim {
    pub(crate) http: SocketAddr,
    pub(crate) modbus: SocketAddr,
    pub(crate) unit: Unit,
}

pub(crate) async fn start(config: Config) -> Sim {
    let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let modbus = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (at, registers) = (http.local_addr().unwrap(), modbus.local_addr().unwrap());
    let faces = Faces::new(config);
    let unit = faces.modbus.unit().clone();
    tokio::spawn(async move {
        let listeners = Listeners { http, modbus: Some(modbus) };
        nrgkick_sim::serve_faces(&faces, listeners, std::future::pending()).await;
    });
    Sim { http: at, modbus: registers, unit }
}

/// A charger whose clock stands still, so that two probes see the same.
pub(crate) fn still(setup: Setup) -> Config {
    Config {
        setup: Setup { control_lag: Duration::ZERO, ..setup },
        speed: 0.0,
        ..Config::default()
    }
}

pub(crate) fn credentials() -> Credentials {
    Credentials { username: USER.to_owned(), password: PASSWORD.to_owned() }
}

impl Sim {
    pub(crate) fn state(&self) -> Value {
        serde_json::from_str(&self.unit.with(|unit| unit.state())).unwrap()
    }

    pub(crate) fn control(&self) -> Value {
        self.state()["control"].clone()
    }

    pub(crate) fn patch(&self, patch: &Value) {
        self.unit.with(|unit| unit.patch(patch)).unwrap();
    }

    pub(crate) fn writes(&self) -> usize {
        self.unit.with(|unit| unit.write_count())
    }

    /// The options of a thorough run, without waiting.
    pub(crate) fn options(&self, folder: &Path) -> Options {
        let ms = Duration::from_millis;
        Options {
            http: Some(address::http(&self.http.to_string()).unwrap()),
            credentials: None,
            modbus: Some(address::modbus(&self.modbus.to_string()).unwrap()),
            output: folder.join("profile.json"),
            no_writes: false,
            yes_to_reads: false,
            may_interrupt: true,
            custom_api: None,
            times: Times {
                gap: Duration::ZERO,
                connect: ms(10_000),
                exchange: ms(10_000),
                silence: ms(80),
                look: ms(1),
                settle: Duration::ZERO,
                patience: ms(2000),
                owner: PATIENCE,
                watch: ms(2000),
            },
        }
    }
}

/// A charger whose settings are none of those that a program would write by itself.
pub(crate) async fn charger(config: Config) -> Sim {
    let sim = start(config).await;
    sim.patch(&json!({"control": {"current_set": 13.7, "energy_limit": 12_345}}));
    // A held value is not what a write is kept from: it ends with one.
    sim
}

/// What an owner does at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Nothing.
    Never,
    /// Stops everything at this point, counted from 0.
    Nth(usize),
}

/// An owner who says yes to everything that `refuses` does not name, and unplugs when asked to.
pub(crate) struct Rule<'a> {
    pub(crate) sim: &'a Sim,
    pub(crate) refuses: Option<&'static str>,
    pub(crate) said: Vec<String>,
    pub(crate) asked: Vec<String>,
    pub(crate) points: Vec<Point>,
    stops: At,
    /// Is notified at the point at which everything stops.
    pub(crate) stopped: Rc<Notify>,
    pub(crate) was_stopped: Rc<Cell<bool>>,
}

impl<'a> Rule<'a> {
    pub(crate) fn yes(sim: &'a Sim) -> Self {
        Self::stopping(sim, At::Never)
    }

    pub(crate) fn stopping(sim: &'a Sim, stops: At) -> Self {
        Self {
            sim,
            refuses: None,
            said: Vec::new(),
            asked: Vec::new(),
            points: Vec::new(),
            stops,
            stopped: Rc::new(Notify::new()),
            was_stopped: Rc::new(Cell::new(false)),
        }
    }
}

impl Owner for Rule<'_> {
    fn say(&mut self, text: &str) {
        self.said.push(text.to_owned());
    }

    async fn ask(&mut self, question: &str) -> bool {
        self.asked.push(question.to_owned());
        self.refuses.is_none_or(|refused| !question.contains(refused))
    }

    async fn request(&mut self, deed: &str, _: Duration) -> bool {
        self.asked.push(deed.to_owned());
        if deed.contains("nplug") {
            self.sim.patch(&json!({"vehicle": {"plugged": false}}));
        } else if deed.contains("lug") {
            self.sim.patch(&json!({"vehicle": {"plugged": true}}));
        }
        true
    }

    async fn reached(&mut self, point: Point) {
        self.points.push(point);
        if self.stops == At::Nth(self.points.len() - 1) {
            self.was_stopped.set(true);
            self.stopped.notify_one();
            // Whoever stops everything drops this.
            std::future::pending::<()>().await;
        }
    }
}

/// Probes without an interruption and expects a file.
pub(crate) async fn probe(owner: &mut Rule<'_>, options: &Options) -> Profile {
    let ended = tokio::time::timeout(PATIENCE, run(options, owner, std::future::pending::<()>));
    match ended.await.expect("an end in time") {
        Ok(Ended::Saved(profile)) => {
            let bytes = std::fs::read(&options.output).unwrap();
            let read = Profile::read(&bytes).unwrap();
            assert_eq!(read, *profile, "what was shown is what is in the file");
            *profile
        }
        other => panic!("{other:?}\n{:#?}", owner.said),
    }
}

/// Probes a fresh simulator.
pub(crate) async fn probed(config: Config) -> Profile {
    let sim = start(config.clone()).await;
    let folder = scratch();
    let mut options = sim.options(folder.path());
    options.credentials = config.setup.credentials.map(|given| (given.username, given.password));
    let before = sim.control();
    let mut owner = Rule::yes(&sim);
    let profile = probe(&mut owner, &options).await;
    let after = sim.control();
    let said = &owner.said;
    // Only unplugging may have ended the limit, which is then put back.
    assert_eq!(after, before, "settings are as before\n{said:#?}");
    assert!(!nrgkick_probe::place(&options.output).exists());
    profile
}

pub(crate) fn unwritten(error: Result<Ended, RunError>) -> String {
    error.unwrap_err().to_string()
}
