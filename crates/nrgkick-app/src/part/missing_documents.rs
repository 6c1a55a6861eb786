//! The notice about documents that could not be read yet.

use leptos::prelude::*;
use nrgkick_model::field::DocumentName;

use super::Notice;
use crate::app::App;
use crate::memo;
use crate::sentence::Tone;
use crate::words::overview as words;

/// Names the documents that could not be read yet, and the consequences.
#[component]
pub fn MissingDocuments() -> impl IntoView {
    let app = App::get();
    let text = memo::text(move || {
        let is_missing = |document: DocumentName| {
            app.failed_documents.get()[document as usize]
                && app.with_current(|snapshot| Some(snapshot.at(document).is_none())) == Some(true)
        };
        let info = if is_missing(DocumentName::Info) { words::no_info() } else { "" };
        let settings = if is_missing(DocumentName::Control) { words::no_settings() } else { "" };
        format!("{settings} {info}").trim().to_owned()
    });
    let title = memo::text(move || {
        text.with(|text| if text.is_empty() { "" } else { words::incomplete() }).to_owned()
    });
    view! { <Notice tone=memo::text(|| Tone::Idle.name().to_owned()) title text testid="lacking" /> }
}
