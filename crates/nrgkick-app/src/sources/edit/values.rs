//! The values of the text, and the settings of the one that is chosen.

use gateway_api::custom_api::edit::{Change, DraftValue};
use leptos::prelude::*;
use serde_json::{Value, json};

use super::plain;
use super::state::Editor;
use crate::words::sources as words;
use crate::{memo, words as all};

/// The key that turns the sign.
const INVERT: &str = "invert";
/// Keys that are offered where they do not stand.
const OFFERED: [&str; 1] = ["factor"];

/// The list, and the form below it.
#[component]
pub fn DraftValues() -> impl IntoView {
    let editor = Editor::get();
    let is_empty = memo::flag(move || editor.draft.with(|draft| draft.values.is_empty()));
    let items = move || {
        let values = editor.draft.with(|draft| draft.values.clone());
        values.into_iter().map(|value| item(editor, value)).collect_view()
    };
    let settings = move || editor.value().map(|value| settings(editor, &value));
    view! {
        <section class="card" data-testid="edit-values">
            <h2 class="card__head">{words::edit_values()}</h2>
            <p class="hint" hidden=memo::flag(move || !is_empty.get())>{words::edit_none()}</p>
            <ul class="edit__list">{items}</ul>
            {settings}
        </section>
    }
}

fn item(editor: Editor, value: DraftValue) -> impl IntoView {
    let (at, own) = (value.at.clone(), value.at.clone());
    let is_chosen = memo::bool_attribute(memo::flag(move || editor.chosen.with(|at| *at == own)));
    view! {
        <li>
            <button
                type="button" class="edit__value" aria-pressed=is_chosen data-at=value.at.clone()
                on:click=move |_| editor.choose(Some(at.clone()))
            >
                <span>{label(&value.at)}</span>
                <span class="hint">{value.from}</span>
            </button>
        </li>
    }
}

/// The label of a value with its device; the own name of a part of others.
pub fn label(at: &str) -> String {
    use nrgkick_model::custom_api::Place;
    let Ok(place) = at.parse::<Place>() else { return at.to_owned() };
    let label = all::device_label(place.field());
    match place.section() {
        Some(kind) => words::named(&format!("{} {}", all::device(kind), place.index()), label),
        None => words::named(words::house(), label),
    }
}

fn settings(editor: Editor, value: &DraftValue) -> impl IntoView + use<> {
    let mut keys: Vec<(String, String)> = value
        .settings
        .iter()
        .filter(|(key, _)| *key != INVERT)
        .filter_map(|(key, setting)| Some((key.clone(), plain::shown(setting)?)))
        .collect();
    let is_fixed = value.settings.contains_key("fixed");
    for key in OFFERED.into_iter().filter(|key| !is_fixed && !value.settings.contains_key(*key)) {
        keys.push((key.to_owned(), String::new()));
    }
    let is_inverted = value.settings.get(INVERT) == Some(&Value::Bool(true));
    let invert = move |_| editor.set(INVERT, if is_inverted { Value::Null } else { json!(true) });
    let at = value.at.clone();
    let remove = move |_| editor.change(Change::Remove { at: at.clone() });
    view! {
        <div class="form" data-testid="edit-settings">
            <h3>{label(&value.at)}</h3>
            {keys.into_iter().map(|(key, text)| setting(editor, key, text)).collect_view()}
            <label class="form__check" hidden=is_fixed>
                <input
                    type="checkbox" data-testid="edit-invert" prop:checked=is_inverted
                    on:change=invert
                />
                {words::edit_invert()}
            </label>
            <div>
                <button type="button" class="button" data-testid="edit-remove" on:click=remove>
                    {words::edit_remove()}
                </button>
            </div>
        </div>
    }
}

/// The name of a key; the key itself where the file's documentation has to explain it.
fn name(key: &str) -> String {
    match key {
        "http" => words::edit_address().to_owned(),
        "pointer" => words::edit_pointer().to_owned(),
        "factor" => words::edit_factor().to_owned(),
        key => key.to_owned(),
    }
}

fn setting(editor: Editor, key: String, text: String) -> impl IntoView {
    let id = format!("edit-key-{key}");
    let own = key.clone();
    let set = move |event| editor.set(&own, plain::typed(&event_target_value(&event)));
    view! {
        <div>
            <label class="form__label" for=id.clone()>{name(&key)}</label>
            <input
                id=id.clone() data-testid=id class="form__input" type="text" autocapitalize="none"
                autocomplete="off" spellcheck="false" prop:value=text on:change=set
            />
        </div>
    }
}
