//! The charging current: slider, steps and number, in tenths of an ampere.

use nrgkick_model::command::ChargingCurrent;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

use super::outcome;
use crate::draft::Draft;
use crate::format;
use crate::markup::{Slot, on, on_click};
use crate::scene::Scene;

/// The card; what is about to be sent is the scene's draft.
pub const CURRENT: &[Slot<Scene>] = &[
    Slot::attribute("current-card", "data-write", |scene, _| scene.draft.state_name()),
    Slot::attribute("current-number", "aria-invalid", |scene, _| {
        scene.draft.is_invalid().to_string()
    }),
    Slot::attribute("current-number", "aria-disabled", is_disabled),
    Slot::flag("current-number", "readonly", |scene, _| scene.draft.is_disabled()),
    Slot::value("current-number", |scene, _| scene.draft.text()),
    Slot::attribute("current-step", "aria-disabled", is_disabled),
    Slot::attribute("current-slider", "aria-disabled", is_disabled),
    Slot::attribute("current-slider", "aria-valuetext", |scene, _| {
        format::current(scene.draft.amperes()).text()
    }),
    // Before the value, which it would cut off.
    Slot::attribute("current-slider", "max", |scene, _| scene.draft.max()),
    Slot::value("current-slider", |scene, _| scene.draft.slider()),
    Slot::style("current-slider", "--fill", |scene, _| scene.draft.fill()),
    Slot::text("current-range", |scene, _| scene.draft.range()),
    Slot::attribute("outcome-current", "data-outcome", |scene, _| {
        outcome::line(scene.app, scene.app.current).0.to_owned()
    }),
    Slot::text("outcome-current-text", |scene, _| outcome::line(scene.app, scene.app.current).1),
    Slot::text("current-locked", |scene, _| scene.locked.clone()),
];

fn is_disabled(scene: &Scene, _: usize) -> String {
    scene.draft.is_disabled().to_string()
}

/// Follows what is done to slider, steps and number.
pub fn listen(draft: Draft) {
    on("current-card", "keydown", move |event, _| {
        match event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key).as_deref() {
            Some("Escape") => draft.discard(),
            _ => draft.begin(),
        }
    });
    on("current-number", "input", move |event, _| {
        if let Some(input) = input(event) {
            draft.change(input.value());
        }
    });
    on("current-number", "change", move |_, _| draft.commit_later());
    on_click("current-step", move |nth| {
        let step = ChargingCurrent::STEP;
        draft.step(if nth == 0 { -step } else { step });
    });
    let slider = |event: &'static str, action: fn(Draft, &HtmlInputElement)| {
        on("current-slider", event, move |event, _| {
            if let Some(input) = input(event) {
                action(draft, &input);
            }
        });
    };
    slider("input", |draft, input| draft.slide(&input.value()));
    slider("change", Draft::release);
    slider("pointerdown", |draft, _| draft.begin());
    slider("pointerup", |draft, _| draft.commit());
    slider("pointercancel", |draft, _| draft.discard());
}

fn input(event: &Event) -> Option<HtmlInputElement> {
    event.current_target()?.dyn_into().ok()
}
