//! The outcome of a control's last change, at that control.

use gateway_api::Outcome;
use leptos::prelude::*;

use crate::app::App;
use crate::memo;
use crate::words::control as words;
use crate::writer::{Progress, Writer};

/// The time, in ms, for which "confirmed" is shown. Every other outcome stays.
const CONFIRMED_FOR: u128 = 6_000;

/// Pending, confirmed, refused in the charger's own words, different, or not known.
#[component]
pub fn OutcomeLine(
    /// The control's writer.
    writer: Writer,
    /// The element's `data-testid`.
    testid: &'static str,
) -> impl IntoView {
    let app = App::get();
    let outcome = memo::text(move || line(app, writer).0.to_owned());
    let text = memo::text(move || line(app, writer).1);
    view! {
        <p class="outcome" role="status" data-testid=testid data-outcome=outcome>
            <span>{text}</span>
        </p>
    }
}

/// The outcome's name in the style sheet, and its words.
pub fn line(app: App, writer: Writer) -> (&'static str, String) {
    let done = match writer.progress() {
        Progress::Idle | Progress::Confirming(_) => return ("", String::new()),
        Progress::Invalid(reason) => return ("invalid", reason),
        Progress::Pending(..) => return ("pending", words::waiting().to_owned()),
        Progress::Done(done) => done,
    };
    let message = done.message;
    match done.outcome {
        Outcome::Verified if app.ui.get().now.since(done.at).as_millis() >= CONFIRMED_FOR => {
            ("", String::new())
        }
        Outcome::Verified => ("verified", words::confirmed().to_owned()),
        Outcome::Refused => ("refused", words::refused(&message)),
        Outcome::Mismatch => ("mismatch", message),
        Outcome::Unknown => ("unknown", words::unknown(&message)),
    }
}
