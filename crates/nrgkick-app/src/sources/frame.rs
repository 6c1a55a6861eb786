//! The screen: top, alert, and the sheets of the values or, at `#/edit`, the editor.

use leptos::prelude::*;

use super::{Configuration, Documents, Overview, Page, Values, advice, edit};
use crate::browser::{self, SCREEN};
use crate::memo;
use crate::part::{Alert, Masthead, WordsMissing};
use crate::words::{Advice, link, sources};

/// The frame of this page.
#[component]
pub fn Frame() -> impl IntoView {
    let page = Page::get();
    let state = page.link_name();
    let age = page.age();
    let waiting = memo::text(move || {
        let failed = page.link.with(|link| link.error().is_some());
        if failed { link::not_connected() } else { link::is_connecting() }.to_owned()
    });
    let unknown = memo::flag(move || page.link.with(|link| link.snapshot().is_none()));
    let is_asked = RwSignal::new(false);
    follow(is_asked);
    let is_editing = memo::flag(move || is_asked.get() && has_editor(page));
    Effect::new(move |_| {
        if is_editing.get() {
            edit::bring();
        }
    });
    view! {
        <div class="app app--single" data-link=state>
            <Masthead
                name=memo::text(|| sources::title().to_owned())
                state
                home="./"
                badge=page.badge(age)
                navigation=()
            />
            <main class="screen" id=SCREEN tabindex="-1">
                <WordsMissing />
                <Alert
                    title=said(page, |advice| advice.title.into_owned())
                    text=said(page, |advice| advice.text.into_owned())
                    tone=page.tone()
                    age
                    kept=page.is_kept()
                />
                <div class="empty" hidden=memo::flag(move || !unknown.get())>
                    <h1>{waiting}</h1>
                </div>
                <div class="sources" hidden=memo::flag(move || unknown.get() || is_editing.get())>
                    <Overview />
                    <p hidden=memo::flag(move || !has_editor(page))>
                        <a class="button" href=edit::HASH data-testid="to-edit">{sources::edit()}</a>
                    </p>
                    <Values />
                    <Documents />
                    <Configuration />
                </div>
                <div hidden=memo::flag(move || !is_editing.get())>
                    <div class="later" id=edit::PLACE></div>
                </div>
            </main>
        </div>
    }
}

/// Returns `true` if the server has the editor.
fn has_editor(page: Page) -> bool {
    page.link.with(|link| link.snapshot().is_some_and(|last| last.status.configuration.edit))
}

/// Sets `is_asked` while the address bar names the editor.
fn follow(is_asked: RwSignal<bool>) {
    let read = move || {
        let hash = browser::window().and_then(|window| window.location().hash().ok());
        is_asked.set(hash.as_deref() == Some(edit::HASH));
    };
    read();
    let handle = window_event_listener_untyped("hashchange", move |_| {
        read();
        browser::focus(SCREEN);
    });
    on_cleanup(move || handle.remove());
}

fn said(page: Page, part: fn(Advice) -> String) -> Memo<String> {
    memo::text(move || {
        let words = page.link.with(|link| link.error().map(advice::advice));
        words.map(part).unwrap_or_default()
    })
}
