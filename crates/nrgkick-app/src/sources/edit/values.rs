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
    // Built again only when there are other keys, so that no field loses the focus.
    let shape = Memo::new(move |_| editor.value().map(|value| Shape::of(&value)));
    let settings = move || shape.get().map(|shape| settings(editor, shape));
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
    let (at, own, label) = (value.at.clone(), value.at.clone(), label(&value.at));
    let is_chosen = memo::bool_attribute(memo::flag(move || editor.chosen.with(|at| *at == own)));
    view! {
        <li>
            <button
                type="button" class="edit__value" aria-pressed=is_chosen data-at=value.at
                on:click=move |_| editor.choose(Some(at.clone()))
            >
                <span>{label}</span>
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

/// What the form of a value consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shape {
    at: String,
    keys: Vec<String>,
    is_fixed: bool,
}

impl Shape {
    fn of(value: &DraftValue) -> Self {
        let is_fixed = value.settings.contains_key("fixed");
        let shown = |(key, setting): (&String, &Value)| {
            let is_field = *key != INVERT && plain::shown(setting).is_some();
            is_field.then(|| key.clone())
        };
        let mut keys: Vec<String> = value.settings.iter().filter_map(shown).collect();
        let offered = OFFERED.into_iter().filter(|_| !is_fixed).map(str::to_owned);
        keys.extend(offered);
        keys.sort();
        keys.dedup();
        Self { at: value.at.clone(), keys, is_fixed }
    }
}

fn settings(editor: Editor, Shape { at, keys, is_fixed }: Shape) -> impl IntoView {
    let is_inverted = memo::flag(move || {
        let is = |value: DraftValue| value.settings.get(INVERT) == Some(&Value::Bool(true));
        editor.value().is_some_and(is)
    });
    let invert = move |_| {
        let to = if is_inverted.get_untracked() { Value::Null } else { json!(true) };
        editor.set(INVERT, to);
    };
    let label = label(&at);
    let remove = move |_| editor.change(Change::Remove { at: at.clone() });
    view! {
        <div class="form" data-testid="edit-settings">
            <h3>{label}</h3>
            {keys.into_iter().map(|key| setting(editor, key)).collect_view()}
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

fn setting(editor: Editor, key: String) -> impl IntoView {
    let id = format!("edit-key-{key}");
    let label = name(&key);
    let own = key.clone();
    let text = memo::text(move || {
        let text = |value: DraftValue| value.settings.get(&own).and_then(plain::shown);
        editor.value().and_then(text).unwrap_or_default()
    });
    let set = move |event| editor.set(&key, plain::typed(&event_target_value(&event)));
    view! {
        <div>
            <label class="form__label" for=id.clone()>{label}</label>
            <input
                id=id.clone() data-testid=id class="form__input" type="text" autocapitalize="none"
                autocomplete="off" spellcheck="false" prop:value=text on:change=set
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_stays_when_an_offered_key_is_set() {
        let value = |settings: Value| {
            let Value::Object(settings) = settings else { panic!("an object") };
            let (at, unit, from) = ("x".to_owned(), String::new(), String::new());
            DraftValue { at, line: 1, is_shown: false, unit, kind: None, from, settings }
        };
        let before = Shape::of(&value(json!({"http": "http://a/", "pointer": "/p"})));
        let keys = json!({"http": "http://a/", "pointer": "/q", "factor": 2, "invert": true});
        assert_eq!(Shape::of(&value(keys)), before);
        assert_eq!(before.keys, ["factor", "http", "pointer"]);
        assert_eq!(Shape::of(&value(json!({"fixed": 5}))).keys, ["fixed"]);
    }
}
