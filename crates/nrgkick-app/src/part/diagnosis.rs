//! The path from the page to the charger. Faults are shown in the banner.

use gateway_api::{Gateway, Upstream};
use leptos::prelude::*;

use crate::app::App;
use crate::endpoint::Endpoint;
use crate::memo;
use crate::words::{advice, demo, settings as words};

/// The connection in words.
#[component]
pub fn Diagnosis() -> impl IntoView {
    let app = App::get();
    let age = app.age();
    let seen = memo::text(move || match age.get() {
        age if age.is_empty() => words::not_answered().to_owned(),
        age => words::last_answered(&age),
    });
    view! {
        <p data-testid="way">{memo::text(move || app.endpoint.with(|endpoint| way(endpoint)))}</p>
        <p class="hint">{seen}</p>
    }
}

fn way(endpoint: &Endpoint) -> String {
    match endpoint {
        Endpoint::Searching => advice::looking().to_owned(),
        Endpoint::Demo(_) => demo::about().to_owned(),
        Endpoint::NotSet(None) => words::no_charger().to_owned(),
        Endpoint::NotSet(Some(wrong)) => wrong.clone(),
        Endpoint::Direct(direct) => {
            let way = match direct.credentials {
                Some(_) => words::direct_with,
                None => words::direct_without,
            };
            way(&direct.origin)
        }
        Endpoint::Gateway(gateway) => {
            let Gateway { name, version, upstream, read_only, .. } = &gateway.info;
            let proxy = if gateway.is_own() {
                words::proxy(name, version)
            } else {
                words::proxy_at(&gateway.base, name, version)
            };
            let proxy = if *read_only { words::proxy_reads(&proxy) } else { proxy };
            match upstream {
                Upstream::Http => words::through_json(&proxy),
                Upstream::Modbus => words::through_modbus(&proxy),
            }
        }
    }
}
