//! The one screen: top, alert, sheets.

use leptos::prelude::*;

use super::{Configuration, Documents, Overview, Page, Values, advice};
use crate::browser::SCREEN;
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
                <div class="sources" hidden=unknown>
                    <Overview />
                    <Values />
                    <Documents />
                    <Configuration />
                </div>
            </main>
        </div>
    }
}

fn said(page: Page, part: fn(Advice) -> String) -> Memo<String> {
    memo::text(move || {
        let words = page.link.with(|link| link.error().map(advice::advice));
        words.map(part).unwrap_or_default()
    })
}
