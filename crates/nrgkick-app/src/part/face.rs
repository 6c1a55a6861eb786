//! The face of the charger: itself, its cable, and the vehicle at the other end.
//!
//! A cable at rest is a line. Where power flows it is a wave for each phase, as on an oscilloscope,
//! that runs to the vehicle, faster with more power. The sign on it tells the other states apart, so
//! that no colour and no motion is needed. The sentence says all of it in words; this is not read
//! aloud.

use nrgkick_model::field::FieldId;

use crate::markup::Slot;
use crate::scene::Scene;
use crate::sentence::{Figure, State, power_flows};

/// Vehicle, waves and sign.
pub const FACE: &[Slot<Scene>] = &[
    Slot::attribute("face", "data-vehicle", |scene, _| scene.said.figure.has_vehicle().to_string()),
    Slot::attribute("face", "data-waves", |scene, _| waves(scene).to_string()),
    Slot::style("face", "--pace", |scene, _| {
        pace(scene.number(FieldId::ActivePower).unwrap_or_default()).to_owned()
    }),
    Slot::hidden("face-sign", |scene, _| sign(scene).is_empty()),
    Slot::attribute("face-mark", "d", |scene, _| sign(scene).to_owned()),
];

/// The sign of the state; a warning's where the state has none of its own.
fn sign(scene: &Scene) -> &'static str {
    match scene.said.figure.sign() {
        "" if !scene.faults.is_empty() => Figure::Warned.sign(),
        sign => sign,
    }
}

/// One for each phase that power flows on; one where nothing is said about phases.
fn waves(scene: &Scene) -> usize {
    let count = scene.app.with_current(|snapshot| {
        let state = State::of(snapshot);
        power_flows(&state, snapshot).then(|| state.closed_phases().max(1))
    });
    count.unwrap_or_default()
}

/// The time that a wave takes for its own length. In steps, as each change of it is a jump.
const fn pace(watts: f64) -> &'static str {
    if watts < 2_500.0 {
        "3s"
    } else if watts < 6_000.0 {
        "2s"
    } else if watts < 13_000.0 {
        "1.3s"
    } else {
        ".8s"
    }
}
