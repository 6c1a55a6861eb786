//! The screens, one file each, and the frame around them.
//!
//! All of them are there all the time, and the one that the address names is not hidden. The
//! overview can do without some parts, which come [`later`].

pub mod charger;
pub mod details;
pub mod later;
pub mod settings;
pub mod waiting;

pub use charger::Charger;
pub use details::Details;
pub use later::{Later, Part};
pub use settings::Settings;
pub use waiting::Waiting;

use leptos::prelude::*;

use crate::app::App;
use crate::browser::SCREEN;
use crate::endpoint::{Endpoint, Peer};
use crate::part::{
    Banner, FORM, MissingDocuments, OtherCharger, Strip, Top, Unprotected, WordsMissing,
};
use crate::request_error::RequestError;
use crate::route::Route;
use crate::{event, memo, words};

/// The frame of the panel: strip, top, screens.
#[component]
pub fn Frame() -> impl IntoView {
    let app = App::get();
    let has_data = memo::flag(move || app.with_last(|_| Some(())).is_some());
    let settings = memo::flag(move || app.ui.get().route == Route::Settings);
    let details = memo::flag(move || app.ui.get().route == Route::Details);
    let settings_age = memo::text(move || {
        let old = app.old_settings_age().is_some();
        if old { "old" } else { "fresh" }.to_owned()
    });
    // The form is asked for where it may help, and always in the settings.
    let is_form_asked = memo::flag(move || {
        let (failed, token) = app.link.with(|link| {
            let error = link.error();
            (error.is_some(), matches!(error, Some(RequestError::Token(_))))
        });
        app.endpoint.with(|endpoint| match &**endpoint {
            Endpoint::NotSet(_) => !has_data.get(),
            Endpoint::Direct(direct) => {
                !has_data.get() && (failed || matches!(direct.peer, Peer::Refusing(_)))
            }
            Endpoint::Gateway(gateway) => token && !gateway.is_own(),
            Endpoint::Searching | Endpoint::Demo(_) => false,
        })
    });
    let is_not_settings = memo::flag(move || !settings.get());
    let form = memo::flag(move || settings.get() || is_form_asked.get());
    let no_form = memo::flag(move || !form.get());
    let shows_details = memo::flag(move || details.get() && has_data.get());
    event::release_focus(FORM, no_form);
    view! {
        <div class="app" data-link=app.link_name() data-settings=settings_age>
            <Strip />
            <Top />
            <main class="screen" id=SCREEN tabindex="-1">
                <WordsMissing />
                <Banner />
                <OtherCharger />
                <MissingDocuments />
                <div hidden=memo::flag(move || settings.get() || has_data.get())><Waiting /></div>
                <div hidden=memo::flag(move || settings.get() || details.get() || !has_data.get())>
                    <Charger />
                </div>
                <div hidden=memo::flag(move || !shows_details.get())>
                    <Later part=Part::Details wanted=shows_details />
                </div>
                <h1 class="aside" hidden=is_not_settings>{words::common::settings()}</h1>
                <div hidden=no_form><Later part=Part::Form wanted=form /></div>
                <div hidden=is_not_settings><Later part=Part::Settings wanted=settings /></div>
                <div hidden=details><Unprotected /></div>
            </main>
        </div>
    }
}
