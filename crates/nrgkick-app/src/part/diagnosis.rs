//! The path from the page to the charger. Faults are shown in the banner.

use gateway_api::{Gateway, Upstream};
use leptos::prelude::*;

use crate::app::App;
use crate::endpoint::Endpoint;
use crate::memo;

/// The connection in words.
#[component]
pub fn Diagnosis() -> impl IntoView {
    let app = App::get();
    let age = app.age();
    let seen = memo::text(move || match age.get() {
        age if age.is_empty() => "The charger has not answered yet.".to_owned(),
        age => format!("The charger last answered {age}."),
    });
    view! {
        <p data-testid="way">{memo::text(move || app.endpoint.with(|endpoint| way(endpoint)))}</p>
        <p class="hint">{seen}</p>
    }
}

fn way(endpoint: &Endpoint) -> String {
    match endpoint {
        Endpoint::Searching => "Looking for the charger.".to_owned(),
        Endpoint::NotSet(None) => "No charger is set.".to_owned(),
        Endpoint::NotSet(Some(wrong)) => wrong.clone(),
        Endpoint::Direct(direct) => {
            let with = if direct.credentials.is_some() { "with" } else { "without" };
            format!("Directly to {}, {with} a password.", direct.origin)
        }
        Endpoint::Gateway(gateway) => {
            let Gateway { name, version, upstream, read_only, .. } = &gateway.info;
            let api = match upstream {
                Upstream::Http => "JSON API",
                Upstream::Modbus => "Modbus API",
            };
            let only = if *read_only { ", which only reads" } else { "" };
            let at = if gateway.is_own() { "" } else { &format!(" at {}", gateway.base) };
            format!("Through {name} {version}{at}{only}, over the charger's {api}.")
        }
    }
}
