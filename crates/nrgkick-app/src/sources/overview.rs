//! The overview: one sentence, the picture of the powers, the last request.

use leptos::prelude::*;

use super::requests::{fetched, others};
use super::sentence::sentence;
use super::{Flow, Page};
use crate::sentence::Sentence;
use crate::words::sources as words;

/// The state in one sentence, the picture of the powers, and the last request.
#[component]
pub fn Overview() -> impl IntoView {
    let page = Page::get();
    let said = move |part: fn(Sentence) -> String| {
        page.text(move |status| part(sentence(status, page.link_state())))
    };
    let tone = said(|said| said.tone.name().to_owned());
    let text = said(|said| said.text);
    let reason = said(|said| said.reason);
    let fetched =
        page.text_with_age(move |status, since| fetched(status, since, page.link_state()));
    view! {
        <section class="hero" data-tone=tone>
            <h1 class="hero__state">
                <span class="hero__dot" aria-hidden="true"></span>
                <span role="status" data-testid="state">{text}</span>
            </h1>
            <p class="hero__reason" data-testid="reason">{reason}</p>
            <Flow />
            <p class="sources__fetched" data-testid="fetched">{fetched}</p>
            <p class="sources__caveat">
                {page.text_with_age(others)}
                " "
                {words::caveat()}
            </p>
        </section>
    }
}
