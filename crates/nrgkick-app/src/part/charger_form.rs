//! Asks for the charger's address and, where it has one, its password.

use std::sync::Arc;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::app::App;
use crate::place::{Direct, Place};
use crate::store::Credentials;
use crate::{address, browser, live, pace, store};

/// The element with the form.
pub const FORM: &str = "charger-form";

/// The form. Behind a gateway there is nothing to ask: it knows its charger.
///
/// The inputs keep what is typed; it is read once, on saving. They are filled anew only when the
/// place of the charger changes.
#[component]
pub fn ChargerForm() -> impl IntoView {
    let app = App::get();
    let direct = move |part: fn(&Direct) -> Option<String>| {
        live::text(move || {
            app.place.with(|place| match &**place {
                Place::Direct(direct) => part(direct).unwrap_or_default(),
                _ => String::new(),
            })
        })
    };
    let origin = direct(|direct| Some(direct.origin.clone()));
    let username = direct(|direct| Some(direct.credentials.as_ref()?.username.clone()));
    let password = direct(|direct| Some(direct.credentials.as_ref()?.password.clone()));
    let remembered = live::flag(move || store::credentials(&origin.get()).is_some());
    let behind = live::flag(move || app.place.with(|place| matches!(**place, Place::Gateway(_))));
    let wrong = RwSignal::new(None::<String>);
    let message = live::text(move || wrong.get().unwrap_or_default());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        match address::origin(&typed("address")) {
            Err(reason) => wrong.set(Some(reason)),
            Ok(origin) => {
                wrong.set(None);
                connect(app, origin);
            }
        }
    };
    view! {
        <section class="card asks" id=FORM>
        <h2 class="card__head">"Charger"</h2>
        <p class="hint" hidden=live::flag(move || !behind.get())>
            "The proxy that served this page knows the charger's address and password."
        </p>
        <form class="form" on:submit=save novalidate hidden=behind>
            <div>
                <label class="form__label" for="address">"Address of the charger"</label>
                <input
                    id="address" class="form__input" data-testid="address" type="text"
                    inputmode="url" autocapitalize="none" autocomplete="url" spellcheck="false"
                    placeholder="http://192.168.1.50" aria-describedby="address-hint"
                    prop:value=origin
                />
                <p class="hint" id="address-hint">
                    "The NRGkick app shows it under Extended, Local API."
                </p>
                <p class="form__error" role="alert" data-testid="address-error">{message}</p>
            </div>
            <div>
                <label class="form__label" for="username">"User"</label>
                <input
                    id="username" class="form__input" data-testid="username" type="text"
                    autocapitalize="none" autocomplete="username" spellcheck="false"
                    prop:value=username
                />
            </div>
            <div>
                <label class="form__label" for="password">"Password"</label>
                <input
                    id="password" class="form__input" data-testid="password" type="password"
                    autocomplete="current-password" aria-describedby="password-hint"
                    prop:value=password
                />
                <p class="hint" id="password-hint">
                    "Leave both empty where the charger asks for none."
                </p>
            </div>
            <div>
                <label class="form__check">
                    <input id="remember" type="checkbox" data-testid="remember" prop:checked=remembered />
                    "Remember the password on this device"
                </label>
                <p class="hint">
                    "It is kept unencrypted in this browser: whoever uses this device can read it."
                </p>
            </div>
            <button type="submit" class="button button--main" data-testid="save">
                "Save and connect"
            </button>
        </form>
        </section>
    }
}

fn input(id: &str) -> Option<HtmlInputElement> {
    browser::element(id)?.dyn_into().ok()
}

fn typed(id: &str) -> String {
    input(id).map(|input| input.value()).unwrap_or_default()
}

fn connect(app: App, origin: String) {
    let (username, password) = (typed("username"), typed("password"));
    let given = !(username.is_empty() && password.is_empty());
    let credentials = given.then(|| Credentials { origin: origin.clone(), username, password });
    let remember = input("remember").is_some_and(|input| input.checked());
    store::set_charger(&origin);
    store::set_credentials(credentials.as_ref().filter(|_| remember));
    // An address in the address bar would win over the settings after a reload.
    browser::drop_query();
    app.place.set(Arc::new(Place::direct(origin, credentials)));
    pace::now();
}
