//! The sentence for every state that the documents can describe.

use nrgkick_model::Control;
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

#[track_caller]
fn says(values: &Values, control: &Control, tone: Tone, text: &str) -> String {
    let at = Moment::default();
    let snapshot = Snapshot::default().with(at, DocumentName::Values, values.readings()).with(
        at,
        DocumentName::Control,
        control.readings(),
    );
    let sentence = sentence(&snapshot);
    assert_eq!((sentence.tone, sentence.text.as_str()), (tone, text));
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
    let connected = values(state(ChargingStatus::Connected));
    says(&connected, &control(), Tone::Waiting, "Connected, not charging");
    let paused = Control { charge_pause: Some(true), ..control() };
    says(&connected, &paused, Tone::Waiting, "Paused by you");
    let limit = |limit| Control { energy_limit: Some(limit), ..control() };
    says(&connected, &limit(4_200), Tone::Waiting, "Energy limit of 4.2 kWh reached");
    says(&connected, &limit(4_201), Tone::Waiting, "Connected, not charging");
    let held = values(Codes { charge_permitted: Some(false), ..state(ChargingStatus::Connected) });
    says(&held, &control(), Tone::Waiting, "Charging is not released");
}

#[test]
fn an_error_is_named_with_what_to_do() {
    let error = |code, trip| {
        values(Codes {
            error_code: Some(code),
            rcd_trigger: Some(trip),
            ..state(ChargingStatus::Error)
        })
    };
    let hot = error(ErrorCode::HousingOvertemperature, RcdTrigger::NoFault);
    let reason = says(&hot, &control(), Tone::Error, "Error: the housing is too hot");
    assert!(reason.starts_with("Let it cool down"), "{reason}");
    let trip = error(ErrorCode::NoError, RcdTrigger::DcPositive6mA);
    says(&trip, &control(), Tone::Error, "Error: residual current of +6 mA DC");
    let unknown = error(ErrorCode::Unknown(200), RcdTrigger::NoFault);
    says(&unknown, &control(), Tone::Error, "Error: unknown code 200");
}

#[test]
fn what_is_not_known_is_said() {
    says(&Values::default(), &Control::default(), Tone::Idle, "State not known");
    let newer = values(state(ChargingStatus::Unknown(4)));
    says(&newer, &control(), Tone::Idle, "In a state that this page does not know (code 4)");
    says(&values(state(ChargingStatus::Standby)), &control(), Tone::Idle, "No vehicle connected");
    says(&values(state(ChargingStatus::WakeUp)), &control(), Tone::Waiting, "Waking the vehicle");
}
