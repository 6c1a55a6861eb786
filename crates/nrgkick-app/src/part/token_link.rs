//! A link with the token in it, as a QR code for another device. It is made at a press and gone at the
//! next, or when the screen is left.
//!
//! The token stands behind `#`, which browsers send nowhere. Not here: taking such a link
//! (`boot.js`, [`discovery`](crate::discovery)).

use leptos::prelude::*;

use super::QrPicture;
use crate::app::App;
use crate::endpoint::{Endpoint, GatewayEndpoint};
use crate::route::{self, Route};
use crate::words::{settings, token as words};
use crate::{browser, chooser, memo};

/// The field for the token, where the page does not know it.
const FIELD: &str = "link-token";

/// The card; hidden where no gateway can ask for a token, and where the page's own address means
/// another machine on each.
#[component]
pub fn TokenLink() -> impl IntoView {
    let app = App::get();
    let link = RwSignal::new(String::new());
    let is_needless = memo::flag(move || {
        !app.endpoint.with(|endpoint| matches!(&**endpoint, Endpoint::Gateway(_)))
            || browser::origin().is_some_and(|origin| chooser::link::is_this_device(&origin))
    });
    let is_known = memo::flag(move || app.endpoint.with(|endpoint| endpoint.has_credentials()));
    let is_shown = memo::flag(move || link.with(|link| !link.is_empty()));
    // It is not left standing for who comes by later.
    let code = memo::text(move || {
        let is_here = app.ui.get().route == Route::Settings;
        if is_here { link.get() } else { String::new() }
    });
    let press = move |_| {
        let made = app.endpoint.with_untracked(|endpoint| made(endpoint));
        link.set(if is_shown.get_untracked() { String::new() } else { made.unwrap_or_default() });
        clear();
    };
    let name =
        memo::text(move || if is_shown.get() { words::hide() } else { words::show() }.to_owned());
    view! {
        <section class="card" hidden=is_needless>
            <h2 class="card__head">{words::title()}</h2>
            <p class="hint">{words::about()}</p>
            <div class="form" hidden=is_known>
                <div>
                    <label class="form__label" for=FIELD>{settings::token()}</label>
                    <input
                        id=FIELD class="form__input" data-testid=FIELD type="password"
                        autocomplete="off" aria-describedby="link-token-hint"
                    />
                    <p class="hint" id="link-token-hint">{words::typed()}</p>
                </div>
            </div>
            <div class="notice__actions">
                <button type="button" class="button" data-testid="token-show" on:click=press>
                    {name}
                </button>
            </div>
            <QrPicture text=code label=memo::text(|| words::code().to_owned()) />
            <p class="curious__code" data-testid="token-link" hidden=memo::flag(move || !is_shown.get())>
                {code}
            </p>
        </section>
    }
}

/// The link, where there is a token.
fn made(endpoint: &Endpoint) -> Option<String> {
    let Endpoint::Gateway(GatewayEndpoint { base, credentials, .. }) = endpoint else {
        return None;
    };
    let token = match credentials {
        Some(credentials) => credentials.password.clone(),
        None => browser::input(FIELD)?.value(),
    };
    let token = Some(token.trim()).filter(|token| !token.is_empty())?;
    let charger = base.strip_prefix("c/").unwrap_or(base);
    let query = if charger.is_empty() { String::new() } else { format!("?charger={charger}") };
    let token = String::from(js_sys::encode_uri_component(token));
    Some(format!("{}{query}{}{token}", browser::address()?, route::TOKEN))
}

/// Forgets what was typed.
fn clear() {
    if let Some(field) = browser::input(FIELD) {
        field.set_value("");
    }
}
