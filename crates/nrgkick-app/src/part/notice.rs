//! Something to know, and what to do about it.

use leptos::prelude::*;

use crate::memo;

/// A sheet in the hue of `tone`. Nothing while there is no title.
#[component]
pub fn Notice(
    /// Its hue.
    tone: Memo<String>,
    /// What it is about.
    title: Memo<String>,
    /// What to do; may be empty.
    text: Memo<String>,
    /// The name that tests know it by.
    testid: &'static str,
) -> impl IntoView {
    view! {
        <section
            class="notice"
            data-tone=tone
            data-testid=testid
            hidden=memo::flag(move || title.with(String::is_empty))
        >
            <p><strong>{title}</strong></p>
            <p>{text}</p>
        </section>
    }
}
