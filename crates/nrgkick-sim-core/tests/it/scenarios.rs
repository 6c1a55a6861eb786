//! Every scenario has its documented state, and charges proceed as expected.

use nrgkick_model::code::{ChargingStatus, ErrorCode, RcdTrigger, RelayState, WarningCode};
use nrgkick_sim_core::{Model, Scenario, Setup, Simulator};
use serde_json::json;

use crate::support::{
    error, get, patch, power, seconds, signalled, simulator, status, values, warning,
};

#[test]
fn every_scenario_is_in_its_state_at_once_and_stays_there() {
    for (scenario, expected) in [
        (Scenario::Idle, ChargingStatus::Standby),
        (Scenario::Connected, ChargingStatus::Connected),
        (Scenario::Charging, ChargingStatus::Charging),
        (Scenario::Paused, ChargingStatus::Connected),
        (Scenario::LimitReached, ChargingStatus::Connected),
        (Scenario::Waking, ChargingStatus::WakeUp),
        (Scenario::Warning, ChargingStatus::Charging),
        (Scenario::Error, ChargingStatus::Error),
        (Scenario::Derating, ChargingStatus::Charging),
        (Scenario::RcdTrip, ChargingStatus::Error),
        (Scenario::OnePhase, ChargingStatus::Charging),
        (Scenario::FullPower, ChargingStatus::Charging),
        (Scenario::HotContact, ChargingStatus::Charging),
        (Scenario::NoAttachment, ChargingStatus::Connected),
        (Scenario::Solar, ChargingStatus::Charging),
        (Scenario::UnknownCode, ChargingStatus::Charging),
    ] {
        for model in Model::ALL {
            let mut charger = Simulator::new(Setup { scenario, model, ..Setup::default() });
            assert_eq!(charger.now(), seconds(0.0));
            assert_eq!(status(&mut charger), expected, "{scenario} {model}");
            charger.advance(seconds(400.0));
            assert_eq!(status(&mut charger), expected, "{scenario} {model} later");
        }
        assert_eq!(scenario.name().parse(), Ok(scenario));
    }
}

#[test]
fn scenarios_report_why() {
    assert_eq!(warning(&mut simulator(Scenario::LimitReached)), WarningCode::EnergyLimitReached);
    assert_eq!(warning(&mut simulator(Scenario::Warning)), WarningCode::NoProtectiveEarth);
    assert_ne!(error(&mut simulator(Scenario::Error)), ErrorCode::NoError);
    let mut derating = simulator(Scenario::Derating);
    assert_eq!(warning(&mut derating), WarningCode::IncreasedHousingTemperature);
    assert!(signalled(&mut derating) < 16.0);
    let mut trip = simulator(Scenario::RcdTrip);
    assert_eq!(error(&mut trip), ErrorCode::ResidualCurrent);
    assert_ne!(values(&mut trip).general.unwrap().rcd_trigger, Some(RcdTrigger::NoFault));
    let mut hot = simulator(Scenario::HotContact);
    assert_eq!(warning(&mut hot), WarningCode::IncreasedAttachmentTemperature);
    assert!(signalled(&mut hot) < 16.0);
    assert_eq!(warning(&mut simulator(Scenario::NoAttachment)), WarningCode::NoAttachment);
    let unknown = warning(&mut simulator(Scenario::UnknownCode)).number().unwrap();
    assert!(!WarningCode::LISTED.contains(&unknown));
}

#[test]
fn scenarios_of_power_and_solar_charging_do_what_they_are_called() {
    let kilowatts = |scenario| power(&mut simulator(scenario)) / 1000.0;
    assert!((kilowatts(Scenario::OnePhase) - 3.7).abs() < 0.1);
    assert!((kilowatts(Scenario::FullPower) - 22.0).abs() < 0.3);
    let mut solar = simulator(Scenario::Solar);
    assert_eq!(get(&mut solar, "/control?charge_pause=1").status, 405);
    assert_eq!(get(&mut solar, "/control?current_set=10").status, 200);
    solar.reset_to(Scenario::Charging);
    assert_eq!(get(&mut solar, "/control?charge_pause=1").status, 200);
}

#[test]
fn a_cycle_runs_from_plug_to_plug() {
    let mut charger = simulator(Scenario::Cycle);
    let mut seen = vec![status(&mut charger)];
    let before = values(&mut charger).general.unwrap().charge_count.unwrap();
    for _ in 0..720 {
        charger.advance(seconds(1.0));
        let now = status(&mut charger);
        if seen.last() != Some(&now) {
            seen.push(now);
        }
    }
    use ChargingStatus::{Charging, Connected, Standby};
    let course = [Standby, Connected, Charging, Standby, Connected, Charging, Standby];
    assert_eq!(seen, course);
    let after = values(&mut charger).general.unwrap().charge_count.unwrap();
    assert_eq!(after, before + 2);
}

#[test]
fn the_last_charge_stays_until_the_next_vehicle() {
    let mut charger = simulator(Scenario::Charging);
    charger.advance(seconds(600.0));
    patch(&mut charger, &json!({"vehicle": {"plugged": false}}));
    let gone = values(&mut charger);
    assert_eq!(gone.general.unwrap().status, Some(ChargingStatus::Standby));
    charger.advance(seconds(600.0));
    let later = values(&mut charger);
    assert_eq!(later.energy, gone.energy);
    assert_eq!(later.general.unwrap().vehicle_connect_time, Some(660));
    assert!(later.powerflow.unwrap().peak_power > Some(10_000.0));

    patch(&mut charger, &json!({"vehicle": {"plugged": true}}));
    let next = values(&mut charger);
    assert_eq!(next.energy.unwrap().charged_energy, Some(0));
    assert_eq!(
        next.energy.unwrap().total_charged_energy,
        gone.energy.unwrap().total_charged_energy
    );
    let count = |values: nrgkick_model::Values| values.general.unwrap().charge_count.unwrap();
    assert_eq!(count(next), count(gone) + 1);
    assert_eq!(next.general.unwrap().vehicle_connect_time, Some(0));
}

#[test]
fn a_reached_limit_stops_and_a_higher_one_goes_on() {
    let mut charger = simulator(Scenario::Charging);
    let had = values(&mut charger).energy.unwrap().charged_energy.unwrap();
    get(&mut charger, &format!("/control?energy_limit={}", had + 100));
    charger.advance(seconds(90.0));
    assert_eq!(status(&mut charger), ChargingStatus::Connected);
    assert_eq!(warning(&mut charger), WarningCode::EnergyLimitReached);
    let stopped = values(&mut charger).energy.unwrap().charged_energy.unwrap();
    assert!((had + 100..had + 140).contains(&stopped), "{had} {stopped}");
    get(&mut charger, "/control?energy_limit=0");
    charger.advance(seconds(20.0));
    assert_eq!(status(&mut charger), ChargingStatus::Charging);
    assert_eq!(warning(&mut charger), WarningCode::NoWarning);
}

#[test]
fn a_trip_stops_at_once_and_heat_takes_current() {
    let mut charger = simulator(Scenario::Charging);
    let full = power(&mut charger);
    patch(&mut charger, &json!({"values": {"general": {"rcd_trigger": "AC_30MA_FAULT"}}}));
    assert_eq!(status(&mut charger), ChargingStatus::Error);
    assert_eq!(error(&mut charger), ErrorCode::ResidualCurrent);
    assert!(power(&mut charger) < 1.0);
    assert_eq!(values(&mut charger).general.unwrap().relay_state, Some(RelayState::of([])));
    patch(&mut charger, &json!({"values": {"general": null}}));

    patch(&mut charger, &json!({"values": {"temperatures": {"connector_l2": 77.5}}}));
    charger.advance(seconds(20.0));
    assert_eq!(warning(&mut charger), WarningCode::IncreasedAttachmentTemperature);
    assert!((signalled(&mut charger) - 12.0).abs() < 1e-9);
    assert!((power(&mut charger) / full - 0.75).abs() < 0.02);
    patch(&mut charger, &json!({"values": {"temperatures": {"housing": 90}}}));
    assert_eq!(error(&mut charger), ErrorCode::HousingOvertemperature);
    assert_eq!(warning(&mut charger), WarningCode::IncreasedTemperature);
}

#[test]
fn a_paused_vehicle_falls_asleep_and_is_woken() {
    let mut charger = simulator(Scenario::Paused);
    charger.advance(seconds(600.0));
    get(&mut charger, "/control?charge_pause=0");
    let mut seen = vec![status(&mut charger)];
    for _ in 0..60 {
        charger.advance(seconds(1.0));
        let now = status(&mut charger);
        if seen.last() != Some(&now) {
            seen.push(now);
        }
    }
    use ChargingStatus::{Charging, Connected, WakeUp};
    assert_eq!(seen, [Connected, WakeUp, Charging]);
}

#[test]
fn without_an_attachment_there_is_a_warning_and_no_charge() {
    let mut charger = simulator(Scenario::Charging);
    patch(&mut charger, &json!({"switches": {"attachment": false}}));
    assert_eq!(warning(&mut charger), WarningCode::NoAttachment);
    assert!(crate::support::info(&mut charger).connector.is_none());
    assert_eq!(status(&mut charger), ChargingStatus::Connected);
}
