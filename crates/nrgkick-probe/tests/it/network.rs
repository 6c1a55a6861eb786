//! The charger is away between a write and its way back, or another one is there.

use std::time::Duration;

use nrgkick_probe::{Ended, Options, Point, RunError, place, restore, run};
use nrgkick_sim::Config;
use nrgkick_sim_core::Setup;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{At, PATIENCE, Rule, Sim, charger, scratch, start, still, unwritten};

async fn fault(sim: &Sim, body: &str) {
    let mut stream = TcpStream::connect(sim.http).await.unwrap();
    let length = body.len();
    let request = format!(
        "POST /_sim/fault HTTP/1.1\r\nhost: sim\r\nconnection: close\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

/// The point after the write that changes the current.
async fn point_of_a_change(config: &Config) -> usize {
    let sim = charger(config.clone()).await;
    let folder = scratch();
    let mut owner = Rule::yes(&sim);
    let options = sim.options(folder.path());
    run(&options, &mut owner, std::future::pending::<()>).await.unwrap();
    let first_back = owner.points.iter().position(|point| *point == Point::PutBack).unwrap();
    assert_eq!(owner.points[first_back - 1], Point::AfterWrite);
    first_back - 1
}

/// Runs until its `nth` point, where the charger gets this fault and the owner interrupts.
async fn cut_off(sim: &Sim, options: &Options, nth: usize, body: &str) -> Result<Ended, RunError> {
    let mut owner = Rule::stopping(sim, At::Nth(nth));
    let stopped = owner.stopped.clone();
    let ended = run(options, &mut owner, || {
        let stopped = stopped.clone();
        async move {
            stopped.notified().await;
            fault(sim, body).await;
        }
    });
    timeout(PATIENCE, ended).await.unwrap()
}

#[tokio::test]
async fn without_a_network_it_only_asks_and_puts_back_when_the_charger_is_back() {
    let config = still(Setup::default());
    let nth = point_of_a_change(&config).await;
    let sim = charger(config).await;
    let folder = scratch();
    let mut options = sim.options(folder.path());
    options.times.look = Duration::from_millis(20);
    let before = sim.control();
    let ended = cut_off(&sim, &options, nth, r#"{"kind":"offline","ms":300}"#).await.unwrap();
    assert_eq!(ended, Ended::Early("interrupted".to_owned()));
    assert_eq!(sim.control(), before);
    assert!(!place(&options.output).exists());
}

#[tokio::test]
async fn a_charger_that_stays_away_is_told_and_can_be_put_back_later() {
    let config = still(Setup::default());
    let nth = point_of_a_change(&config).await;
    let sim = charger(config).await;
    let folder = scratch();
    let mut options = sim.options(folder.path());
    options.times.patience = Duration::from_millis(200);
    let before = sim.control();
    let error = unwritten(cut_off(&sim, &options, nth, r#"{"kind":"offline"}"#).await);
    assert!(error.contains("current_set = 13.7"), "{error}");
    assert!(error.contains("nrgkick-probe restore") && error.contains("profile.json.restore"));
    assert_ne!(sim.control(), before);
    fault(&sim, r#"{"kind":"off"}"#).await;
    // The next start offers it first.
    let mut owner = Rule::yes(&sim);
    owner.refuses = Some("earlier run");
    let error = unwritten(run(&options, &mut owner, std::future::pending::<()>).await);
    assert!(error.contains("nrgkick-probe restore"), "{error}");
    assert_ne!(sim.control(), before);
    owner.refuses = Some("Read from the charger");
    let ended = run(&options, &mut owner, std::future::pending::<()>).await.unwrap();
    assert!(matches!(ended, Ended::Early(_)), "{ended:?}");
    assert_eq!(sim.control(), before);
    assert!(!place(&options.output).exists());
}

#[tokio::test]
async fn another_charger_gets_nothing_from_a_journal() {
    let config = still(Setup::default());
    let nth = point_of_a_change(&config).await;
    let sim = charger(config).await;
    let folder = scratch();
    let options = sim.options(folder.path());
    let mut owner = Rule::stopping(&sim, At::Nth(nth));
    let stopped = owner.stopped.clone();
    tokio::select! {
        ended = run(&options, &mut owner, std::future::pending::<()>) => panic!("{ended:?}"),
        () = stopped.notified() => {}
    }
    let other = start(still(Setup { number: 2, ..Setup::default() })).await;
    let journal = place(&options.output);
    let mut owner = Rule::yes(&other);
    let elsewhere = other.options(folder.path());
    let error = restore(&elsewhere, &mut owner, &journal, std::future::pending()).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("another charger"), "{error}");
    assert_eq!(other.writes(), 0);
    assert!(journal.exists());
}
