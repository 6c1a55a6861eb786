//! What the page asked in the last minutes, and what came of it.

use leptos::prelude::*;

use crate::api::{self, Asked};
use crate::browser;
use crate::words::{accounts, curious};

/// The element with the lines.
const LIST: &str = "request-log";

/// The card. The list stands still until more is asked for, so that it can be read.
#[component]
pub fn RequestLog() -> impl IntoView {
    let newest = RwSignal::new(());
    Effect::new(move |_| {
        newest.track();
        fill();
    });
    view! {
        <section class="card">
            <h2 class="card__head">{curious::requests()}</h2>
            <p class="hint">{curious::requests_about(&api::MOST_ASKED.to_string())}</p>
            <div class="notice__actions">
                <button
                    type="button" class="button" data-testid="log-newest"
                    on:click=move |_| newest.set(())
                >
                    {curious::newest()}
                </button>
            </div>
            <ol class="curious__log" id=LIST data-testid=LIST tabindex="0"></ol>
        </section>
    }
}

/// Fills the list, the newest first. Its lines are plain elements, which weigh less than views.
fn fill() {
    let Some(list) = browser::element(LIST) else { return };
    list.set_text_content(None);
    for asked in api::asked().iter().rev() {
        browser::append(&list, "li", "curious__line", &line(asked));
    }
}

fn line(asked: &Asked) -> String {
    let method = asked.method;
    let outcome = match asked.status {
        Some(status) => format!("{status} · {}\u{202f}B", asked.length),
        None if asked.is_late => accounts::timeout().to_owned(),
        None => accounts::connect().to_owned(),
    };
    let time = browser::wall_clock(asked.at);
    // The hours of a day, minutes and seconds.
    let time = String::from(time.to_time_string());
    let time = time.get(..8).unwrap_or_default();
    format!("{time} {method} {} · {outcome} · {}\u{202f}ms", asked.url, asked.took.as_millis())
}
