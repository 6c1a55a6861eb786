//! A notice with advice.

use leptos::prelude::*;

use crate::memo;

/// A box in the hue of `tone`. Hidden while there is no title.
#[component]
pub fn Notice(
    /// Its hue.
    tone: Memo<String>,
    /// The subject.
    title: Memo<String>,
    /// The advice; may be empty.
    text: Memo<String>,
    /// The element's `data-testid`.
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
