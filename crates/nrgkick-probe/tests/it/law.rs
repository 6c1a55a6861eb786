//! The law of replay: a simulator that is set from a profile gives the same profile, for each model
//! and each switch.

use std::collections::BTreeMap;

use charger_profile::{AfterUnplug, RawZero, Reply};
use nrgkick_model::field::{FIELDS, Kind};
use nrgkick_sim::{Config, profile};
use nrgkick_sim_core::switches::{AboveRated, RawZero as SimRawZero, UnknownKey, Wording};
use nrgkick_sim_core::{
    Firmware, ModbusAnswers, Model, Numbers, Occasion, RecordedAnswer, Scenario, Setup, Switches,
};

use tokio::task::{JoinSet, LocalSet};

use crate::support::{credentials, probed, still};

fn recorded(status: u16, text: &str) -> RecordedAnswer {
    RecordedAnswer {
        status,
        headers: vec![("x-odd".to_owned(), "1".to_owned())],
        body: format!("<p>{text}</p>"),
    }
}

/// Every switch in another position than the usual one.
fn variants() -> Vec<(&'static str, Switches)> {
    // Without `..`: a new switch must be here.
    let Switches {
        json: _,
        modbus: _,
        phase_switch: _,
        solar: _,
        attachment: _,
        missing: _,
        solar_status: _,
        solar_blocks_all: _,
        above_rated: _,
        unknown_key: _,
        raw_zero: _,
        phase_refusal: _,
        unauthorized: _,
        challenge: _,
        guarded_page: _,
        guarded_api: _,
        unplug_clears_limit: _,
        numbers: _,
        headers: _,
        recorded: _,
        modbus_answers: _,
    } = Switches::default();
    let usual = Switches::default;
    let refused = Wording { status: 423, text: "No phases today".to_owned() };
    let fixed: BTreeMap<_, _> = FIELDS
        .iter()
        .filter(|field| field.kind == Kind::Decimal)
        .map(|field| (field.path.to_owned(), 4))
        .collect();
    let missing = vec!["values.temperatures.housing".to_owned()];
    let odd = [
        (Occasion::Unauthorized, recorded(403, "who?")),
        (Occasion::Api, recorded(404, "no api")),
        (Occasion::Preflight, recorded(204, "")),
        (Occasion::UnknownPath, recorded(404, "where?")),
        (Occasion::UnknownFlag, recorded(400, "what?")),
        (Occasion::RawZero, recorded(400, "zero?")),
        (Occasion::AbsentGroup, recorded(404, "no group")),
        (Occasion::UnknownKey, recorded(400, "key?")),
        (Occasion::AboveRated, recorded(400, "too much")),
        (Occasion::PhaseSwitch, recorded(403, "no phases")),
    ];
    let solar = Switches { solar: true, ..usual() };
    vec![
        ("usual", usual()),
        ("json", Switches { json: false, ..usual() }),
        ("modbus", Switches { modbus: false, ..usual() }),
        ("phase_switch", Switches { phase_switch: false, ..usual() }),
        ("solar", solar.clone()),
        ("attachment", Switches { attachment: false, ..usual() }),
        ("missing", Switches { missing, ..usual() }),
        ("solar_status", Switches { solar_status: 200, ..solar.clone() }),
        ("solar_blocks_all", Switches { solar_blocks_all: true, ..solar }),
        ("above_rated", Switches { above_rated: AboveRated::Accept, ..usual() }),
        ("unknown_key", Switches { unknown_key: UnknownKey::Ignore, ..usual() }),
        ("raw_zero on", Switches { raw_zero: SimRawZero::On, ..usual() }),
        ("raw_zero off", Switches { raw_zero: SimRawZero::Off, ..usual() }),
        ("phase_refusal", Switches { phase_switch: false, phase_refusal: refused, ..usual() }),
        ("unauthorized", Switches { unauthorized: "no".to_owned(), ..usual() }),
        ("challenge", Switches { challenge: false, ..usual() }),
        ("guarded_page", Switches { guarded_page: true, ..usual() }),
        ("guarded_api", Switches { guarded_api: true, ..usual() }),
        ("unplug_clears_limit", Switches { unplug_clears_limit: true, ..usual() }),
        ("point", Switches { numbers: Numbers { point: false, ..Numbers::default() }, ..usual() }),
        (
            "decimals",
            Switches { numbers: Numbers { decimals: fixed, ..Numbers::default() }, ..usual() },
        ),
        ("headers", Switches { headers: vec![("server".to_owned(), "esp".to_owned())], ..usual() }),
        ("recorded", Switches { phase_switch: false, recorded: odd.into(), ..usual() }),
    ]
}

fn modbus_variants() -> Vec<(&'static str, ModbusAnswers)> {
    let ModbusAnswers {
        other_unit: _,
        cut_reads: _,
        most_registers: _,
        refuse_missing: _,
        absent: _,
        outside: _,
        cut: _,
        too_many: _,
        float_high_word_first: _,
        read_only: _,
        out_of_range: _,
        part_of_limit: _,
        blocked: _,
    } = ModbusAnswers::default();
    let usual = ModbusAnswers::default;
    vec![
        ("other_unit", ModbusAnswers { other_unit: Some(11), ..usual() }),
        ("cut_reads", ModbusAnswers { cut_reads: true, ..usual() }),
        ("most_registers 100", ModbusAnswers { most_registers: 100, ..usual() }),
        ("most_registers 50", ModbusAnswers { most_registers: 50, ..usual() }),
        ("refuse_missing", ModbusAnswers { refuse_missing: true, ..usual() }),
        ("absent", ModbusAnswers { absent: 4, ..usual() }),
        ("outside", ModbusAnswers { outside: 3, ..usual() }),
        ("cut", ModbusAnswers { cut: 3, ..usual() }),
        ("too_many", ModbusAnswers { too_many: 4, most_registers: 40, ..usual() }),
        ("float_high_word_first", ModbusAnswers { float_high_word_first: true, ..usual() }),
        ("read_only", ModbusAnswers { read_only: 1, ..usual() }),
        ("out_of_range", ModbusAnswers { out_of_range: 2, ..usual() }),
        ("part_of_limit", ModbusAnswers { part_of_limit: 3, ..usual() }),
        ("blocked", ModbusAnswers { blocked: 6, ..usual() }),
    ]
}

/// Probes, replays, and probes the replay.
async fn obeys(name: &str, config: Config) -> charger_profile::Profile {
    let first = probed(config.clone()).await;
    let Setup { credentials, scenario, .. } = config.setup;
    let base = still(Setup { credentials, scenario, ..Setup::default() });
    let (replayed, notes) = profile::apply(&first.answers, base);
    let second = probed(replayed).await;
    let shown = |profile: &charger_profile::Profile| {
        serde_json::to_string_pretty(&profile.answers).unwrap()
    };
    let (before, after) = (shown(&first), shown(&second));
    let differing = before.lines().zip(after.lines()).find(|(a, b)| a != b);
    assert_eq!(differing, None, "{name}");
    assert_eq!(first.answers, second.answers, "{name}");
    assert_eq!(notes, [""; 0], "{name}");
    first
}

fn setup(model: Model, switches: Switches) -> Setup {
    Setup { model, switches, ..Setup::default() }
}

async fn all_switches_of(model: Model) {
    let of = |name: &str, switches: Switches| {
        // Where a password is asked for is a question of its own, and asked for with each.
        let setup = Setup { model, switches, credentials: Some(credentials()), ..Setup::default() };
        (format!("{model} {name}"), still(setup))
    };
    let mut cases: Vec<_> =
        variants().into_iter().map(|(name, switches)| of(name, switches)).collect();
    for (name, modbus_answers) in modbus_variants() {
        let refusing = ["refuse_missing", "blocked"].contains(&name);
        let missing: &[&str] = if refusing { &["values.temperatures.housing"] } else { &[] };
        let switches = Switches {
            modbus_answers,
            phase_switch: !refusing,
            missing: missing.iter().map(|path| (*path).to_owned()).collect(),
            ..Switches::default()
        };
        cases.push(of(name, switches));
    }
    // Some at a time, as most of a run waits for nobody's answer.
    LocalSet::new()
        .run_until(async {
            let mut cases = cases.into_iter();
            let mut under_way = JoinSet::new();
            loop {
                while under_way.len() < 6
                    && let Some((name, config)) = cases.next()
                {
                    under_way.spawn_local(async move { drop(obeys(&name, config).await) });
                }
                match under_way.join_next().await {
                    Some(ended) => ended.unwrap(),
                    None => return,
                }
            }
        })
        .await;
}

#[tokio::test]
async fn a_16_a_unit_is_replayed_with_each_switch() {
    all_switches_of(Model::Rated16).await;
}

#[tokio::test]
async fn a_32_a_unit_is_replayed_with_each_switch() {
    all_switches_of(Model::Rated32).await;
}

#[tokio::test]
async fn a_unit_with_modem_is_replayed_with_each_switch() {
    all_switches_of(Model::Modem).await;
}

#[tokio::test]
async fn a_unit_without_position_is_replayed_with_each_switch() {
    all_switches_of(Model::ModemNoFix).await;
}

#[tokio::test]
async fn a_unit_with_household_plug_is_replayed_with_each_switch() {
    all_switches_of(Model::Domestic).await;
}

#[tokio::test]
async fn what_belongs_to_the_faces_is_replayed_too() {
    let usual = || still(Setup::default());
    let old = Setup { firmware: "4.0.0.64".parse::<Firmware>().unwrap(), ..Setup::default() };
    for (name, config) in [
        ("cors", Config { cors: true, ..usual() }),
        ("keep_alive", Config { keep_alive: false, ..usual() }),
        ("connections", Config { connections: Some(3), ..usual() }),
        ("firmware", still(old)),
        ("idle", still(Setup { scenario: Scenario::Idle, ..Setup::default() })),
        ("no password", usual()),
    ] {
        obeys(name, config).await;
    }
}

#[tokio::test]
async fn what_is_found_is_what_is_there() {
    let switches = Switches {
        phase_switch: false,
        raw_zero: SimRawZero::On,
        unplug_clears_limit: true,
        modbus_answers: ModbusAnswers { absent: 4, most_registers: 60, ..ModbusAnswers::default() },
        ..Switches::default()
    };
    let answers = probed(still(setup(Model::Rated16, switches))).await.answers;
    let refusal = answers.http.same_phases.unwrap().refusal().unwrap();
    assert_eq!(refusal.text, "Phase switching is not enabled within the NRGkick App");
    assert_eq!(refusal.status, 405);
    assert_eq!(answers.http.raw_zero, Some(RawZero::On));
    assert_eq!(answers.http.above_rated.unwrap().status, 406);
    assert_eq!(answers.http.control_lag_ms, Some(0));
    assert_eq!(answers.charger.limit_after_unplug, Some(AfterUnplug::Cleared));
    assert_eq!(answers.modbus.absent, Some(Reply::Exception(4)));
    assert_eq!(answers.modbus.most_registers, Some(60));
    assert_eq!(answers.modbus.other_unit, Some(Reply::Silent));
    assert_eq!(answers.modbus.same_phases, Some(Reply::Exception(4)));
    assert_eq!(answers.modbus.float_low_word_first, Some(true));
    assert!(answers.charger.simulated);
}
