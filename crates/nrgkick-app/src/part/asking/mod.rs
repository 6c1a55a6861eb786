//! A question of the user's own to the charger, and the answer as it came.
//!
//! It can ask for documents and nothing else: changes are made by the controls alone.

mod question;

use leptos::prelude::*;
use leptos::task::spawn_local;
use nrgkick_model::field::DocumentName;
use web_sys::HtmlInputElement;

use crate::app::App;
use crate::words::{self, curious};
use crate::{api, browser, memo};

use question::{NAMES, Question};

use crate::indent::indent;

/// The longest answer that is shown, bytes; the charger's own have some thousand.
const LONGEST: usize = 64 * 1024;

/// What is asked, and what came of it.
#[derive(Clone, Copy)]
struct State {
    app: App,
    question: RwSignal<Question>,
    is_asking: RwSignal<bool>,
    /// A line about the answer, and the answer.
    answer: RwSignal<(String, String)>,
}

/// The card.
#[component]
pub fn Asking() -> impl IntoView {
    let state = State {
        app: App::get(),
        question: RwSignal::default(),
        is_asking: RwSignal::new(false),
        answer: RwSignal::default(),
    };
    let ask = move |_| {
        if !state.is_asking.get_untracked() {
            state.is_asking.set(true);
            spawn_local(state.ask());
        }
    };
    let url = state.written(Question::url);
    let command = state.written(Question::command);
    view! {
        <section class="card">
            <h2 class="card__head" id="asking">{curious::ask()}</h2>
            <div class="choice" role="group" aria-labelledby="asking">
                {NAMES.map(|name| state.name_button(name))}
            </div>
            {state.flags()}
            <p class="curious__label">{curious::address()}</p>
            <p class="curious__code" data-testid="asking-url">{url}</p>
            <p class="curious__label">{curious::command()}</p>
            <p class="curious__code" data-testid="asking-command">{command}</p>
            <div class="notice__actions">
                <button
                    type="button" class="button" data-testid="asking-send" on:click=ask
                    aria-busy=memo::bool_attribute(memo::flag(move || state.is_asking.get()))
                >
                    {curious::send()}
                </button>
            </div>
            {state.answer()}
        </section>
    }
}

impl State {
    async fn ask(self) {
        let endpoint = self.app.endpoint.get_untracked();
        let request = self.question.with_untracked(Question::request);
        let at = browser::now();
        let answer = api::raw(&endpoint, &request).await;
        let took = browser::now().since(at).as_millis();
        self.is_asking.set(false);
        self.answer.set(match answer {
            Ok(reply) => {
                let length = reply.body.len();
                let shown = String::from_utf8_lossy(&reply.body[..length.min(LONGEST)]);
                let line = format!("{} · {took}\u{202f}ms · {length}\u{202f}B", reply.status);
                (line, indent(&shown))
            }
            Err(error) => (words::advice(&error, &endpoint).title.into_owned(), String::new()),
        });
    }

    /// The question as `write` writes it for the present endpoint.
    fn written(
        self,
        write: fn(&Question, &crate::endpoint::Endpoint, &str) -> Option<String>,
    ) -> Memo<String> {
        memo::text(move || {
            let endpoint = self.app.endpoint.get();
            let page = browser::address().unwrap_or_default();
            let written = self.question.with(|question| write(question, &endpoint, &page));
            written.unwrap_or_else(|| words::NONE.to_owned())
        })
    }

    fn name_button(self, name: &'static str) -> impl IntoView {
        let is_chosen = memo::flag(move || {
            let document = self.question.with(|question| question.document);
            document.map_or("api", DocumentName::name) == name
        });
        let choose = move |_| {
            let is_raw = self.question.with_untracked(|question| question.is_raw);
            self.question.set(Question::of(name, is_raw));
        };
        view! {
            <button
                type="button" class="choice__item" data-testid=format!("asking-{name}")
                aria-pressed=memo::bool_attribute(is_chosen) on:click=choose
            >
                {name}
            </button>
        }
    }

    /// The form of the answer, and the sections of each document that has some.
    fn flags(self) -> impl IntoView {
        let has_none = memo::flag(move || self.question.with(|question| !question.has_flags()));
        let is_raw = memo::flag(move || self.question.with(|question| question.is_raw));
        let set_raw = move |event| {
            let is_raw = is_checked(&event);
            self.question.update(|question| question.is_raw = is_raw);
        };
        view! {
            <div class="form" hidden=has_none>
                <label class="form__check">
                    <input type="checkbox" data-testid="asking-raw" prop:checked=is_raw on:change=set_raw />
                    {curious::raw()}
                </label>
            </div>
            {self.sections(DocumentName::Info)}
            {self.sections(DocumentName::Values)}
        }
    }

    fn sections(self, document: DocumentName) -> impl IntoView {
        let is_other =
            memo::flag(move || self.question.with(|question| question.document != Some(document)));
        let sections: Vec<_> =
            document.sections().into_iter().map(|section| self.section(section)).collect();
        view! {
            <fieldset class="curious__sections form" hidden=is_other>
                <legend class="curious__label">{curious::sections()}</legend>
                {sections}
            </fieldset>
        }
    }

    fn section(self, section: &'static str) -> impl IntoView {
        let is_chosen =
            memo::flag(move || self.question.with(|question| question.sections.contains(&section)));
        let choose = move |event| {
            let is_wanted = is_checked(&event);
            self.question.update(|question| question.choose(section, is_wanted));
        };
        view! {
            <label class="form__check">
                <input type="checkbox" prop:checked=is_chosen on:change=choose />
                {section}
            </label>
        }
    }

    fn answer(self) -> impl IntoView {
        let line = memo::text(move || self.answer.with(|(line, _)| line.clone()));
        let text = memo::text(move || self.answer.with(|(_, text)| text.clone()));
        let has_none = memo::flag(move || text.with(String::is_empty));
        view! {
            <p class="curious__label" role="status" data-testid="asking-line">{line}</p>
            <pre class="curious__text" data-testid="asking-answer" tabindex="0" hidden=has_none>{text}</pre>
        }
    }
}

fn is_checked(event: &web_sys::Event) -> bool {
    event_target::<HtmlInputElement>(event).checked()
}
