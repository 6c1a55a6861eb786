//! Removing one charge, or all, after a question.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::record::Ledger;
use crate::route::Route;
use crate::words::record as words;
use crate::{browser, event, memo, timer};

/// The button, and the question that it puts; hidden where nothing may be changed.
#[component]
pub fn Delete(
    /// Whether it is for all charges, or for the one that is shown.
    is_all: bool,
) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let (name, question) = if is_all {
        ("delete-all", "delete-all-question")
    } else {
        ("delete-one", "delete-one-question")
    };
    let (is_asked, is_sending) = (RwSignal::new(false), RwSignal::new(false));
    let (said, wrong) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let ask = move |_| {
        said.set(String::new());
        wrong.set(String::new());
        is_asked.set(true);
        // Once it is seen.
        timer::after(Duration::ZERO, move || browser::focus(question));
    };
    let keep = move || {
        browser::focus(name);
        is_asked.set(false);
    };
    let delete = move |_| {
        keep();
        let id = ledger.place.with_untracked(|place| place.charge().map(str::to_owned));
        if is_sending.get_untracked() || is_all != id.is_none() {
            return;
        }
        is_sending.set(true);
        spawn_local(async move {
            let outcome = ledger.delete(id.as_deref()).await;
            is_sending.try_set(false);
            match outcome {
                Ok(count) => {
                    said.try_set(words::deleted(count));
                    if !is_all {
                        go_back();
                    }
                }
                Err(reason) => {
                    wrong.try_set(words::not_deleted(&reason));
                }
            }
        });
    };
    let [button, title, why] = if is_all {
        [words::delete_all(), words::delete_all(), words::delete_all_why()]
    } else {
        [words::delete_one(), words::delete_one(), words::delete_one_why()]
    };
    let is_locked = memo::flag(move || {
        !ledger.may_change()
            || (is_all && ledger.charges.with(Vec::is_empty) && said.with(String::is_empty))
    });
    view! {
        <section class="card" hidden=is_locked on:keydown=event::on_key(|| {}, keep)>
            <button type="button" class="button" id=name data-testid=name on:click=ask>{button}</button>
            <div
                class="confirm" role="alert" id=question data-testid=question tabindex="-1"
                hidden=memo::flag(move || !is_asked.get())
            >
                <p><strong>{title}</strong></p>
                <p>{why}</p>
                <div class="confirm__actions">
                    <button
                        type="button" class="button button--main" on:click=delete
                        data-testid=format!("{name}-now")
                    >
                        {words::delete()}
                    </button>
                    <button
                        type="button" class="button" on:click=move |_| keep()
                        data-testid=format!("{name}-not")
                    >
                        {words::keep()}
                    </button>
                </div>
            </div>
            <p role="status" data-testid=format!("{name}-said")>{said}</p>
            <p class="form__error" role="alert" data-testid=format!("{name}-error")>{wrong}</p>
        </section>
    }
}

/// To the list.
fn go_back() {
    if let Some(window) = browser::window() {
        // A constant address cannot fail.
        let _ = window.location().set_hash(Route::Charges.hash());
    }
}
