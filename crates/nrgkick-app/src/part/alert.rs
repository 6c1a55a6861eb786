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
    let seen = memo::text(move || age.with(|age| seen(age, kept.get())));
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

/// The age of the last data in words, and that the page keeps trying. `kept` while that data is still
/// shown.
pub fn seen(age: &str, kept: bool) -> String {
    match (age.is_empty(), kept) {
        (true, _) => link::retry().to_owned(),
        (false, true) => link::seen_kept(age, link::retry()),
        (false, false) => link::seen(age, link::retry()),
    }
}
