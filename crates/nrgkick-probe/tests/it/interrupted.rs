//! A run that ends at any moment, asked to or killed. The settings are as before, or the journal
//! knows how they were.

use std::time::Duration;

use nrgkick_probe::{Ended, Options, Point, RunError, place, restore, run};
use nrgkick_sim::Config;
use nrgkick_sim_core::{ModbusAnswers, Setup, Switches};
use tokio::time::timeout;

use crate::support::{At, PATIENCE, Rule, Sim, charger, scratch, still};

/// Ends a run at the point `nth`; returns `false` if it ended before.
async fn asked_to_end(sim: &Sim, options: &Options, nth: usize) -> bool {
    let mut owner = Rule::stopping(sim, At::Nth(nth));
    let (stopped, was_stopped) = (owner.stopped.clone(), owner.was_stopped.clone());
    let ended = run(options, &mut owner, || {
        let stopped = stopped.clone();
        async move { stopped.notified().await }
    });
    let ended = timeout(PATIENCE, ended).await.expect("an end in time");
    match (was_stopped.get(), ended) {
        (false, Ok(Ended::Saved(_))) => false,
        (true, Ok(Ended::Early(reason))) => {
            assert_eq!(reason, "interrupted");
            assert!(!options.output.exists() && !place(&options.output).exists());
            true
        }
        // While putting back at the end the journal stays, and the same is offered again.
        (true, Err(RunError::NotPutBack { journal, .. })) => {
            let mut owner = Rule::yes(sim);
            restore(options, &mut owner, &journal, std::future::pending()).await.unwrap();
            assert!(!journal.exists());
            true
        }
        // Everything was back already, and only the journal was left.
        (_, other) => panic!("{nth}: {other:?}"),
    }
}

/// Kills a run at the point `nth`, as a power cut does; returns `false` if it ended before.
async fn killed(sim: &Sim, options: &Options, nth: usize) -> bool {
    let mut owner = Rule::stopping(sim, At::Nth(nth));
    let (stopped, was_stopped) = (owner.stopped.clone(), owner.was_stopped.clone());
    let whole = run(options, &mut owner, std::future::pending::<()>);
    tokio::select! {
        ended = timeout(PATIENCE, whole) => {
            ended.expect("an end in time").unwrap();
        }
        () = stopped.notified() => {}
    }
    let journal = place(&options.output);
    if journal.exists() {
        let mut owner = Rule::yes(sim);
        restore(options, &mut owner, &journal, std::future::pending()).await.unwrap();
        assert!(!journal.exists());
    }
    was_stopped.get()
}

async fn at_every_point(config: Config, over_http: bool, kill: bool) -> usize {
    for nth in 0.. {
        let sim = charger(config.clone()).await;
        let folder = scratch();
        let mut options = sim.options(folder.path());
        if !over_http {
            options.http = None;
        }
        let before = sim.control();
        let stopped = match kill {
            true => killed(&sim, &options, nth).await,
            false => asked_to_end(&sim, &options, nth).await,
        };
        assert_eq!(sim.control(), before, "point {nth}");
        if !stopped {
            return nth;
        }
    }
    unreachable!()
}

fn with_lost_limits() -> Config {
    // Another unit is refused, as silence takes its time.
    let modbus_answers = ModbusAnswers { other_unit: Some(11), ..ModbusAnswers::default() };
    let switches = Switches { unplug_clears_limit: true, modbus_answers, ..Switches::default() };
    still(Setup { switches, ..Setup::default() })
}

#[tokio::test]
async fn asked_to_end_at_every_point_it_leaves_the_settings_as_they_were() {
    let points = at_every_point(with_lost_limits(), true, false).await;
    assert!(points > 80, "{points}");
}

#[tokio::test]
async fn killed_at_every_point_the_journal_knows_the_settings() {
    let points = at_every_point(with_lost_limits(), true, true).await;
    assert!(points > 80, "{points}");
}

#[tokio::test]
async fn over_modbus_alone_too() {
    let points = at_every_point(with_lost_limits(), false, false).await;
    assert!(points > 60, "{points}");
    at_every_point(with_lost_limits(), false, true).await;
}

#[tokio::test]
async fn a_write_that_shows_late_is_put_back_all_the_same() {
    let lag = Duration::from_millis(120);
    let config = Config {
        setup: Setup { control_lag: lag, ..Setup::default() },
        speed: 1.0,
        ..Config::default()
    };
    let options = |sim: &Sim, folder: &std::path::Path| {
        let mut options = sim.options(folder);
        options.times.settle = lag * 3;
        options.times.look = Duration::from_millis(20);
        options
    };
    // Where they are is known from a whole run.
    let sim = charger(config.clone()).await;
    let folder = scratch();
    let mut owner = Rule::yes(&sim);
    let ended = run(&options(&sim, folder.path()), &mut owner, std::future::pending::<()>).await;
    let Ok(Ended::Saved(profile)) = ended else { panic!("{ended:?}") };
    let found = profile.answers.http.control_lag_ms.unwrap();
    assert!((100..=300).contains(&found), "{found} ms");
    let after: Vec<_> = owner.points.iter().enumerate().collect();
    let after = after.into_iter().filter(|(_, point)| **point == Point::AfterWrite);
    for (nth, _) in after {
        for kill in [false, true] {
            let sim = charger(config.clone()).await;
            let folder = scratch();
            let options = options(&sim, folder.path());
            let before = sim.control();
            let stopped = match kill {
                true => killed(&sim, &options, nth).await,
                false => asked_to_end(&sim, &options, nth).await,
            };
            assert!(stopped, "{nth}");
            tokio::time::sleep(lag * 2).await;
            assert_eq!(sim.control(), before, "point {nth}, kill {kill}");
        }
    }
}
