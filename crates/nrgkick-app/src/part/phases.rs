//! The number of phases to charge with.

mod refusal;
mod switching;

use std::time::Duration;

use leptos::prelude::*;
use nrgkick_model::Command;
use nrgkick_model::command::PhaseCount;
use nrgkick_model::field::FieldId;

use super::OutcomeLine;
use crate::app::App;
use crate::words::control as words;
use crate::{browser, event, memo, send, timer};
use refusal::Memory;

/// The element with the question.
const QUESTION: &str = "phases-question";

/// Switches between one, two and three phases, after asking.
#[component]
pub fn Phases() -> impl IntoView {
    let app = App::get();
    let (writer, locked) = (app.phases, app.locked());
    let reported = app.number(FieldId::PhaseCount);
    let set = memo::number(move || match writer.confirmed(app.settings_read()) {
        Some(Command::PhaseCount(count)) => Some(count.number().into()),
        _ => reported.get(),
    });
    let memory = Memory::new(app);
    // While phases are being switched there is no reading; the choice must stay visible.
    let unusable =
        memo::flag(move || app.settings_read().is_none() || locked.with(|why| !why.is_empty()));
    let disabled = memo::flag(move || unusable.get() || memory.has_refused());
    let choice = move |count: PhaseCount| {
        let number = f64::from(count.number());
        view! {
            <button
                type="button" class="choice__item" aria-disabled=memo::bool_attribute(disabled)
                data-testid=name(count) id=name(count)
                aria-pressed=memo::bool_attribute(memo::flag(move || set.get() == Some(number)))
                aria-busy=memo::bool_attribute(memo::flag(move || {
                    writer.pending() == Some(Command::PhaseCount(count))
                }))
                on:click=event::on_click(disabled, move || {
                    let same = set.get_untracked() == Some(number);
                    writer.ask_confirmation(Some(Command::PhaseCount(count)).filter(|_| !same));
                    // After it is rendered: on a phone it would open below the edge, unseen.
                    timer::after(Duration::ZERO, || browser::focus(QUESTION));
                })
            >
                {count.number().to_string()}
            </button>
        }
    };
    view! {
        <section
            class="card setting only-control" data-testid="phases-card"
            on:keydown=event::on_key(|| {}, move || {
                answer(app);
            })
        >
            <h2 class="card__head setting__label" id="phases">{words::phases()}</h2>
            <div class="choice" role="group" aria-labelledby="phases" aria-describedby="phases-note">
                {PhaseCount::ALL.map(choice)}
            </div>
            {note(app, memory)}
            {question(app, unusable)}
            <OutcomeLine writer testid="outcome-phases" />
            <p class="hint setting__locked">{locked}</p>
        </section>
    }
}

fn name(count: PhaseCount) -> String {
    format!("phases-{}", count.number())
}

/// The seconds of a switch, or the refusal with a way to try again.
fn note(app: App, memory: Memory) -> impl IntoView {
    let switching = switching::text(app);
    let text = memo::text(move || {
        let switching = switching.get();
        if switching.is_empty() { memory.text() } else { switching }
    });
    let retry = move |_| {
        memory.forget();
        browser::focus(&name(PhaseCount::ALL[0]));
    };
    view! {
        <p
            class="hint" id="phases-note" data-testid="phases-note"
            hidden=memo::flag(move || text.with(String::is_empty))
        >
            {text}
        </p>
        <button
            type="button" class="button setting__retry" data-testid="phases-retry"
            hidden=memo::flag(move || !memory.has_refused()) on:click=retry
        >
            {words::try_again()}
        </button>
    }
}

/// Closes the question and returns its command. The focus goes back to its button.
fn answer(app: App) -> Option<Command> {
    let asked = untrack(|| app.phases.awaiting_confirmation())?;
    if let Command::PhaseCount(count) = asked {
        browser::focus(&name(count));
    }
    app.phases.ask_confirmation(None);
    Some(asked)
}

fn question(app: App, disabled: Memo<bool>) -> impl IntoView {
    let writer = app.phases;
    let title = memo::text(move || match writer.awaiting_confirmation() {
        Some(Command::PhaseCount(count)) => words::switch_to(count.number().into()),
        _ => String::new(),
    });
    let switch = event::on_click(disabled, move || {
        if let Some(command) = answer(app) {
            send::send(app, writer, command);
        }
    });
    view! {
        <div
            class="confirm" role="alert" data-testid="phases-question" id=QUESTION tabindex="-1"
            hidden=memo::flag(move || writer.awaiting_confirmation().is_none())
        >
            <p><strong>{title}</strong></p>
            <p>
                {words::switch_why()}
            </p>
            <div class="confirm__actions">
                <button
                    type="button" class="button button--main" data-testid="phases-confirm"
                    aria-disabled=memo::bool_attribute(disabled) on:click=switch
                >
                    {words::switch()}
                </button>
                <button
                    type="button" class="button" data-testid="phases-cancel"
                    on:click=move |_| {
                        answer(app);
                    }
                >
                    {words::keep()}
                </button>
            </div>
        </div>
    }
}
