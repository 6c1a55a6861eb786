//! The text of the file with its mistakes, and the buttons that try and save it.

use leptos::prelude::*;

use super::state::{Editor, TEXT};
use crate::memo;
use crate::words::sources as words;

/// The buttons, and what came of them.
#[component]
pub fn Actions() -> impl IntoView {
    let editor = Editor::get();
    let said = move |part: fn(&super::state::Said) -> &String| {
        memo::text(move || editor.said.with(|said| part(said).clone()))
    };
    let busy = memo::bool_attribute(memo::flag(move || editor.is_busy.get()));
    let status = memo::text(move || match editor.is_busy.get() {
        true => words::edit_busy().to_owned(),
        false => editor.said.with(|said| said.good.clone()),
    });
    let is_same = memo::flag(move || !editor.said.with(|said| said.is_changed));
    view! {
        <section class="card edit__actions">
            <div class="notice__actions">
                <button
                    type="button" class="button" data-testid="edit-try" aria-busy=busy
                    on:click=move |_| editor.attempt()
                >
                    {words::edit_try()}
                </button>
                <button
                    type="button" class="button button--main" data-testid="edit-save"
                    aria-busy=busy on:click=move |_| editor.save()
                >
                    {words::edit_save()}
                </button>
            </div>
            <p role="status" class="hint" data-testid="edit-said">{status}</p>
            <p role="alert" class="form__error" data-testid="edit-wrong">{said(|said| &said.wrong)}</p>
            <div hidden=is_same>
                <p>{words::edit_changed()}</p>
                <button
                    type="button" class="button" data-testid="edit-reload"
                    on:click=move |_| editor.open()
                >
                    {words::edit_reload()}
                </button>
            </div>
        </section>
    }
}

/// The text, which counts.
#[component]
pub fn File() -> impl IntoView {
    let editor = Editor::get();
    let hint = memo::text(move || {
        words::edit_file_hint(&editor.opened.with(|opened| opened.file.clone()))
    });
    let problems = memo::text(move || {
        editor.draft.with(|draft| {
            let problem = |problem: &gateway_api::custom_api::edit::Problem| match problem.line {
                Some(line) => words::edit_problem(&line.to_string(), &problem.message),
                None => problem.message.clone(),
            };
            draft.problems.iter().map(problem).collect::<Vec<_>>().join("\n")
        })
    });
    view! {
        <section class="card">
            <h2 class="card__head"><label for=TEXT>{words::edit_file()}</label></h2>
            <p class="hint" id="edit-text-hint">{hint}</p>
            <textarea
                id=TEXT data-testid=TEXT class="form__input edit__text" rows="14" spellcheck="false"
                autocapitalize="none" autocomplete="off" wrap="off"
                aria-describedby="edit-text-hint edit-problems"
                prop:value=editor.text()
                on:input=move |event| editor.typed(event_target_value(&event))
            ></textarea>
            <p class="form__error edit__problems" id="edit-problems" data-testid="edit-problems">
                {problems}
            </p>
        </section>
    }
}
