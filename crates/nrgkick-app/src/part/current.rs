//! The charging current: slider, steps and number, and the pause above them.

mod draft;

use leptos::prelude::*;
use nrgkick_model::command::ChargingCurrent;

use super::{OutcomeLine, Pause};
use crate::app::App;
use crate::words::control as words;
use crate::{event, format, memo};
use draft::Draft;

/// Sets the current that the user allows, in tenths of an ampere.
///
/// A change is a draft of this control alone, which polls never move. It is sent when the slider
/// is released, not while it is dragged.
#[component]
pub fn Current() -> impl IntoView {
    let app = App::get();
    let (writer, locked) = (app.current, app.locked());
    let draft = Draft::new(app, locked);
    let disabled = draft.disabled;
    let slider = memo::text(move || draft.slider());
    view! {
        <section
            class="card setting" data-testid="current" data-write=memo::text(move || draft.state_name())
            on:keydown=event::on_key(move || draft.begin(), move || draft.discard())
        >
            <Pause />
            <div class="card__head">
                <label class="setting__label" for="current">{words::current()}</label>
                <span class="setting__value">
                    <input
                        id="current" class="setting__number reading" data-testid="current-number"
                        type="text" inputmode="decimal" autocomplete="off" maxlength="12"
                        aria-describedby="current-range"
                        aria-invalid=memo::bool_attribute(memo::flag(move || draft.is_invalid()))
                        aria-disabled=memo::bool_attribute(disabled) readonly=disabled
                        prop:value=memo::text(move || draft.text())
                        on:input:target=move |event| draft.change(event.target().value())
                        on:change=move |_| draft.commit_later()
                    />
                    <span class="unit">"A"</span>
                </span>
            </div>
            <div class="stepper">
                {step(draft, "−", words::less(), "current-minus", -ChargingCurrent::STEP)}
                <input
                    class="slider" data-testid="current-slider" type="range"
                    aria-label=words::current()
                    aria-valuetext=memo::text(move || format::current(draft.amperes()).text())
                    min="6" max=memo::text(move || draft.max()) step="0.1"
                    aria-disabled=memo::bool_attribute(disabled)
                    style=("--fill", memo::text(move || draft.fill()))
                    prop:value=slider
                    on:input:target=move |event| draft.slide(&event.target().value())
                    on:change:target=move |event| draft.release(&event.target())
                    on:pointerdown=move |_| draft.begin()
                    on:pointerup=move |_| draft.commit()
                    on:pointercancel=move |_| draft.discard()
                />
                {step(draft, "+", words::more(), "current-plus", ChargingCurrent::STEP)}
            </div>
            <p class="hint" id="current-range">{memo::text(move || draft.range())}</p>
            <OutcomeLine writer testid="outcome-current" />
            <p class="hint setting__locked">{locked}</p>
        </section>
    }
}

fn step(
    draft: Draft,
    sign: &'static str,
    label: &'static str,
    testid: &'static str,
    by: f64,
) -> impl IntoView {
    view! {
        <button
            type="button" class="button button--round" aria-label=label data-testid=testid
            aria-disabled=memo::bool_attribute(draft.disabled)
            on:click=event::on_click(draft.disabled, move || draft.step(by))
        >
            {sign}
        </button>
    }
}
