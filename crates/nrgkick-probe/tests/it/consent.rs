//! Nothing is written that was not asked for, and nothing is told that names anybody.

use charger_profile::scrub;
use nrgkick_model::field::FIELDS;
use nrgkick_probe::{Console, Ended, Owner as _, place, run};
use nrgkick_sim_core::{Model, Occasion, RecordedAnswer, Scenario, Setup, Switches};

use crate::support::{PASSWORD, Rule, USER, credentials, probe, scratch, start, still, unwritten};

#[tokio::test]
async fn who_says_no_has_nothing_written() {
    let sim = start(still(Setup::default())).await;
    let folder = scratch();
    let options = sim.options(folder.path());
    let mut owner = Rule::yes(&sim);
    owner.refuses = Some("WRITE");
    probe(&mut owner, &options).await;
    assert_eq!(sim.writes(), 0);
    let asked = owner.asked.iter().filter(|question| question.starts_with("WRITE")).count();
    assert!(asked >= 10, "{:#?}", owner.asked);
    assert!(!place(&options.output).exists());
}

#[tokio::test]
async fn while_a_vehicle_charges_nothing_is_even_asked() {
    for (scenario, no_writes) in [(Scenario::Charging, false), (Scenario::Idle, true)] {
        let sim = start(still(Setup { scenario, ..Setup::default() })).await;
        let folder = scratch();
        let mut options = sim.options(folder.path());
        options.may_interrupt = false;
        options.no_writes = no_writes;
        let mut owner = Rule::yes(&sim);
        probe(&mut owner, &options).await;
        assert_eq!(sim.writes(), 0);
        assert!(!owner.asked.iter().any(|question| question.starts_with("WRITE")));
    }
}

#[tokio::test]
async fn every_write_is_one_that_was_agreed_to() {
    let sim = start(still(Setup { scenario: Scenario::Connected, ..Setup::default() })).await;
    let folder = scratch();
    let mut options = sim.options(folder.path());
    options.may_interrupt = false;
    let mut owner = Rule::yes(&sim);
    probe(&mut owner, &options).await;
    let agreed = owner.asked.iter().filter(|question| question.starts_with("WRITE")).count();
    let back = owner.points.iter().filter(|point| **point == nrgkick_probe::Point::PutBack).count();
    assert!(agreed >= 10, "{:#?}", owner.asked);
    assert_eq!(sim.writes(), agreed + back);
}

#[tokio::test]
async fn without_a_terminal_the_answer_is_no() {
    let sim = start(still(Setup::default())).await;
    let folder = scratch();
    let options = sim.options(folder.path());
    let mut console = Console::new(options.times.owner);
    assert!(!console.ask("?").await);
    assert!(!console.request("!", options.times.owner).await);
    let ended = run(&options, &mut console, std::future::pending::<()>).await.unwrap();
    assert!(matches!(ended, Ended::Early(reason) if reason.contains("--yes-to-reads")));
}

#[tokio::test]
async fn a_file_is_shown_first_and_never_overwritten() {
    let sim = start(still(Setup::default())).await;
    let folder = scratch();
    let options = sim.options(folder.path());
    let mut owner = Rule::yes(&sim);
    owner.refuses = Some("Save it");
    let ended = run(&options, &mut owner, std::future::pending::<()>).await.unwrap();
    let Ended::NotSaved(profile) = ended else { panic!("{ended:?}") };
    assert!(owner.said.contains(&profile.to_text()));
    assert!(!options.output.exists());
    std::fs::write(&options.output, "mine").unwrap();
    let error = unwritten(run(&options, &mut owner, std::future::pending::<()>).await);
    assert!(error.contains("--output") && error.contains("there already"), "{error}");
    assert_eq!(std::fs::read_to_string(&options.output).unwrap(), "mine");
}

/// Words of an answer that give everything away.
fn telling(serial: &str) -> RecordedAnswer {
    RecordedAnswer {
        status: 401,
        headers: vec![
            ("www-authenticate".to_owned(), format!("Basic realm=\"{serial}\"")),
            ("x-wifi".to_owned(), "simulated wi-fi at 192.0.2.10 02:00:00:53:49:4d".to_owned()),
        ],
        body: format!("This is Ada's garage, {USER}, {PASSWORD}, {serial}"),
    }
}

#[tokio::test]
async fn nothing_in_the_file_names_unit_owner_network_or_place() {
    for model in Model::ALL {
        let answer = telling("SIMULATED000004711123");
        let recorded = [Occasion::Unauthorized, Occasion::UnknownPath, Occasion::UnknownFlag]
            .map(|occasion| (occasion, answer.clone()));
        let setup = Setup {
            model,
            number: 4_711_123,
            device_name: "Ada's garage".to_owned(),
            credentials: Some(credentials()),
            switches: Switches { recorded: recorded.into(), ..Switches::default() },
            ..Setup::default()
        };
        let sim = start(still(setup)).await;
        let folder = scratch();
        let mut options = sim.options(folder.path());
        options.credentials = Some((USER.to_owned(), PASSWORD.to_owned()));
        let text = probe(&mut Rule::yes(&sim), &options).await.to_text().to_lowercase();
        let readings = sim.unit.with(|unit| unit.readings());
        let named = readings.iter().filter(|(field, _)| scrub::is_kept_out(field));
        let mut secrets: Vec<String> = named
            .filter_map(|(field, scalar)| match readings.text(field.id) {
                Some(text) => Some(text.to_owned()),
                // `15` and `353` are numbers as any other.
                None => Some(scalar.number()?.to_string()).filter(|number| number.len() > 4),
            })
            .collect();
        assert!(secrets.len() >= 6, "{secrets:?}");
        secrets.extend([USER, PASSWORD, "127.0.0.1"].map(str::to_owned));
        for secret in secrets {
            assert!(!text.contains(&secret.to_lowercase()), "{model}: {secret}\n{text}");
        }
        assert!(FIELDS.len() > 80 && text.contains(scrub::HIDDEN));
    }
}
