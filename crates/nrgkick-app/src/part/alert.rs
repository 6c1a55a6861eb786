//! The alert about a lost or failing connection.

use leptos::prelude::*;

use crate::words::link;
use crate::{event, memo, poll_clock};

const BANNER: &str = "banner";

/// Cause, advice and the age of the data that is still shown. Hidden while the title is empty.
#[component]
pub fn Alert(
    /// The cause; empty while there is none.
    title: Memo<String>,
    /// The advice; may be empty.
    text: Memo<String>,
    /// Its hue.
    tone: Memo<String>,
    /// The age of the data in words; empty before the first.
    age: Memo<String>,
    /// Set while the last data is still shown.
    kept: Memo<bool>,
) -> impl IntoView {
    let seen = memo::text(move || match age.get() {
        age if age.is_empty() => link::retry().to_owned(),
        age if kept.get() => link::seen_kept(&age, link::retry()),
        age => link::seen(&age, link::retry()),
    });
    let hidden = memo::flag(move || title.with(String::is_empty));
    event::release_focus(BANNER, hidden);
    // Shown over data, it overlays the page, so that nothing moves under a finger.
    let over = memo::flag(move || !age.with(String::is_empty));
    view! {
        <section
            class="notice notice--top" data-tone=tone data-testid="banner" id=BANNER
            data-over=memo::bool_attribute(over) hidden=hidden
        >
            <div class="notice__words" role="alert" data-testid="diagnosis">
                <p><strong>{title}</strong></p>
                <p>{text}</p>
            </div>
            <p>{seen}</p>
            <div class="notice__actions">
                <button type="button" class="button" on:click=move |_| poll_clock::poll_now()>
                    {link::try_now()}
                </button>
            </div>
        </section>
    }
}
