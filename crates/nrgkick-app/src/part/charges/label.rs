//! The label of a charge, changed by its owner.

use gateway_api::record::{ChargeWithCurve, MAX_LABEL};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::record::Ledger;
use crate::words::record as words;
use crate::{browser, memo};

const FIELD: &str = "charge-label";

/// What is sent, and what came of it.
#[derive(Clone, Copy)]
struct State {
    ledger: Ledger,
    /// The charge, by its id, and its label.
    label: Memo<(String, Option<String>)>,
    is_sending: RwSignal<bool>,
    said: RwSignal<&'static str>,
    wrong: RwSignal<String>,
}

/// The card; hidden where nothing may be changed.
#[component]
pub fn LabelForm(
    /// The charge.
    one: Memo<Option<ChargeWithCurve>>,
) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let label = Memo::new(move |_| {
        let of = |one: &ChargeWithCurve| (one.charge.id.clone(), one.charge.label.clone());
        one.with(|one| one.as_ref().map(of)).unwrap_or_default()
    });
    let state = State {
        ledger,
        label,
        is_sending: RwSignal::new(false),
        said: RwSignal::new(""),
        wrong: RwSignal::default(),
    };
    Effect::new(move |_| {
        if let (Some(field), (_, label)) = (browser::input(FIELD), label.get()) {
            field.set_value(&label.unwrap_or_default());
        }
    });
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        state.save();
    };
    view! {
        <section class="card" hidden=memo::flag(move || !ledger.may_change())>
            <form class="form" on:submit=save novalidate data-testid="label-form">
                <div>
                    <label class="form__label" for=FIELD>{words::label()}</label>
                    <input
                        id=FIELD class="form__input" data-testid="label" type="text" dir="auto"
                        autocomplete="off" maxlength=MAX_LABEL.to_string()
                        aria-describedby="charge-label-hint"
                    />
                    <p class="hint" id="charge-label-hint">{words::label_hint()}</p>
                    <p class="form__error" role="alert" data-testid="label-error">{state.wrong}</p>
                </div>
                <p role="status" class="hint" data-testid="label-said">{state.said}</p>
                {state.button()}
            </form>
        </section>
    }
}

impl State {
    fn button(self) -> impl IntoView {
        let is_busy = memo::bool_attribute(memo::flag(move || self.is_sending.get()));
        view! {
            <div class="notice__actions">
                <button
                    type="submit" class="button button--main" data-testid="save-label"
                    aria-busy=is_busy
                >
                    {words::save()}
                </button>
            </div>
        }
    }

    fn save(self) {
        if self.is_sending.get_untracked() {
            return;
        }
        self.is_sending.set(true);
        self.said.set("");
        self.wrong.set(String::new());
        let typed = browser::typed(FIELD);
        let (id, _) = self.label.get_untracked();
        spawn_local(async move {
            let outcome = self.ledger.label(&id, typed.trim()).await;
            self.is_sending.try_set(false);
            match outcome {
                Ok(()) => drop(self.said.try_set(words::saved())),
                Err(reason) => drop(self.wrong.try_set(words::not_saved(&reason))),
            }
        });
    }
}
