//! The state of the charger: one sentence, one number, one hue; and the faults that the sentence does
//! not name.

use nrgkick_model::code::{ChargingStatus, Code};
use nrgkick_model::field::FieldId;

use super::share_bar;
use crate::format;
use crate::markup::{Slot, on_click};
use crate::route::{self, LIMIT_HASH};
use crate::scene::Scene;
use crate::words::overview as words;

/// State, power, energy and time of this charge.
pub const HERO: &[Slot<Scene>] = &[
    Slot::attribute("hero", "data-tone", |scene, _| scene.said.tone.name().to_owned()),
    Slot::text("state", |scene, _| scene.said.text.clone()),
    Slot::text("reason", |scene, _| scene.said.reason.clone()),
    Slot::hidden("to-limit", |scene, _| !scene.said.at_limit),
    Slot::quantity("power", |scene, _| format::power(scene.number(FieldId::ActivePower))),
    Slot::text("charge", |scene, _| charge(scene)),
    Slot::quantity("energy", |scene, _| format::energy(scene.number(FieldId::ChargedEnergy))),
    Slot::quantity("time", |scene, _| format::duration(scene.number(FieldId::VehicleChargingTime))),
    Slot::quantity("limit", |scene, _| format::limit(scene.number(FieldId::EnergyLimit))),
    Slot::hidden("limited", |scene, _| {
        scene.number(FieldId::EnergyLimit).is_none_or(|limit| limit <= 0.0)
    }),
    Slot::attribute("limit-share", "width", |scene, _| {
        let charged = scene.number(FieldId::ChargedEnergy);
        share_bar::width(charged, scene.number(FieldId::EnergyLimit))
    }),
];

/// The faults that are not in the state's sentence: at most an error beside a trip or missing earth,
/// and a warning.
pub const FAULTS: &[Slot<Scene>] = &[
    Slot::hidden("fault", |scene, nth| scene.faults.get(nth).is_none()),
    Slot::attribute("fault", "data-tone", |scene, nth| {
        scene.faults.get(nth).map(|fault| fault.tone.name()).unwrap_or_default().to_owned()
    }),
    Slot::text("fault-title", |scene, nth| {
        scene.faults.get(nth).map(|fault| fault.title.clone()).unwrap_or_default()
    }),
    Slot::text("fault-advice", |scene, nth| {
        scene.faults.get(nth).map(|fault| fault.advice).unwrap_or_default().to_owned()
    }),
];

/// Leads to the card of the limit, also where it is on the screen.
pub fn listen() {
    on_click("to-limit", |_| route::focus(LIMIT_HASH));
}

fn charge(scene: &Scene) -> String {
    let status = scene.app.with_current(|snapshot| snapshot.code(FieldId::Status));
    let gone = status == Some(Code::ChargingStatus(ChargingStatus::Standby));
    if gone { words::last_charge() } else { words::this_charge() }.to_owned()
}
