//! Pause and resume: one button that does the opposite of the present setting.

use leptos::prelude::untrack;
use nrgkick_model::Command;
use nrgkick_model::code::ChargingStatus;
use nrgkick_model::field::FieldId;

use super::outcome;
use crate::app::App;
use crate::markup::{Slot, on_click};
use crate::scene::Scene;
use crate::send;
use crate::sentence::{State, power_flows};
use crate::words::pause as words;

/// The button, and the outcome of its last press.
pub const PAUSE: &[Slot<Scene>] = &[
    Slot::text("pause", |scene, _| {
        let label = match (scene.app.pause.is_pending(), paused(scene.app) == Some(true)) {
            (true, true) => words::is_pausing(),
            (true, false) => words::is_resuming(),
            (false, true) => words::resume(),
            (false, false) => words::pause(),
        };
        label.to_owned()
    }),
    Slot::attribute("pause", "data-paused", |scene, _| {
        (paused(scene.app) == Some(true)).to_string()
    }),
    Slot::attribute("pause", "aria-busy", |scene, _| scene.app.pause.is_pending().to_string()),
    // Without a vehicle there is nothing to pause, and the button is less prominent.
    Slot::attribute("pause", "data-matters", |scene, _| {
        use ChargingStatus::{Charging, Connected, WakeUp};
        let matters = scene.app.with_current(|snapshot| {
            let state = State::of(snapshot);
            let is_there = matches!(state.status, Some(Charging | Connected | WakeUp));
            Some(is_there || power_flows(&state, snapshot))
        });
        matters.unwrap_or(false).to_string()
    }),
    Slot::attribute("pause", "aria-disabled", |scene, _| {
        (paused(scene.app).is_none() || !scene.locked.is_empty()).to_string()
    }),
    Slot::attribute("outcome-pause", "data-outcome", |scene, _| {
        outcome::line(scene.app, scene.app.pause).0.to_owned()
    }),
    Slot::text("outcome-pause-text", |scene, _| outcome::line(scene.app, scene.app.pause).1),
];

/// Pauses or resumes at a press.
pub fn listen(app: App) {
    on_click("pause", move |_| {
        let (is_pending, paused) = untrack(|| (app.pause.is_pending(), paused(app)));
        if let (false, Some(paused)) = (is_pending, paused) {
            send::send(app, app.pause, Command::ChargePause(!paused));
        }
    });
}

/// Whether charging is paused, or is about to be; `None` where that is not known.
fn paused(app: App) -> Option<bool> {
    match app.pause.desired(app.settings_read()) {
        Some(Command::ChargePause(pause)) => Some(pause),
        _ => app
            .with_current(|snapshot| snapshot.number(FieldId::ChargePause))
            .map(|pause| pause == 1.0),
    }
}
