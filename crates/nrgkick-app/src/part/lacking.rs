//! What the charger has not told, and what it lacks itself.

use leptos::prelude::*;
use nrgkick_model::field::DocumentName;

use super::Notice;
use crate::app::App;
use crate::memo;
use crate::sentence::Tone;
use crate::words::en;

/// Says which documents could not be read yet, and what follows from that.
#[component]
pub fn Lacking() -> impl IntoView {
    let app = App::get();
    let text = memo::text(move || {
        let lacks = |document: DocumentName| {
            app.failed.get()[document as usize]
                && app.look(|snapshot| Some(snapshot.at(document).is_none())) == Some(true)
        };
        let info = if lacks(DocumentName::Info) { en::NO_INFO } else { "" };
        let settings = if lacks(DocumentName::Control) { en::NO_SETTINGS } else { "" };
        format!("{settings} {info}").trim().to_owned()
    });
    let title = memo::text(move || {
        text.with(|text| if text.is_empty() { "" } else { en::LACKING }).to_owned()
    });
    view! { <Notice tone=memo::text(|| Tone::Idle.name().to_owned()) title text testid="lacking" /> }
}

/// Warns of a charger that anyone in the network can switch.
#[component]
pub fn Open() -> impl IntoView {
    let app = App::get();
    let said = move |words: &'static str| {
        memo::text(move || if app.open.get() { words } else { "" }.to_owned())
    };
    view! {
        <Notice tone=memo::text(|| Tone::Waiting.name().to_owned()) title=said(en::OPEN) text=said(en::CLOSE_IT) testid="open" />
    }
}
