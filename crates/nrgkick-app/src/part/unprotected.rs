//! The warning about a charger without a password.

use leptos::prelude::*;

use super::Notice;
use crate::app::App;
use crate::memo;
use crate::sentence::Tone;
use crate::words::overview as words;

/// Warns of a charger that anyone in the network can switch.
#[component]
pub fn Unprotected() -> impl IntoView {
    let app = App::get();
    let said = move |words: &'static str| {
        memo::text(move || if app.is_unprotected.get() { words } else { "" }.to_owned())
    };
    view! {
        <Notice tone=memo::text(|| Tone::Waiting.name().to_owned()) title=said(words::unprotected()) text=said(words::unprotected_why()) testid="open" />
    }
}
