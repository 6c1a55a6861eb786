//! The energy limit of a charge.

mod draft;
mod finish;

use leptos::prelude::*;

use super::OutcomeLine;
use crate::app::App;
use crate::words::{common, control as words};
use crate::{event, memo};
use draft::Draft;

/// Presets, kWh; 0 is none.
const PRESETS: [u32; 5] = [0, 5, 10, 20, 40];

/// Sets or removes the energy limit.
#[component]
pub fn Limit() -> impl IntoView {
    let app = App::get();
    let (writer, locked) = (app.limit, app.locked());
    let draft = Draft::new(app, locked);
    let hint = memo::text(move || draft.hint(watt_hours(PRESETS[1])));
    let note = memo::text(move || draft.note(locked));
    view! {
        <section
            class="card setting only-control" data-testid="limit-card"
            id="limit-card" tabindex="-1" aria-label=words::limit()
            on:keydown=event::on_key(|| {}, move || draft.discard())
        >
            <div class="card__head">
                <label class="setting__label" for="limit">{words::limit()}</label>
                <span class="setting__value">
                    <input
                        id="limit" class="setting__number setting__number--long reading" data-testid="limit-number"
                        type="text" inputmode="decimal" autocomplete="off" maxlength="12"
                        placeholder=memo::text(move || draft.placeholder()) aria-describedby="limit-hint"
                        aria-invalid=memo::bool_attribute(memo::flag(move || draft.is_invalid()))
                        aria-disabled=memo::bool_attribute(draft.disabled)
                        readonly=draft.disabled prop:value=memo::text(move || draft.text())
                        on:input:target=move |event| draft.change(event.target().value())
                        on:change=move |_| draft.commit_later()
                    />
                    <span class="unit">"kWh"</span>
                </span>
            </div>
            <div
                class="choice" role="group" aria-label=words::limits() aria-describedby="limit-hint"
            >
                {PRESETS.map(|kilowatt_hours| preset(draft, kilowatt_hours))}
            </div>
            <p class="hint" id="limit-hint" data-testid="limit-hint">{hint}</p>
            <OutcomeLine writer testid="outcome-limit" />
            <p class="hint setting__locked" data-testid="limit-note">{note}</p>
        </section>
    }
}

fn watt_hours(kilowatt_hours: u32) -> f64 {
    f64::from(kilowatt_hours) * 1000.0
}

fn preset(draft: Draft, kilowatt_hours: u32) -> impl IntoView {
    let watt_hours = watt_hours(kilowatt_hours);
    let (text, testid) = (kilowatt_hours.to_string(), format!("limit-{kilowatt_hours}"));
    let label = if kilowatt_hours == 0 { common::none().to_owned() } else { text.clone() };
    let unusable = memo::flag(move || draft.is_unusable(watt_hours));
    let applied = memo::flag(move || draft.is_applied(watt_hours));
    let pending = memo::flag(move || draft.is_pending(watt_hours));
    view! {
        <button
            type="button" class="choice__item" data-testid=testid
            aria-disabled=memo::bool_attribute(unusable)
            aria-pressed=memo::bool_attribute(applied)
            aria-busy=memo::bool_attribute(pending)
            on:click=event::on_click(unusable, move || draft.send(&text))
        >
            {label}
        </button>
    }
}
