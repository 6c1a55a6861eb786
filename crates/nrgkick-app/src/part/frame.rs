//! What is around the screens: the strip over simulated data, the name, the age of the data, the
//! navigation, the alert about the connection, notices; and which screen is seen.

use leptos::prelude::*;
use nrgkick_model::FieldId;
use nrgkick_model::field::DocumentName;

use super::alert;
use crate::app::App;
use crate::endpoint::Endpoint;
use crate::later_part::Part;
use crate::markup::{Slot, on_click};
use crate::route::Route;
use crate::scene::{Scene, looking};
use crate::words::{link, overview as words};
use crate::{browser, format, poll_clock, shell, translation};

/// Strip, top and notices.
pub const FRAME: &[Slot<Scene>] = &[
    Slot::attribute("app", "data-link", |scene, _| scene.app.link_state().name().to_owned()),
    Slot::flag("app", "data-kiosk", |scene, _| scene.app.is_display()),
    Slot::attribute("app", "data-settings", |scene, _| {
        let old = scene.app.old_settings_age().is_some();
        if old { "old" } else { "fresh" }.to_owned()
    }),
    // On every screen of the demo too, and before there is any data.
    Slot::hidden("strip", |scene, _| {
        let is_simulated = scene.app.with_last(|snapshot| {
            let readings = snapshot.readings();
            // Not known before there is a serial number.
            readings.text(FieldId::SerialNumber).map(|_| readings.is_simulated())
        });
        let is_demo = || scene.app.endpoint.get().is_demo();
        !is_simulated.unwrap_or_else(browser::is_told_simulated) && !is_demo()
    }),
    Slot::text("name", |scene, _| {
        let name = scene
            .app
            .with_last(|snapshot| Some(format::short(snapshot.readings().display_name()?)));
        name.unwrap_or_else(|| "NRGkick Web".to_owned())
    }),
    Slot::attribute("home", "href", |scene, _| {
        let home = if scene.app.has_several() { Route::Chargers } else { Route::Overview };
        home.hash().to_owned()
    }),
    Slot::text("choose", |scene, _| {
        if scene.app.has_several() { words::other_chargers() } else { "" }.to_owned()
    }),
    Slot::attribute("link", "data-link", |scene, _| scene.app.link_state().name().to_owned()),
    Slot::text("age", |scene, _| scene.app.badge_text(&scene.age)),
    Slot::attribute("route", "data-route", |scene, _| scene.route.name().to_owned()),
    Slot::attribute("tab", "aria-current", |scene, nth| {
        let is_here = Route::ALL.get(nth) == Some(&scene.route);
        if is_here { "page" } else { "false" }.to_owned()
    }),
    Slot::hidden("words-missing", |_, _| !are_words_missing()),
    // Told when it appears.
    Slot::text("words-missing-text", |_, _| {
        if are_words_missing() { link::words_missing() } else { "" }.to_owned()
    }),
    Slot::hidden("banner", |scene, _| {
        scene.advice.as_ref().is_none_or(|advice| advice.title.is_empty())
    }),
    Slot::attribute("banner", "data-tone", |scene, _| scene.app.tone_name().to_owned()),
    Slot::attribute("banner", "data-over", |scene, _| (!scene.age.is_empty()).to_string()),
    Slot::text("banner-title", |scene, _| {
        scene.advice.as_ref().map(|advice| advice.title.to_string()).unwrap_or_default()
    }),
    Slot::text("banner-text", |scene, _| {
        scene.advice.as_ref().map(|advice| advice.text.to_string()).unwrap_or_default()
    }),
    Slot::hidden("to-trial", |scene, _| scene.app.endpoint.get().is_demo()),
    Slot::text("banner-seen", |scene, _| {
        alert::seen(&scene.age, scene.app.with_current(|_| Some(())).is_some())
    }),
    Slot::hidden("stranger", |scene, _| scene.app.other_serial().is_none()),
    Slot::text("stranger-text", |scene, _| {
        let meant = scene.app.expected_serial.get().unwrap_or_default();
        let found = scene.app.other_serial();
        found.map(|found| link::other_charger_why(&found, &meant)).unwrap_or_default()
    }),
    Slot::hidden("lacking", |scene, _| lacking(scene).is_empty()),
    Slot::text("lacking-text", |scene, _| lacking(scene)),
];

/// Which of the screens is seen, and what is there while no charger has answered.
pub const SCREENS: &[Slot<Scene>] = &[
    Slot::hidden("waiting", |scene, _| !scene.shows_waiting()),
    Slot::text("waiting-title", |scene, _| {
        let title = match *scene.app.endpoint.get() {
            Endpoint::NotSet(_) => link::which(),
            _ if scene.advice.is_some() => link::not_connected(),
            _ => link::is_connecting(),
        };
        title.to_owned()
    }),
    Slot::text("waiting-text", |scene, _| looking(scene.app)),
    Slot::hidden("charger", |scene, _| !scene.shows_charger()),
    Slot::attribute("charger", "data-route", |scene, _| scene.route.name().to_owned()),
    Slot::hidden("details", |scene, _| !scene.shows_details()),
    Slot::hidden("form", |scene, _| !scene.is_form_asked),
    Slot::hidden("settings", |scene, _| scene.route != Route::Settings),
    Slot::hidden("curious", |scene, _| scene.route != Route::Curious),
    Slot::hidden("chargers", |scene, _| scene.route != Route::Chargers),
    Slot::hidden("charges", |scene, _| scene.route != Route::Charges),
    Slot::hidden("kiosk", |scene, _| !scene.app.is_display()),
    Slot::hidden("open", |scene, _| {
        matches!(scene.route, Route::Details | Route::Curious | Route::Charges)
            || !scene.app.is_unprotected.get()
    }),
    Slot::text("missed-control", |scene, _| missed(scene, Part::Control)),
    Slot::text("missed-details", |scene, _| missed(scene, Part::Details)),
    Slot::text("missed-form", |scene, _| missed(scene, Part::Form)),
    Slot::text("missed-kiosk", |scene, _| missed(scene, Part::Kiosk)),
    Slot::text("missed-settings", |scene, _| missed(scene, Part::Settings)),
    Slot::text("missed-curious", |scene, _| missed(scene, Part::Curious)),
    Slot::text("missed-chargers", |scene, _| missed(scene, Part::Chargers)),
    Slot::text("missed-charges", |scene, _| missed(scene, Part::Charges)),
];

/// Asks again, and confirms another charger, at a press.
pub fn listen(app: App) {
    on_click("try-now", |_| poll_clock::poll_now());
    on_click("confirm-charger", move |_| {
        if let Some(found) = untrack(|| app.other_serial()) {
            app.confirm_serial(found);
        }
    });
}

fn are_words_missing() -> bool {
    shell::is_shown() && !translation::have_come()
}

/// The documents that could not be read yet, and the consequences.
fn lacking(scene: &Scene) -> String {
    let app = scene.app;
    let is_missing = |document: DocumentName| {
        app.failed_documents.get()[document as usize]
            && app.with_current(|snapshot| Some(snapshot.at(document).is_none())) == Some(true)
    };
    let info = if is_missing(DocumentName::Info) { words::no_info() } else { "" };
    let settings = if is_missing(DocumentName::Control) { words::no_settings() } else { "" };
    format!("{settings} {info}").trim().to_owned()
}

/// That a part has not come.
fn missed(scene: &Scene, part: Part) -> String {
    let is_missed = scene.app.missed_parts.with(|missed| missed[part as usize]);
    if is_missed { words::part_missing() } else { "" }.to_owned()
}
