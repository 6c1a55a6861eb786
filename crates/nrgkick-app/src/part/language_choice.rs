//! The language of the page.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Element;

use crate::words::{Language, common};
use crate::{browser, memo, translation, words};

/// The list.
const LIST: &str = "language";

/// The value of the entry that follows the browser.
const AUTOMATIC: &str = "";

/// The list of languages, with a note under one that nobody has checked whose own it is.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let has_failed = RwSignal::new(false);
    let change = move |code: String| {
        has_failed.set(false);
        spawn_local(async move {
            has_failed.set(translation::change(Language::of(&code)).await.is_err());
        });
    };
    let failed = memo::text(move || {
        if has_failed.get() { common::language_failed() } else { "" }.to_owned()
    });
    Effect::new(|_| fill());
    view! {
        <h2 class="card__head" id="language-label">{common::language_label()}</h2>
        <select
            id=LIST class="form__input" data-testid="language" aria-labelledby="language-label"
            on:change:target=move |event| change(event.target().value())
        ></select>
        <p class="hint" hidden=words::reviewed() == "yes">{common::unreviewed()}</p>
        <p class="form__error" role="alert">{failed}</p>
    }
}

/// Fills the list. Its entries are plain elements, which weigh less than views.
fn fill() {
    let Some(list) = browser::element(LIST) else { return };
    list.set_text_content(None);
    let chosen = translation::choice();
    let automatic = common::language_automatic(translation::automatic().name());
    entry(&list, AUTOMATIC, &automatic, chosen.is_none());
    for language in Language::all() {
        entry(&list, language.code(), language.name(), chosen == Some(language));
    }
}

fn entry(list: &Element, code: &str, name: &str, is_chosen: bool) {
    let Some(entry) = browser::append(list, "option", "", name) else { return };
    // Constant names cannot fail.
    let _ = entry.set_attribute("value", code);
    if code != AUTOMATIC {
        let _ = entry.set_attribute("lang", code);
    }
    if is_chosen {
        let _ = entry.set_attribute("selected", "");
    }
}
