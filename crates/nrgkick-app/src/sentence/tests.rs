//! The sentence for every state that the documents can describe.

mod series;

use nrgkick_model::Control;
use nrgkick_model::code::{ErrorCode, RcdTrigger, RelayState, WarningCode};
use nrgkick_model::document::{Document, Energy, Powerflow, State as Codes, Values};
use nrgkick_model::field::DocumentName;
use nrgkick_model::time::Moment;

use super::*;

fn state(status: ChargingStatus) -> Codes {
    Codes { status: Some(status), charge_permitted: Some(true), ..Codes::default() }
}

fn values(general: Codes) -> Values {
    let powerflow = Powerflow {
        total_active_power: Some(10_900.0),
        charging_current: Some(16.0),
        ..Powerflow::default()
    };
    let energy = Energy { charged_energy: Some(4_200), ..Energy::default() };
    Values {
        general: Some(general),
        powerflow: Some(powerflow),
        energy: Some(energy),
        ..Values::default()
    }
}

fn control() -> Control {
    Control {
        current_set: Some(16.0),
        charge_pause: Some(false),
        energy_limit: Some(0),
        phase_count: Some(3),
    }
}

fn snapshot(seconds: u64, values: &Values, control: &Control) -> Snapshot {
    let at = Moment::from_millis(seconds * 1_000);
    Snapshot::default().with(at, DocumentName::Values, values.readings()).with(
        at,
        DocumentName::Control,
        control.readings(),
    )
}

#[track_caller]
fn says(values: &Values, control: &Control, tone: Tone, text: &str) -> String {
    let snapshot = snapshot(0, values, control);
    let sentence = sentence(&snapshot, History::default().after(&snapshot, false));
    assert_eq!((sentence.tone, sentence.text.as_str()), (tone, text));
    assert_eq!(sentence.at_limit, text.starts_with("Energy limit"));
    sentence.reason
}

#[test]
fn charging_names_its_phases_and_says_why_it_is_slow() {
    let charging = |relays| {
        values(Codes {
            relay_state: Some(RelayState::from_number(relays)),
            ..state(ChargingStatus::Charging)
        })
    };
    assert_eq!(says(&charging(15), &control(), Tone::Charging, "Charging on 3 phases"), "");
    says(&charging(3), &control(), Tone::Charging, "Charging on 1 phase");
    says(&charging(0), &control(), Tone::Charging, "Charging");

    let mut warm = charging(15);
    warm.powerflow = warm.powerflow.map(|p| Powerflow { charging_current: Some(10.0), ..p });
    warm.general = warm
        .general
        .map(|g| Codes { warning_code: Some(WarningCode::IncreasedHousingTemperature), ..g });
    let reason = says(&warm, &control(), Tone::Charging, "Charging on 3 phases");
    assert_eq!(reason, "The charger offers 10.0 A of the 16.0 A you allow, because it is warm.");
}

#[test]
fn a_connected_vehicle_waits_for_something() {
    let connected = waiting();
    says(&connected, &control(), Tone::Waiting, "Connected, not charging");
    let paused = Control { charge_pause: Some(true), ..control() };
    says(&connected, &paused, Tone::Waiting, "Paused");
    let limit = |limit| Control { energy_limit: Some(limit), ..control() };
    says(&connected, &limit(4_200), Tone::Waiting, "Energy limit of 4.2 kWh reached");
    says(&connected, &limit(4_201), Tone::Waiting, "Connected, not charging");
    let blocker =
        values(Codes { charge_permitted: Some(false), ..state(ChargingStatus::Connected) });
    says(&blocker, &control(), Tone::Waiting, "Charging is not released");
}

fn with_codes(status: ChargingStatus, codes: (u8, u8, u8)) -> Values {
    values(Codes {
        error_code: Some(ErrorCode::from_number(codes.0)),
        rcd_trigger: Some(RcdTrigger::from_number(codes.1)),
        warning_code: Some(WarningCode::from_number(codes.2)),
        ..state(status)
    })
}

fn without_power(mut values: Values) -> Values {
    values.powerflow = values.powerflow.map(|p| Powerflow { total_active_power: Some(0.8), ..p });
    values
}

fn paused() -> Control {
    Control { charge_pause: Some(true), ..control() }
}

fn waiting() -> Values {
    without_power(values(state(ChargingStatus::Connected)))
}

#[test]
fn an_error_a_trip_and_missing_earth_are_red_whatever_the_charger_still_does() {
    for status in [
        ChargingStatus::Standby,
        ChargingStatus::Connected,
        ChargingStatus::Charging,
        ChargingStatus::WakeUp,
        ChargingStatus::Error,
        ChargingStatus::Unknown(4),
    ] {
        for (codes, text) in [
            ((81, 0, 0), "Error: the housing is too hot"),
            ((0, 4, 0), "Error: residual current of +6 mA DC"),
            ((16, 1, 0), "Error: residual current of 30 mA AC"),
            ((0, 0, 1), "Warning: no protective earth"),
            ((51, 0, 1), "Warning: no protective earth"),
            ((200, 0, 0), "Error: unknown code 200"),
            ((0, 77, 0), "Error: residual current, unknown code 77"),
        ] {
            let said = without_power(with_codes(status, codes));
            let paused = Control { charge_pause: Some(true), ..control() };
            for control in [control(), paused] {
                let reason = says(&said, &control, Tone::Error, text);
                assert!(reason.starts_with("Stop charging. Unplug the vehicle, "), "{reason}");
            }
            let flowing = with_codes(status, codes);
            says(&flowing, &control(), Tone::Error, &format!("{text}, and power flows"));
        }
    }
    let silent = without_power(with_codes(ChargingStatus::Error, (0, 0, 0)));
    says(&silent, &control(), Tone::Error, "Error: general error");
}

#[test]
fn each_advice_is_given_once_and_nothing_is_hidden() {
    let faults_of = |status, codes| -> Vec<(Tone, String, bool)> {
        faults(&State::of(&snapshot(0, &with_codes(status, codes), &control())))
            .into_iter()
            .map(|fault| (fault.tone, fault.title, !fault.advice.is_empty()))
            .collect()
    };
    let error = |title: &str, advised| (Tone::Error, title.to_owned(), advised);
    // The charger reports a trip twice, as an error and as what it was.
    assert_eq!(
        faults_of(ChargingStatus::Error, (16, 4, 0)),
        [error("Error: residual current of +6 mA DC", true)]
    );
    assert_eq!(
        faults_of(ChargingStatus::Charging, (51, 2, 1)),
        [
            error("Error: residual current of 60 mA AC", true),
            error("Warning: no protective earth", true),
            error("Error: self test failed: protective earth and residual-current device", false),
        ]
    );
    assert_eq!(
        faults_of(ChargingStatus::Charging, (0, 0, 17)),
        [(Tone::Waiting, "Warning: the housing is warm".to_owned(), true)]
    );
    assert_eq!(faults_of(ChargingStatus::Connected, (0, 0, 3)), [], "the state says it");
    assert_eq!(faults_of(ChargingStatus::Charging, (0, 0, 0)), []);
}

#[test]
fn what_is_not_known_is_said() {
    says(&Values::default(), &Control::default(), Tone::Idle, "State not known");
    let newer = values(state(ChargingStatus::Unknown(4)));
    says(&newer, &control(), Tone::Idle, "In a state that this page does not know (code 4)");
    says(&values(state(ChargingStatus::Standby)), &control(), Tone::Idle, "No vehicle connected");
    says(&values(state(ChargingStatus::WakeUp)), &control(), Tone::Waiting, "Waking the vehicle");
}
