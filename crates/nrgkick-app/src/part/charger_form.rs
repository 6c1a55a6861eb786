//! The form for the charger's address and its password or, where a gateway answers at the address,
//! its token.

use std::sync::Arc;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::demo_choice;
use crate::app::App;
use crate::endpoint::{DirectEndpoint, Endpoint, GatewayEndpoint, Peer};
use crate::store::Credentials;
use crate::words::{self, settings};
use crate::{address, api, browser, memo, poll_clock, store};

/// The element with the form.
const FORM: &str = "charger-form";

/// The form; replaced by a note behind the gateway that served the page, which knows its charger.
///
/// The inputs keep the typed text, which is read once, on saving. They are refilled only when the
/// endpoint changes.
#[component]
pub fn ChargerForm() -> impl IntoView {
    let app = App::get();
    let origin = given(app, |origin, _| Some(origin.to_owned()));
    let token = memo::flag(move || app.endpoint.with(|endpoint| wants_token(endpoint)));
    let is_own_gateway = memo::flag(move || {
        app.endpoint
            .with(|endpoint| matches!(&**endpoint, Endpoint::Gateway(gateway) if gateway.is_own()))
    });
    let no_offer = memo::flag(move || !api::has_demo() || app.endpoint.get().is_demo());
    let address_error = RwSignal::new(None::<String>);
    let message = memo::text(move || address_error.get().unwrap_or_default());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        match address::origin(&browser::typed("address")) {
            Err(reason) => address_error.set(Some(reason)),
            Ok(origin) => {
                address_error.set(None);
                connect(app, origin, token.get_untracked());
            }
        }
    };
    view! {
        <section class="card asks" id=FORM>
        <h2 class="card__head">{words::common::charger()}</h2>
        <p class="hint" hidden=memo::flag(move || !is_own_gateway.get())>
            {settings::own_proxy()}
        </p>
        <form class="form" on:submit=save novalidate hidden=is_own_gateway>
            <div>
                <label class="form__label" for="address">{settings::address()}</label>
                <input
                    id="address" class="form__input" data-testid="address" type="text"
                    inputmode="url" autocapitalize="none" autocomplete="url" spellcheck="false"
                    placeholder="http://192.168.1.50" aria-describedby="address-hint"
                    prop:value=origin
                />
                <p class="hint" id="address-hint">
                    {settings::address_hint()}
                </p>
                <p class="form__error" role="alert" data-testid="address-error">{message}</p>
            </div>
            {credential_fields(app, token)}
            {remember_field(origin)}
            <button type="submit" class="button button--main" data-testid="save">
                {settings::save()}
            </button>
            <p class="hint" hidden=no_offer>
                <a href=demo_choice::ANY data-testid="to-demo">{settings::demo_offer()}</a>
            </p>
        </form>
        </section>
    }
}

/// Fields for user and password, or for the token of a gateway.
fn credential_fields(app: App, token: Memo<bool>) -> impl IntoView {
    let username = given(app, |_, credentials| Some(credentials?.username.clone()));
    let password = given(app, |_, credentials| Some(credentials?.password.clone()));
    let secret = memo::text(move || {
        if token.get() { settings::token() } else { settings::password() }.to_owned()
    });
    let secret_hint = memo::text(move || {
        let hint = if token.get() { settings::token_hint() } else { settings::password_hint() };
        hint.to_owned()
    });
    view! {
        <div hidden=token>
            <label class="form__label" for="username">{settings::user()}</label>
            <input
                id="username" class="form__input" data-testid="username" type="text"
                autocapitalize="none" autocomplete="username" spellcheck="false"
                prop:value=username
            />
        </div>
        <div>
            <label class="form__label" for="password" data-testid="secret">{secret}</label>
            <input
                id="password" class="form__input" data-testid="password" type="password"
                autocomplete="current-password" aria-describedby="password-hint"
                prop:value=password
            />
            <p class="hint" id="password-hint">{secret_hint}</p>
        </div>
    }
}

fn remember_field(origin: Memo<String>) -> impl IntoView {
    let remembered = memo::flag(move || store::credentials(&origin.get()).is_some());
    view! {
        <div>
            <label class="form__check">
                <input id="remember" type="checkbox" data-testid="remember" prop:checked=remembered />
                {settings::remember()}
            </label>
            <p class="hint">
                {settings::remember_hint()}
            </p>
        </div>
    }
}

/// Returns a part of the present endpoint as the initial text of a field.
fn given(app: App, part: fn(&str, Option<&Credentials>) -> Option<String>) -> Memo<String> {
    memo::text(move || {
        let part = app.endpoint.with(|endpoint| match &**endpoint {
            Endpoint::Direct(DirectEndpoint { origin, credentials, .. })
            | Endpoint::Gateway(GatewayEndpoint { base: origin, credentials, .. }) => {
                part(origin, credentials.as_ref())
            }
            _ => None,
        });
        part.unwrap_or_default()
    })
}

/// `true` if the endpoint needs a token, as gateways do, in place of user and password.
fn wants_token(endpoint: &Endpoint) -> bool {
    match endpoint {
        Endpoint::Direct(direct) => matches!(direct.peer, Peer::Refusing(_)),
        Endpoint::Gateway(gateway) => !gateway.is_own(),
        Endpoint::Searching | Endpoint::Demo(_) | Endpoint::NotSet(_) => false,
    }
}

fn connect(app: App, origin: String, token: bool) {
    let username = if token { String::new() } else { browser::typed("username") };
    let password = browser::typed("password");
    let given = !(username.is_empty() && password.is_empty());
    let credentials = given.then(|| Credentials { origin: origin.clone(), username, password });
    let remember = browser::input("remember").is_some_and(|input| input.checked());
    store::set_charger(&origin);
    store::set_credentials(credentials.as_ref().filter(|_| remember));
    // An address in the address bar would override the settings after a reload.
    browser::drop_query();
    app.endpoint.set(Arc::new(Endpoint::direct(origin, credentials)));
    poll_clock::poll_now();
}
