//! The signals of a display, and what can be done at it.

use std::cell::Cell;

use leptos::prelude::*;

use super::lock::{Key, Lock};
use super::night::Night;
use super::pin::Pin;
use super::request::{NIGHT, Request};
use super::wake::Wake;
use crate::app::App;
use crate::words::{kiosk as words, link};
use crate::{browser, hands, store, theme};

thread_local! {
    static DESK: Cell<Option<Desk>> = const { Cell::new(None) };
}

/// A handle to the signals of the display. They live as long as the page.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The signals of the panel.
    pub app: App,
    /// The pad for the PIN.
    pub lock: RwSignal<Lock>,
    /// Whether the screen is kept on.
    pub wake: RwSignal<Wake>,
}

impl Desk {
    /// The signals of a display at its start.
    pub fn new(app: App) -> Self {
        let now = browser::now();
        let desk = Self {
            app,
            lock: RwSignal::new(Lock::new(store::wrong_pins(), now)),
            wake: RwSignal::new(Wake::NotOffered),
        };
        DESK.set(Some(desk));
        desk
    }

    /// The display that the page is; `None` where it is none.
    pub fn found() -> Option<Self> {
        DESK.get()
    }

    /// What the address bar asks for, in the words in use.
    pub fn request() -> Request {
        let [night, theme] = [NIGHT, theme::PARAMETER].map(browser::parameter);
        let mode = browser::parameter(hands::PARAMETER).unwrap_or_default();
        Request::parse(&mode, night.as_deref(), theme.as_deref())
    }

    /// When it is dim.
    pub fn night() -> Night {
        Self::request().night
    }

    /// The reason why it cannot be unlocked; `None` where it can. Reads the PIN anew at each touch.
    pub fn barrier(self) -> Option<&'static str> {
        self.app.hands.track();
        if self.app.endpoint.with(|endpoint| endpoint.is_read_only()) {
            return Some(link::read_only());
        }
        if !Self::request().wants_control {
            return Some(words::only_shows());
        }
        match store::pin().map(|pin| pin.and_then(|pin| Pin::parse(&pin))) {
            Err(store::NotKept) => Some(words::no_storage()),
            Ok(None) => Some(words::no_pin()),
            Ok(Some(_)) => None,
        }
    }

    /// Somebody touches the display. Returns whether the touch may act: the first one after a rest
    /// only wakes it.
    pub fn touch(self) -> bool {
        let (now, hands) = (browser::now(), self.app.hands.get_untracked());
        if self.lock.with_untracked(|lock| lock.entry(hands, now).is_none()) {
            self.ask(false);
        }
        self.app.hands.set(hands.touched(now));
        !hands.rests(now)
    }

    /// Brings the pad, or takes it away.
    pub fn ask(self, shows: bool) {
        self.lock.update(|lock| lock.ask(shows));
    }

    /// A key of the pad is pressed.
    pub fn press(self, key: Key) {
        let pin = store::pin().ok().flatten().and_then(|pin| Pin::parse(&pin));
        let now = browser::now();
        let before = self.lock.with_untracked(|lock| lock.wrong.count);
        let unlocks = self.lock.try_update(|lock| lock.press(key, pin.as_ref(), now));
        let after = self.lock.with_untracked(|lock| lock.wrong.count);
        if after != before {
            store::set_wrong_pins(after);
        }
        if unlocks == Some(true) && untrack(|| self.barrier()).is_none() {
            self.app.hands.update(|hands| *hands = hands.unlocked(now, true));
        }
    }

    /// Locks the display now.
    pub fn close(self) {
        let now = browser::now();
        self.app.hands.update(|hands| *hands = hands.unlocked(now, false));
    }
}
