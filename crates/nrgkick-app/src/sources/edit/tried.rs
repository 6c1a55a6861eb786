//! What came when the devices were asked: each value, the picture of what the charger would get, and
//! each reply as a tree whose numbers can be chosen.

use gateway_api::custom_api::edit::{ReplyBody, TriedOutcome, TriedReply, TriedValue};
use leptos::prelude::*;
use serde_json::Value;

use super::plain::{below, devices, members};
use super::state::Editor;
use super::values::label;
use crate::memo;
use crate::sources::flow::node;
use crate::sources::power::{Power, Shown};
use crate::words::sources as words;

/// Members of an object or list that are shown; the number of others is not of use to anybody.
const MOST_MEMBERS: usize = 300;

/// The sheet; hidden before the first trial.
#[component]
pub fn Tried() -> impl IntoView {
    let editor = Editor::get();
    let none = memo::flag(move || editor.trial.with(Option::is_none));
    let values = move || {
        let values = editor.trial.get().map(|trial| trial.values).unwrap_or_default();
        values.into_iter().map(value).collect_view()
    };
    let replies = move || {
        let replies = editor.trial.get().map(|trial| trial.replies).unwrap_or_default();
        replies.into_iter().map(|one| reply(editor, one)).collect_view()
    };
    let hint = memo::text(move || match editor.chosen.get() {
        chosen if chosen.is_empty() => words::edit_pick_none().to_owned(),
        chosen => words::edit_pick(&label(&chosen)),
    });
    let house = memo::text(move || {
        editor
            .trial
            .with(|trial| trial.as_ref().map(|trial| trial.house.clone()))
            .unwrap_or_default()
    });
    view! {
        <section class="card" hidden=none data-testid="edit-tried">
            <h2 class="card__head">{words::edit_result()}</h2>
            <dl>{values}</dl>
            <h3>{words::edit_would()}</h3>
            <dl class="flow" data-testid="edit-flow">
                {Power::ALL.map(|power| node(power, Memo::new(move |_| shown(editor, power))))}
            </dl>
            <p class="hint">{house}</p>
            <p data-testid="edit-pick">{hint}</p>
            {replies}
        </section>
    }
}

fn shown(editor: Editor, power: Power) -> Shown {
    let info = editor.draft.with(|draft| devices(&draft.sections));
    editor.trial.with(|trial| {
        let answer = trial.as_ref().and_then(|trial| trial.answer.as_ref());
        answer.map(|answer| power.shown(answer, &info, false)).unwrap_or_default()
    })
}

fn value(value: TriedValue) -> impl IntoView {
    let text = match value.outcome {
        TriedOutcome::Good(text) => text,
        TriedOutcome::LeftOut(reason) => words::edit_left_out(&reason),
        TriedOutcome::Awaited => words::edit_awaited().to_owned(),
        TriedOutcome::Failed(reason) => words::edit_failed(&reason),
    };
    view! {
        <div class="details__row" data-tried=value.at.clone()>
            <dt class="details__label">{label(&value.at)}</dt>
            <dd class="details__value">{text}</dd>
        </div>
    }
}

fn reply(editor: Editor, reply: TriedReply) -> impl IntoView {
    let body = match reply.body {
        ReplyBody::Json(value) => branch(editor, String::new(), &value),
        ReplyBody::Text(text) => {
            view! { <pre class="reading" tabindex="0">{text}</pre> }.into_any()
        }
        ReplyBody::TooLong(bytes) => {
            view! { <p>{words::edit_too_long(&bytes.to_string())}</p> }.into_any()
        }
    };
    view! {
        <details class="tree" open>
            <summary>{words::edit_reply(&reply.from)}</summary>
            {body}
        </details>
    }
}

/// The members of what is at `pointer`; it alone where it has none.
fn branch(editor: Editor, pointer: String, value: &Value) -> AnyView {
    let Some(members) = members(value) else {
        return leaf(editor, pointer, String::new(), value).into_any();
    };
    let member = |(key, value): (String, &Value)| {
        let pointer = below(&pointer, &key);
        if plain_members(value) {
            return view! { <li>{leaf(editor, pointer, key, value)}</li> }.into_any();
        }
        let inside = branch(editor, pointer, value);
        view! { <li><details open><summary>{key}</summary>{inside}</details></li> }.into_any()
    };
    let members: Vec<AnyView> = members.into_iter().take(MOST_MEMBERS).map(member).collect();
    view! { <ul class="tree__branch">{members}</ul> }.into_any()
}

fn plain_members(value: &Value) -> bool {
    members(value).is_none_or(|members| members.is_empty())
}

/// A number or text, which can be chosen for the value.
fn leaf(editor: Editor, pointer: String, key: String, value: &Value) -> impl IntoView {
    let own = pointer.clone();
    let is_set = memo::bool_attribute(memo::flag(move || {
        editor
            .value()
            .is_some_and(|value| value.settings.get("pointer") == Some(&Value::from(own.as_str())))
    }));
    let pick = {
        let pointer = pointer.clone();
        move |_| editor.set("pointer", Value::from(pointer.as_str()))
    };
    view! {
        <button
            type="button" class="edit__value tree__leaf" aria-pressed=is_set data-pointer=pointer
            on:click=pick
        >
            <span>{key}</span> <strong>{value.to_string()}</strong>
        </button>
    }
}
