//! The lock of a display: what it says, its countdown, and the two buttons.

use std::time::Duration;

use leptos::prelude::*;

use super::desk::Desk;
use super::pad;
use crate::words::kiosk as words;
use crate::{browser, event, format, memo, timer};

/// The button that asks for the PIN.
const UNLOCK: &str = "kiosk-unlock";

/// One line, and at most one button.
#[component]
pub fn Bar(
    /// The display.
    desk: Desk,
) -> impl IntoView {
    let barrier = memo::text(move || desk.barrier().unwrap_or_default().to_owned());
    let is_barred = move || barrier.with(|barrier| !barrier.is_empty());
    let text = memo::text(move || {
        let now = desk.app.ui.get().now;
        let hands = desk.app.hands.get();
        match hands.locks_in(now) {
            Some(left) => words::locks_in(&format::length(left.as_secs())),
            None if is_barred() => barrier.get(),
            None if hands.rests(now) => words::touch().to_owned(),
            None => words::locked().to_owned(),
        }
    });
    let cannot_unlock = memo::flag(move || {
        let (now, hands) = (desk.app.ui.get().now, desk.app.hands.get());
        let is_asked = desk.lock.with(|lock| lock.entry(hands, now).is_some());
        is_barred() || is_asked || !hands.are_kept_off(now) || hands.rests(now)
    });
    let cannot_lock = memo::flag(move || {
        let now = desk.app.ui.get().now;
        desk.app.hands.get().are_kept_off(now)
    });
    event::release_focus(UNLOCK, cannot_unlock);
    let unlock = move || {
        desk.ask(true);
        // Once it is shown.
        timer::after(Duration::ZERO, || browser::focus(pad::FIRST));
    };
    view! {
        <div class="kiosk__bar">
            <p data-testid="lock">{text}</p>
            <button
                type="button" class="button" id=UNLOCK data-testid="unlock" hidden=cannot_unlock
                on:click=move |_| unlock()
            >
                {words::unlock()}
            </button>
            <button
                type="button" class="button button--main" data-testid="lock-now" hidden=cannot_lock
                on:click=move |_| desk.close()
            >
                {words::lock()}
            </button>
        </div>
    }
}
