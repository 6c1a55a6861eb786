//! The label of a charge, changed by its owner.

use gateway_api::record::{ChargeWithCurve, MAX_LABEL};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::record::Ledger;
use crate::words::record as words;
use crate::{browser, memo};

const FIELD: &str = "charge-label";

/// The card; hidden where nothing may be changed.
#[component]
pub fn LabelForm(
    /// The charge.
    one: Memo<Option<ChargeWithCurve>>,
) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let (said, wrong) = (RwSignal::new(""), RwSignal::new(String::new()));
    let is_sending = RwSignal::new(false);
    let label = Memo::new(move |_| {
        let of = |one: &ChargeWithCurve| (one.charge.id.clone(), one.charge.label.clone());
        one.with(|one| one.as_ref().map(of)).unwrap_or_default()
    });
    Effect::new(move |_| {
        if let Some(field) = field() {
            field.set_value(&label.get().1.unwrap_or_default());
        }
    });
    // What was said was said of another charge.
    let id = memo::text(move || label.get().0);
    Effect::new(move |_| {
        id.track();
        said.set("");
        wrong.set(String::new());
    });
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if is_sending.get_untracked() {
            return;
        }
        is_sending.set(true);
        said.set("");
        wrong.set(String::new());
        let typed = field().map(|field| field.value()).unwrap_or_default();
        spawn_local(async move {
            let outcome = ledger.label(&id.get_untracked(), typed.trim()).await;
            is_sending.try_set(false);
            match outcome {
                Ok(()) => said.try_set(words::saved()).map(|_| ()),
                Err(reason) => wrong.try_set(words::not_saved(&reason)).map(|_| ()),
            };
        });
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
                    <p class="form__error" role="alert" data-testid="label-error">{wrong}</p>
                </div>
                <p role="status" class="hint" data-testid="label-said">{said}</p>
                <div class="notice__actions">
                    <button
                        type="submit" class="button button--main" data-testid="save-label"
                        aria-busy=memo::text(move || is_sending.get().to_string())
                    >
                        {words::save()}
                    </button>
                </div>
            </form>
        </section>
    }
}

fn field() -> Option<HtmlInputElement> {
    browser::element(FIELD)?.dyn_into().ok()
}
