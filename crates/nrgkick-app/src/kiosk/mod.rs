//! The page as a display on the wall: `?kiosk` in its address.
//!
//! A display is the overview, larger and without its controls, and below it what this module adds:
//! the age of old values, whether the screen stays on, what of the address is not understood, and the
//! lock. With `?kiosk=control` a PIN brings the controls of the overview back, which send and confirm
//! as ever, until nobody has touched the display for a minute.
//!
//! Here: what the display shows and does, in a chunk; the pure parts ([`request`], [`lock`], [`pin`],
//! [`night`], `shift`, [`wake`]) are given the time. Not here: what locks the controls
//! ([`hands`](crate::hands)), as it must be there from the first moment on.

pub mod bar;
pub mod desk;
mod ground;
pub mod lock;
pub mod night;
pub mod pad;
pub mod pin;
pub mod request;
pub mod setup;
mod shift;
mod touches;
pub mod wake;
mod wake_lock;

use gateway_api::link::LinkState;
use leptos::prelude::*;

use crate::app::App;
use crate::endpoint::Endpoint;
use crate::request_error::RequestError;
use crate::words::{kiosk as words, link};
use crate::{memo, shell, update};
use bar::Bar;
use desk::Desk;
use pad::Pad;
pub use setup::KioskSetup;

/// Makes the page a display, once for as long as it lives.
pub fn start(app: App) {
    if Desk::found().is_none() {
        shell::for_ever(|| {
            let desk = Desk::new(app);
            touches::follow(desk);
            ground::follow(desk);
            wake_lock::follow(desk);
            renew(app);
        });
    }
}

/// Loads a newer build of the page by itself, when nobody uses the display.
fn renew(app: App) {
    Effect::new(move |_| {
        app.ui.track();
        if app.is_outdated.get() && app.is_left_alone() {
            update::reload_if_idle(app);
        }
    });
}

/// What a display has besides the overview.
#[component]
pub fn Kiosk() -> impl IntoView {
    let Some(desk) = Desk::found() else { return ().into_any() };
    let app = desk.app;
    let seen = memo::text(move || seen(app));
    let is_set_up = memo::flag(move || is_set_up(app));
    let wrong =
        Desk::request().wrong.into_iter().map(|text| view! { <p class="kiosk__note">{text}</p> });
    view! {
        <p class="kiosk__age" data-testid="kiosk-age" hidden=memo::flag(move || seen.with(String::is_empty))>
            {seen}
        </p>
        <p class="kiosk__note" data-testid="kiosk-set-up" hidden=is_set_up>{words::not_set_up()}</p>
        <div class="kiosk__notes" data-testid="kiosk-notes">{wrong.collect::<Vec<_>>()}</div>
        <Bar desk />
        <p
            class="hint" data-testid="wake"
            data-wake=memo::text(move || desk.wake.with(|wake| wake.name().to_owned()))
        >
            {memo::text(move || desk.wake.with(wake::Wake::text))}
        </p>
        <Pad desk />
    }
    .into_any()
}

/// The age of values that are old; empty while they are not, where there are none, and where the alert
/// about the connection says it.
fn seen(app: App) -> String {
    let age = app.age_text();
    if age.is_empty() || app.link_state() == LinkState::Live || app.advice().is_some() {
        return String::new();
    }
    link::seen(&age, "").trim_end().to_owned()
}

/// Whether the page has found out whom to ask, and may.
fn is_set_up(app: App) -> bool {
    app.endpoint.with(|endpoint| {
        let asks = app.link.with(|link| match link.error() {
            Some(RequestError::Token(_)) => true,
            // A proxy has the password.
            Some(RequestError::Unauthorized) => endpoint.is_direct(),
            _ => false,
        });
        !asks && **endpoint != Endpoint::NotSet(None)
    })
}
