//! Laws that hold in every state and at any time.

use nrgkick_model::code::Phase;
use nrgkick_model::document::{PhaseValues, Values};
use nrgkick_model::field::FIELDS;
use nrgkick_model::{FieldId, Scalar};
use nrgkick_sim_core::{Model, Scenario, Setup, Simulator};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{get, patch, seconds, simulator, values};

/// Half a step of the printed figures, for several roundings.
const ROUNDING: f64 = 0.0021;

fn assert_adds_up(values: Values) {
    let flow = values.powerflow.unwrap();
    let phases = Phase::ALL.map(|phase| values.phase(phase).unwrap());
    for phase in phases {
        let (u, i) = (phase.voltage.unwrap(), phase.current.unwrap());
        let (p, q, s) = (
            phase.active_power.unwrap(),
            phase.reactive_power.unwrap(),
            phase.apparent_power.unwrap(),
        );
        assert!((s - u * i).abs() < ROUNDING, "S = U I: {phase:?}");
        assert!(
            (p - u * i * phase.power_factor.unwrap()).abs() < ROUNDING,
            "P = U I PF: {phase:?}"
        );
        assert!((s * s - p * p - q * q).abs() <= 0.01 * s.max(1.0), "S² = P² + Q²: {phase:?}");
    }
    type Part = fn(&PhaseValues) -> Option<f64>;
    let sums: [(f64, Part); 3] = [
        (flow.total_active_power.unwrap(), |p| p.active_power),
        (flow.total_reactive_power.unwrap(), |p| p.reactive_power),
        (flow.total_apparent_power.unwrap(), |p| p.apparent_power),
    ];
    for (total, part) in sums {
        let sum: f64 = phases.iter().map(|phase| part(phase).unwrap()).sum();
        assert!((sum - total).abs() < 1e-6, "{sum} {total}");
    }
    let mean = phases.iter().map(|phase| phase.voltage.unwrap()).sum::<f64>() / 3.0;
    assert!((mean - flow.charging_voltage.unwrap()).abs() < 0.0051);
    let most = phases.iter().map(|phase| phase.current.unwrap()).fold(0.0, f64::max);
    assert!(flow.n.unwrap().current.unwrap() <= most + ROUNDING);
}

/// `exact` requires that no held value is finer than its register.
fn assert_fits_registers(charger: &Simulator, exact: bool) {
    for (field, scalar) in charger.readings().iter() {
        if let Scalar::Decimal(number) = scalar {
            assert!(number.is_finite(), "{}: {number}", field.path);
        }
        let words = field.encode(scalar).unwrap_or_else(|error| panic!("{error}"));
        // JSON and registers agree, except for texts that are cut.
        if let Scalar::Decimal(number) = scalar
            && field.register.factor > 1
        {
            let decoded = field.decode(&words).unwrap().number().unwrap();
            let step = if exact { 1e-6 } else { 0.51 };
            let apart = (decoded - number).abs() * f64::from(field.register.factor);
            assert!(apart < step, "{}: {number} {decoded}", field.path);
        }
    }
}

/// Generates one event of a charger.
fn event() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(|plugged| json!({"vehicle": {"plugged": plugged}})),
        (1..=3_u8, 6..=63_u8)
            .prop_map(|(phases, most)| json!({"vehicle": {"phases": phases, "max_current": most}})),
        (0..800_u16).prop_map(|t| json!({"control": {"current_set": f64::from(t) / 10.0}})),
        (0..=1_u8).prop_map(|pause| json!({"control": {"charge_pause": pause}})),
        (0..=4_u8).prop_map(|phases| json!({"control": {"phase_count": phases}})),
        (0..255_u8).prop_map(|rated| json!({"info": {"general": {"rated_current": rated}}})),
        (0..u16::MAX).prop_map(
            |most| json!({"info": {"connector": {"max_current": f64::from(most) / 10.0}}})
        ),
        (0..=255_u8).prop_map(|grid| json!({"info": {"grid": {"phases": grid}}})),
        (0..=255_u8).prop_map(|relays| json!({"values": {"general": {"relay_state": relays}}})),
        (0..=255_u8).prop_map(|code| json!({"values": {"general": {"warning_code": code}}})),
        (-i16::MAX..=i16::MAX)
            .prop_map(|t| json!({"values": {"temperatures": {"housing": f64::from(t) / 100.0}}})),
        Just(json!({"values": null, "info": null, "control": null})),
        any::<bool>().prop_map(|there| json!({"switches": {"attachment": there}})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn figures_add_up_whatever_happens(
        model in 0..5_usize,
        scenario in 0..11_usize,
        events in proptest::collection::vec((event(), 0.0..60.0_f64), 0..8),
    ) {
        let (model, scenario) = (Model::ALL[model], Scenario::ALL[scenario]);
        let mut charger = Simulator::new(Setup { model, scenario, ..Setup::default() });
        for (event, wait) in events {
            patch(&mut charger, &event);
            assert_adds_up(values(&mut charger));
            charger.advance(seconds(wait));
            assert_adds_up(values(&mut charger));
            assert_fits_registers(&charger, true);
        }
    }

    #[test]
    fn nothing_overflows_a_register_whatever_is_held(
        holds in proptest::collection::vec((0..FIELDS.len(), -1.0..1.0_f64), 1..12),
    ) {
        let mut charger = simulator(Scenario::Charging);
        for (row, share) in holds {
            let field = &FIELDS[row];
            let most = f64::from(i32::MAX) / f64::from(field.register.factor);
            let parts: Vec<_> = field.path.split('.').collect();
            // Some of these are refused; the accepted ones must leave a state that fits.
            let leaf = json!(share * most);
            let patch = parts.iter().rev().fold(leaf, |value, key| json!({ (*key): value }));
            let _ = charger.patch(&patch);
            let whole = json!((share.abs() * most).round());
            let patch = parts.iter().rev().fold(whole, |value, key| json!({ (*key): value }));
            let _ = charger.patch(&patch);
            charger.advance(seconds(10.0));
            assert_fits_registers(&charger, false);
        }
    }
}

#[test]
fn energy_is_the_integral_of_power() {
    let mut charger = simulator(Scenario::Charging);
    let energy = |charger: &mut Simulator| {
        let energy = values(charger).energy.unwrap();
        (energy.total_charged_energy.unwrap(), energy.charged_energy.unwrap())
    };
    let (total, charged) = energy(&mut charger);
    let mut integral = 0.0;
    for second in 0..3600_u32 {
        if second == 1800 {
            get(&mut charger, "/control?current_set=6.5");
        }
        for _ in 0..10 {
            charger.advance(seconds(0.1));
            let power = values_power(&charger);
            integral += power * 0.1 / 3600.0;
        }
    }
    let (total_after, charged_after) = energy(&mut charger);
    let gained = f64::from(charged_after - charged);
    assert!((gained - integral).abs() <= 1.0, "{gained} {integral}");
    assert!((total_after - total).abs_diff(u64::from(charged_after - charged)) <= 1);
    assert!(integral > 5000.0);
}

fn values_power(charger: &Simulator) -> f64 {
    charger.readings().get(FieldId::ActivePower).and_then(Scalar::number).unwrap()
}

#[test]
fn time_may_be_given_in_any_pieces() {
    let mut whole = simulator(Scenario::Cycle);
    let mut pieces = whole.clone();
    whole.advance(seconds(123.4));
    for _ in 0..1234 {
        pieces.advance(seconds(0.03));
        pieces.advance(seconds(0.07));
    }
    assert_eq!(whole.state(), pieces.state());
}

#[test]
fn an_idle_unit_draws_its_own_little_power() {
    let mut charger = simulator(Scenario::Idle);
    let flow = values(&mut charger).powerflow.unwrap();
    assert!((flow.total_active_power.unwrap() - 0.8).abs() < 0.1);
    assert!((flow.total_power_factor.unwrap() - 0.16).abs() < 0.005);
    assert_eq!(flow.charging_current, Some(6.0));
    let energy = values(&mut charger).energy;
    charger.advance(seconds(3600.0));
    assert_eq!(values(&mut charger).energy, energy, "and does not count it as charged");
}

#[test]
fn the_smallest_limit_counts_and_one_phase_is_l1() {
    let setup = Setup { model: Model::Domestic, ..Setup::default() };
    let mut charger = Simulator::new(setup);
    let flow = values(&mut charger).powerflow.unwrap();
    assert_eq!(flow.charging_current, Some(13.0));
    assert!((flow.l1.unwrap().current.unwrap() - 13.0).abs() < 0.1);
    assert_eq!((flow.l2.unwrap().current, flow.l3.unwrap().current), (Some(0.0), Some(0.0)));
    assert!((flow.n.unwrap().current.unwrap() - 13.0).abs() < 0.1, "all of it comes back by N");

    let mut charger = simulator(Scenario::Charging);
    patch(&mut charger, &json!({"vehicle": {"max_current": 10}, "control": {"current_set": 20}}));
    charger.advance(seconds(10.0));
    let flow = values(&mut charger).powerflow.unwrap();
    assert_eq!(flow.charging_current, Some(20.0), "what it is told, not what it takes");
    assert!((flow.l1.unwrap().current.unwrap() - 10.0).abs() < 0.1);
}

#[test]
fn parts_warm_with_current_and_cool_without() {
    let setup = Setup { model: Model::Domestic, scenario: Scenario::Connected, ..Setup::default() };
    let mut charger = Simulator::new(setup);
    let cold = values(&mut charger).temperatures.unwrap();
    patch(&mut charger, &json!({"vehicle": {"hungry": true}}));
    charger.advance(seconds(1800.0));
    let warm = values(&mut charger).temperatures.unwrap();
    assert!(warm.housing > cold.housing && warm.connector_l1 > cold.connector_l1);
    assert!(warm.domestic_plug_1 > cold.domestic_plug_1);
    assert_eq!(warm.connector_l2, cold.connector_l2, "no current there");
    patch(&mut charger, &json!({"vehicle": {"plugged": false}}));
    charger.advance(seconds(7200.0));
    let cool = values(&mut charger).temperatures.unwrap();
    assert!((cool.housing.unwrap() - cold.housing.unwrap()).abs() < 0.1);
    let cee = values(&mut simulator(Scenario::Charging)).temperatures.unwrap();
    assert_eq!((cee.domestic_plug_1, cee.domestic_plug_2), (Some(0.0), Some(0.0)));
}
