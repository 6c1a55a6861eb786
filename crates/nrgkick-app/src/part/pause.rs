//! Pause and resume.

use leptos::prelude::*;
use nrgkick_model::Command;
use nrgkick_model::code::ChargingStatus;
use nrgkick_model::field::FieldId;

use super::OutcomeLine;
use crate::app::App;
use crate::sentence::State;
use crate::words::pause as words;
use crate::{event, memo, send};

/// One button that does the opposite of the present setting.
#[component]
pub fn Pause() -> impl IntoView {
    let app = App::get();
    let writer = app.pause;
    let locked = app.locked();
    let reported = app.number(FieldId::ChargePause);
    let paused = memo::number(move || match writer.desired(app.settings_read()) {
        Some(Command::ChargePause(pause)) => Some(f64::from(u8::from(pause))),
        _ => reported.get(),
    });
    let label = memo::text(move || {
        let label = match (writer.is_pending(), paused.get() == Some(1.0)) {
            (true, true) => words::is_pausing(),
            (true, false) => words::is_resuming(),
            (false, true) => words::resume(),
            (false, false) => words::pause(),
        };
        label.to_owned()
    });
    let disabled = memo::flag(move || paused.get().is_none() || locked.with(|why| !why.is_empty()));
    let press = event::on_click(disabled, move || {
        if let (false, Some(paused)) = (untrack(|| writer.is_pending()), paused.get_untracked()) {
            send::send(app, writer, Command::ChargePause(paused == 0.0));
        }
    });
    // Without a vehicle there is nothing to pause, and the button is less prominent.
    let matters = memo::flag(move || {
        use ChargingStatus::{Charging, Connected, WakeUp};
        let status = app.with_current(|snapshot| State::of(snapshot).status);
        matches!(status, Some(Charging | Connected | WakeUp))
    });
    view! {
        <button
            type="button"
            class="button button--main button--wide"
            data-testid="pause"
            data-paused=memo::bool_attribute(memo::flag(move || paused.get() == Some(1.0)))
            aria-busy=memo::bool_attribute(memo::flag(move || writer.is_pending()))
            data-matters=memo::bool_attribute(matters)
            aria-disabled=memo::bool_attribute(disabled)
            on:click=press
        >
            {label}
        </button>
        <OutcomeLine writer testid="outcome-pause" />
    }
}
