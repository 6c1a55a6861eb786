//! Warnings, and errors that outlived the state that shows them in its sentence.

use leptos::prelude::*;
use nrgkick_model::code::{ChargingStatus, ErrorCode, RcdTrigger, WarningCode};

use super::Notice;
use crate::app::App;
use crate::live;
use crate::sentence::{State, Tone};
use crate::words::en::{self, Words};

/// What the charger complains about besides its state.
#[component]
pub fn Faults() -> impl IntoView {
    let app = App::get();
    view! {
        {fault(app, Tone::Error, "Error", error)}
        {fault(app, Tone::Error, "Residual-current trip", trip)}
        {fault(app, Tone::Waiting, "Warning", warning)}
    }
}

fn fault(
    app: App,
    tone: Tone,
    kind: &'static str,
    find: fn(&State) -> Option<Words>,
) -> impl IntoView {
    let found = move || app.look(|snapshot| find(&State::of(snapshot)));
    let title = live::text(move || {
        found().map(|words| format!("{kind}: {}", en::lower_first(&words.name))).unwrap_or_default()
    });
    let text = live::text(move || found().map_or("", |words| words.advice).to_owned());
    view! { <Notice tone title text testid="fault" /> }
}

fn error(state: &State) -> Option<Words> {
    // In the state of error it is the state's own sentence.
    let code = state.error.filter(|code| *code != ErrorCode::NoError)?;
    (state.status != Some(ChargingStatus::Error)).then(|| en::error(code))
}

fn trip(state: &State) -> Option<Words> {
    let code = state.trip.filter(|code| *code != RcdTrigger::NoFault)?;
    // Without an error of its own the state's sentence is about the trip.
    let said = state.status == Some(ChargingStatus::Error)
        && matches!(state.error, None | Some(ErrorCode::NoError));
    (!said).then(|| en::residual_current(code))
}

fn warning(state: &State) -> Option<Words> {
    // A limit that is reached is the state's own sentence.
    let silent = [WarningCode::NoWarning, WarningCode::EnergyLimitReached];
    let code = state.warning.filter(|code| !silent.contains(code))?;
    Some(en::warning(code))
}
