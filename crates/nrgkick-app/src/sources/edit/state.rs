//! What the editor knows, and what it asks of the server. What is typed is never thrown away.

use std::cell::Cell;

use gateway_api::custom_api::edit::{
    Change, Configuration, Draft, DraftRequest, DraftValue, RecipeEntry, Save, Trial, TryRequest,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;

use crate::api::{self, EditError};
use crate::sources::advice::advice;
use crate::timer::Debounce;
use crate::words::sources as words;
use crate::{browser, shell};

/// The element with the text of the file.
pub const TEXT: &str = "edit-text";

/// The file and what it was read with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opened {
    /// The file.
    pub file: String,
    /// Its revision, which is sent back when it is saved.
    pub revision: String,
    /// Ready configurations.
    pub recipes: Vec<RecipeEntry>,
}

/// What was said last: how it went, and what went wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// How it went.
    pub good: String,
    /// What went wrong.
    pub wrong: String,
    /// Set if the file is another one than the text was made from.
    pub is_changed: bool,
}

/// A handle to the signals of the editor, which live as long as the page.
#[derive(Clone, Copy)]
pub struct Editor {
    /// The file.
    pub opened: RwSignal<Opened>,
    /// The text as the server read it last.
    pub draft: RwSignal<Draft>,
    /// What came when the devices were asked.
    pub trial: RwSignal<Option<Trial>>,
    /// The value that is being set up, by its place.
    pub chosen: RwSignal<String>,
    /// What was said last.
    pub said: RwSignal<Said>,
    /// Set while an answer is awaited.
    pub is_busy: RwSignal<bool>,
    /// The text as it is typed.
    text: RwSignal<String>,
    pause: Debounce,
}

thread_local! {
    static EDITOR: Cell<Option<Editor>> = const { Cell::new(None) };
}

impl Editor {
    /// Returns the editor of this page, which reads the file when it is wanted first.
    pub fn get() -> Self {
        EDITOR.get().unwrap_or_else(|| {
            let editor = shell::for_ever(|| Self {
                opened: RwSignal::default(),
                draft: RwSignal::default(),
                trial: RwSignal::new(None),
                chosen: RwSignal::default(),
                said: RwSignal::default(),
                is_busy: RwSignal::new(false),
                text: RwSignal::default(),
                pause: Debounce::new(),
            });
            EDITOR.set(Some(editor));
            editor.open();
            editor
        })
    }

    /// Returns the value that is being set up.
    pub fn value(self) -> Option<DraftValue> {
        let chosen = self.chosen.get();
        self.draft.with(|draft| draft.values.iter().find(|value| value.at == chosen).cloned())
    }

    /// Reads the file again; the text is replaced.
    pub fn open(self) {
        self.ask(async move {
            let Configuration { file, revision, read_only, draft, recipes } =
                api::edit_open().await?;
            self.opened.set(Opened { file, revision, recipes });
            self.show(draft);
            Ok(Said { wrong: read_only.unwrap_or_default(), ..Said::default() })
        });
    }

    /// Makes a change in the text.
    pub fn change(self, change: Change) {
        let text = self.text.get_untracked();
        self.ask(async move {
            let new = match &change {
                Change::Put { at, .. } => Some(at.clone()),
                _ => None,
            };
            let request = DraftRequest { text, change: Some(change) };
            let draft = api::edit_draft(&request).await?;
            if self.text.with_untracked(|text| *text != request.text) {
                return Ok(Said { wrong: words::edit_meanwhile().to_owned(), ..Said::default() });
            }
            self.show(draft);
            self.choose(new);
            Ok(Said::default())
        });
    }

    /// Sets a key of the chosen value; nothing typed takes the key out.
    pub fn set(self, key: &str, to: Value) {
        let at = self.chosen.get_untracked();
        self.change(Change::Set { at, key: key.to_owned(), to });
    }

    /// Chooses a value: `at`, or the first where the one before is gone.
    pub fn choose(self, at: Option<String>) {
        let chosen = at.unwrap_or_else(|| self.chosen.get_untracked());
        let first = self.draft.with_untracked(|draft| {
            let is_there = draft.values.iter().any(|value| value.at == chosen);
            let first = draft.values.first().map(|value| value.at.clone());
            if is_there { None } else { Some(first.unwrap_or_default()) }
        });
        self.chosen.set(first.unwrap_or(chosen));
    }

    /// Takes what is typed, and asks how the server reads it after a pause.
    pub fn typed(self, text: String) {
        self.text.set(text);
        self.pause.schedule(move || self.judge());
    }

    fn judge(self) {
        let text = self.text.get_untracked();
        spawn_local(async move {
            let request = DraftRequest { text, change: None };
            let answer = api::edit_draft(&request).await;
            match answer {
                // Another text is judged by itself.
                _ if self.text.with_untracked(|text| *text != request.text) => {}
                Ok(draft) => {
                    self.draft.set(draft);
                    self.choose(None);
                }
                Err(error) => self.said.set(said(&error)),
            }
        });
    }

    /// Has the server ask all devices.
    pub fn attempt(self) {
        let text = self.text.get_untracked();
        self.ask(async move {
            let trial = api::edit_try(&TryRequest { text, value: None }).await?;
            self.trial.set(Some(trial));
            Ok(Said::default())
        });
    }

    /// Writes the file.
    pub fn save(self) {
        let text = self.text.get_untracked();
        self.ask(async move {
            let revision = self.opened.with_untracked(|opened| opened.revision.clone());
            let saved = api::edit_save(&Save { revision, text }).await?;
            self.opened.update(|opened| opened.revision = saved.revision);
            let backup = saved.backup.map(|file| words::edit_backup(&file)).unwrap_or_default();
            let good = format!("{} {backup}", words::edit_saved()).trim_end().to_owned();
            Ok(Said { good, ..Said::default() })
        });
    }

    /// Shows a draft whose text is the new one.
    fn show(self, draft: Draft) {
        self.text.set(draft.text.clone());
        if let Some(field) = browser::element(TEXT) {
            use wasm_bindgen::JsCast as _;
            if let Ok(field) = field.dyn_into::<web_sys::HtmlTextAreaElement>() {
                field.set_value(&draft.text);
            }
        }
        self.draft.set(draft);
        self.choose(None);
    }

    /// Returns the text as it is typed, for a field that is built now.
    pub fn text(self) -> String {
        self.text.get_untracked()
    }

    /// Waits for `answer`, one at a time, and says how it went.
    fn ask(self, answer: impl Future<Output = Result<Said, EditError>> + 'static) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.said.set(Said::default());
        spawn_local(async move {
            let said = answer.await.unwrap_or_else(|error| said(&error));
            self.said.set(said);
            self.is_busy.set(false);
        });
    }
}

fn said(EditError { error, is_changed }: &EditError) -> Said {
    Said { wrong: advice(error).whole(), is_changed: *is_changed, ..Said::default() }
}
