//! The pad for the PIN.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::desk::Desk;
use super::lock::Key;
use crate::words::kiosk as words;
use crate::{browser, event, format, memo};

/// The element with the pad, and the ones that get the focus.
const PAD: &str = "kiosk-pad";
pub(super) const FIRST: &str = "kiosk-1";
const ENTER: &str = "kiosk-enter";

/// The digits, what was wrong, and the keys; hidden while nobody is asked.
#[component]
pub fn Pad(
    /// The display.
    desk: Desk,
) -> impl IntoView {
    let entry = memo::text(move || entered(desk).unwrap_or_default());
    let hidden = memo::flag(move || entered(desk).is_none());
    event::release_focus(PAD, hidden);
    let dots = memo::text(move || "● ".repeat(entry.with(String::len)));
    let said = memo::text(move || words::digits(entry.with(String::len) as u64));
    let cannot = memo::flag(move || {
        let now = desk.app.ui.get().now;
        desk.lock.with(|lock| !lock.is_complete(now))
    });
    let key = move |digit: u8| {
        view! {
            <button
                type="button" class="button kiosk__key" id=format!("kiosk-{digit}")
                data-testid=format!("key-{digit}") on:click=press(desk, Key::Digit(digit))
            >
                {digit.to_string()}
            </button>
        }
    };
    view! {
        <section
            class="card kiosk__pad" id=PAD role="group" aria-label=words::pin() data-testid="pad"
            hidden=hidden on:keydown=move |event| type_key(desk, &event)
        >
            <p class="kiosk__dots" aria-hidden="true">{dots}</p>
            <p class="aside" role="status">{said}</p>
            <p class="kiosk__wrong" role="alert" data-testid="pin-wrong">{wrong(desk)}</p>
            <div class="kiosk__keys">
                {(1..=9).map(key).collect::<Vec<_>>()}
                <button
                    type="button" class="button kiosk__key" aria-label=words::delete()
                    data-testid="key-delete" on:click=press(desk, Key::Delete)
                >
                    "⌫"
                </button>
                {key(0)}
                <button
                    type="button" class="button button--main kiosk__key" id=ENTER
                    data-testid="key-enter" aria-disabled=memo::bool_attribute(cannot)
                    on:click=press(desk, Key::Enter)
                >
                    {words::enter()}
                </button>
            </div>
            <p class="hint">{words::forgotten()}</p>
        </section>
    }
}

/// The digits so far; `None` while there is no pad.
fn entered(desk: Desk) -> Option<String> {
    let (now, hands) = (desk.app.ui.get().now, desk.app.hands.get());
    desk.lock.with(|lock| lock.entry(hands, now).map(str::to_owned))
}

/// That the last PIN was wrong, and for how long none is looked at.
fn wrong(desk: Desk) -> Memo<String> {
    memo::text(move || {
        let now = desk.app.ui.get().now;
        desk.lock.with(|lock| match lock.wrong.wait(now) {
            Some(left) => words::wait(&format::length(left.as_secs() + 1)),
            None if lock.was_wrong => words::wrong().to_owned(),
            None => String::new(),
        })
    })
}

fn press(desk: Desk, key: Key) -> Box<dyn FnMut(leptos::ev::MouseEvent)> {
    Box::new(move |_| desk.press(key))
}

/// What a keyboard does. Its key Enter presses the button that has the focus.
fn type_key(desk: Desk, event: &KeyboardEvent) {
    let name = event.key();
    match (name.as_str(), name.parse()) {
        ("Escape", _) => desk.ask(false),
        ("Backspace", _) => desk.press(Key::Delete),
        (_, Ok(digit @ 0..=9)) => {
            desk.press(Key::Digit(digit));
            browser::focus(ENTER);
        }
        _ => {}
    }
}
