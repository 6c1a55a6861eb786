//! Shared helpers of the tests.

use std::time::Duration;

use nrgkick_model::code::{ChargingStatus, ErrorCode, WarningCode};
use nrgkick_model::document::{Control, Info, Values};
use nrgkick_model::request::Reply;
use nrgkick_sim_core::{Response, Scenario, Setup, Simulator};
use serde_json::Value;

pub(crate) fn simulator(scenario: Scenario) -> Simulator {
    Simulator::new(Setup { scenario, ..Setup::default() })
}

pub(crate) fn get(simulator: &mut Simulator, target: &str) -> Response {
    simulator.request("GET", target, None)
}

pub(crate) fn body(response: &Response) -> Value {
    serde_json::from_str(&response.body).expect("a JSON body")
}

fn reply(simulator: &mut Simulator, target: &str) -> Reply {
    let response = get(simulator, target);
    Reply { status: response.status, body: response.body.into_bytes() }
}

pub(crate) fn values(simulator: &mut Simulator) -> Values {
    reply(simulator, "/values?raw").document().expect("values")
}

pub(crate) fn control(simulator: &mut Simulator) -> Control {
    reply(simulator, "/control").document().expect("control")
}

pub(crate) fn info(simulator: &mut Simulator) -> Info {
    reply(simulator, "/info?raw").document().expect("info")
}

pub(crate) fn status(simulator: &mut Simulator) -> ChargingStatus {
    values(simulator).general.unwrap().status.unwrap()
}

pub(crate) fn warning(simulator: &mut Simulator) -> WarningCode {
    values(simulator).general.unwrap().warning_code.unwrap()
}

pub(crate) fn error(simulator: &mut Simulator) -> ErrorCode {
    values(simulator).general.unwrap().error_code.unwrap()
}

pub(crate) fn power(simulator: &mut Simulator) -> f64 {
    values(simulator).powerflow.unwrap().total_active_power.unwrap()
}

pub(crate) fn signalled(simulator: &mut Simulator) -> f64 {
    values(simulator).powerflow.unwrap().charging_current.unwrap()
}

pub(crate) fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

pub(crate) fn patch(simulator: &mut Simulator, patch: &Value) {
    simulator.patch(patch).expect("a good patch");
}

/// Returns the state's value at a path of keys.
pub(crate) fn shown(simulator: &Simulator, path: &str) -> Value {
    let state: Value = serde_json::from_str(&simulator.state()).expect("a JSON state");
    path.split('.').fold(state, |value, key| value[key].clone())
}
