//! The reported faults that the state's own sentence does not name.

use leptos::prelude::*;

use super::Notice;
use crate::app::App;
use crate::memo;
use crate::sentence::{Fault, State, Tone, faults};

/// The faults that are not in the state's sentence: at most an error beside a trip or missing
/// earth, and a warning.
#[component]
pub fn Faults() -> impl IntoView {
    let app = App::get();
    view! {
        {fault(app, 0)}
        {fault(app, 1)}
    }
}

fn fault(app: App, index: usize) -> impl IntoView {
    let found = move |part: fn(Fault) -> String| {
        memo::text(move || {
            let fault = app.with_current(|snapshot| {
                let mut all = faults(&State::of(snapshot));
                // The worst error is the state's own sentence.
                let said = all.first().is_some_and(|fault| fault.tone == Tone::Error);
                let index = index + usize::from(said);
                (index < all.len()).then(|| part(all.swap_remove(index)))
            });
            fault.unwrap_or_default()
        })
    };
    let tone = found(|fault| fault.tone.name().to_owned());
    let title = found(|fault| fault.title);
    let text = found(|fault| fault.advice.to_owned());
    view! { <Notice tone title text testid="fault" /> }
}
