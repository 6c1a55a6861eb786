//! Removing one charge, or all, after a question.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::record::Ledger;
use crate::record::place::Place;
use crate::route::Route;
use crate::words::record as words;
use crate::{browser, event, memo, timer};

/// What is asked, and what came of it.
#[derive(Clone, Copy)]
struct State {
    ledger: Ledger,
    is_all: bool,
    is_asked: RwSignal<bool>,
    is_sending: RwSignal<bool>,
    said: RwSignal<String>,
    wrong: RwSignal<String>,
}

/// The button, and the question that it puts; hidden where nothing may be changed.
#[component]
pub fn Delete(
    /// Whether it is for all charges, or for the one that is shown.
    is_all: bool,
) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let state = State {
        ledger,
        is_all,
        is_asked: RwSignal::new(false),
        is_sending: RwSignal::new(false),
        said: RwSignal::default(),
        wrong: RwSignal::default(),
    };
    let (name, text) = state.names();
    let is_locked = memo::flag(move || {
        let is_empty = || ledger.charges.with(Vec::is_empty) && state.said.with(String::is_empty);
        !ledger.may_change() || (is_all && is_empty())
    });
    view! {
        <section
            class="card" hidden=is_locked on:keydown=event::on_key(|| {}, move || state.keep())
        >
            <button
                type="button" class="button" id=name data-testid=name on:click=move |_| state.ask()
            >
                {text}
            </button>
            {state.question()}
            <p role="status" data-testid=format!("{name}-said")>{state.said}</p>
            <p class="form__error" role="alert" data-testid=format!("{name}-error")>{state.wrong}</p>
        </section>
    }
}

impl State {
    /// The button's id and its text.
    fn names(self) -> (&'static str, &'static str) {
        if self.is_all {
            ("delete-all", words::delete_all())
        } else {
            ("delete-one", words::delete_one())
        }
    }

    fn question_id(self) -> &'static str {
        if self.is_all { "delete-all-question" } else { "delete-one-question" }
    }

    fn question(self) -> impl IntoView {
        let ((name, text), id) = (self.names(), self.question_id());
        let why = if self.is_all { words::delete_all_why() } else { words::delete_one_why() };
        let is_hidden = memo::flag(move || !self.is_asked.get());
        view! {
            <div
                class="confirm" role="alert" id=id data-testid=id tabindex="-1" hidden=is_hidden
            >
                <p><strong>{text}</strong></p>
                <p>{why}</p>
                <div class="confirm__actions">
                    <button
                        type="button" class="button button--main" on:click=move |_| self.delete()
                        data-testid=format!("{name}-now")
                    >
                        {words::delete()}
                    </button>
                    <button
                        type="button" class="button" on:click=move |_| self.keep()
                        data-testid=format!("{name}-not")
                    >
                        {words::keep()}
                    </button>
                </div>
            </div>
        }
    }

    fn ask(self) {
        self.said.set(String::new());
        self.wrong.set(String::new());
        self.is_asked.set(true);
        let id = self.question_id();
        // Once it is seen.
        timer::after(Duration::ZERO, move || browser::focus(id));
    }

    /// Closes the question; the focus goes back to its button.
    fn keep(self) {
        if self.is_asked.get_untracked() {
            browser::focus(self.names().0);
            self.is_asked.set(false);
        }
    }

    fn delete(self) {
        self.keep();
        let id = self.ledger.place.with_untracked(|place| place.charge().map(str::to_owned));
        if self.is_sending.get_untracked() || self.is_all != id.is_none() {
            return;
        }
        self.is_sending.set(true);
        spawn_local(async move {
            let outcome = self.ledger.delete(id.as_deref()).await;
            self.is_sending.try_set(false);
            match outcome {
                Ok(count) => {
                    self.said.try_set(words::deleted(count));
                    // Whoever has gone elsewhere meanwhile stays there.
                    let is_there = |place: &Place| place.charge() == id.as_deref();
                    if !self.is_all && self.ledger.place.with_untracked(is_there) {
                        go_back();
                    }
                }
                Err(reason) => {
                    self.wrong.try_set(words::not_deleted(&reason));
                }
            }
        });
    }
}

/// To the list.
fn go_back() {
    if let Some(window) = browser::window() {
        // A constant address cannot fail.
        let _ = window.location().set_hash(Route::Charges.hash());
    }
}
