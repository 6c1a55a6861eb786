//! What is in the way of the charger, over data that may be old.

use leptos::prelude::*;
use nrgkick_model::link::LinkState;

use crate::app::App;
use crate::words::en;
use crate::{live, poll};

/// Says what is in the way of the charger, since when, and what to do. On every screen, and
/// hidden while nothing is.
#[component]
pub fn Banner() -> impl IntoView {
    let app = App::get();
    let age = app.age();
    let title = live::text(move || app.advice().map(|a| a.title.into_owned()).unwrap_or_default());
    let text = live::text(move || app.advice().map(|a| a.text.into_owned()).unwrap_or_default());
    let tone = live::text(move || {
        let stale = app.link.with(|link| link.state() == LinkState::Stale);
        if stale { "idle" } else { "error" }.to_owned()
    });
    let seen = live::text(move || match age.get() {
        age if age.is_empty() => en::RETRY.to_owned(),
        age => format!("Last seen {age}; what is shown is from then. {}", en::RETRY),
    });
    let hidden = live::flag(move || title.with(String::is_empty));
    view! {
        <section class="notice notice--top" data-tone=tone data-testid="banner" hidden=hidden>
            <div role="alert" data-testid="diagnosis">
                <p><strong>{title}</strong></p>
                <p>{text}</p>
            </div>
            <p>{seen}</p>
            <div class="notice__actions">
                <button type="button" class="button" on:click=move |_| poll::now()>
                    "Try now"
                </button>
            </div>
        </section>
    }
}
