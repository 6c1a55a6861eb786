//! The energy limit of a charge.

use leptos::prelude::*;
use nrgkick_model::Command;
use nrgkick_model::code::ChargingStatus;
use nrgkick_model::field::FieldId;

use super::OutcomeLine;
use crate::app::App;
use crate::sentence::State;
use crate::timer::Debounce;
use crate::words::en;
use crate::{event, format, memo, parse_input, send};

/// Presets, kWh; 0 is none.
const PRESETS: [u32; 5] = [0, 5, 10, 20, 40];

/// Sets or removes the energy limit.
#[component]
pub fn Limit() -> impl IntoView {
    let app = App::get();
    let (writer, locked) = (app.limit, app.locked());
    let typed = RwSignal::new(None::<String>);
    let reported = app.number(FieldId::EnergyLimit);
    let charged = app.number(FieldId::ChargedEnergy);
    let set = memo::number(move || match writer.desired(app.settings_read()) {
        Some(Command::EnergyLimit(limit)) => Some(limit.watt_hours().into()),
        _ => reported.get(),
    });
    let applied = memo::number(move || match writer.confirmed(app.settings_read()) {
        Some(Command::EnergyLimit(limit)) => Some(limit.watt_hours().into()),
        _ => reported.get(),
    });
    let is_pending = memo::flag(move || writer.is_pending());
    let disabled = memo::flag(move || set.get().is_none() || locked.with(|why| !why.is_empty()));
    let text = memo::text(move || match (typed.get(), set.get()) {
        (Some(typed), _) => typed,
        (None, Some(set)) if set > 0.0 => format::limit(Some(set)).number,
        (None, _) => String::new(),
    });
    let invalid = memo::flag(move || {
        typed.with(|typed| {
            typed.as_ref().is_some_and(|typed| parse_input::energy_limit(typed).is_err())
        })
    });
    let debounce = Debounce::new();
    let send = move |text: &str| match parse_input::energy_limit(text) {
        Err(reason) => writer.reject(reason),
        Ok(limit) => {
            typed.set(None);
            if set.get_untracked() == Some(limit.watt_hours().into()) {
                writer.reject(String::new());
            } else {
                send::send(app, writer, Command::EnergyLimit(limit));
            }
        }
    };
    let commit = move || {
        if let Some(typed) = typed.get_untracked() {
            send(&typed);
        }
    };
    let drop = move || {
        debounce.cancel();
        typed.set(None);
        writer.reject(String::new());
    };
    let spent = memo::number(move || {
        let connected = app.with_current(|snapshot| State::of(snapshot).status);
        charged.get().filter(|_| !matches!(connected, None | Some(ChargingStatus::Standby)))
    });
    let hint = memo::text(move || match spent.get() {
        None => "A charge stops at this energy.".to_owned(),
        spent => {
            let energy = format::energy(spent).text();
            format!("A charge stops at this energy. This one has {energy}.")
        }
    });
    let preset = move |kilowatt_hours: u32| {
        let watt_hours = f64::from(kilowatt_hours) * 1000.0;
        let (text, testid) = (kilowatt_hours.to_string(), format!("limit-{kilowatt_hours}"));
        // It would end this charge at once.
        let unusable = memo::flag(move || {
            disabled.get()
                || spent.get().is_some_and(|spent| watt_hours > 0.0 && watt_hours <= spent)
        });
        let label = if kilowatt_hours == 0 { "None".to_owned() } else { text.clone() };
        view! {
            <button
                type="button" class="choice__item" data-testid=testid
                aria-disabled=memo::bool_attribute(unusable)
                aria-pressed=memo::bool_attribute(memo::flag(move || applied.get() == Some(watt_hours)))
                aria-busy=memo::bool_attribute(memo::flag(move || {
                    is_pending.get() && set.get() == Some(watt_hours)
                }))
                on:click=event::on_click(unusable, move || {
                    debounce.cancel();
                    send(&text);
                })
            >
                {label}
            </button>
        }
    };
    view! {
        <section
            class="card setting only-control" data-testid="limit-card"
            id="limit-card" tabindex="-1" aria-label="Energy limit"
            on:keydown=event::on_key(|| {}, drop)
        >
            <div class="card__head">
                <label class="setting__label" for="limit">"Energy limit"</label>
                <span class="setting__value">
                    <input
                        id="limit" class="setting__number setting__number--long reading" data-testid="limit-number"
                        type="text" inputmode="decimal" autocomplete="off" maxlength="12"
                        placeholder=memo::text(move || if set.get().is_some() { "none" } else { en::NONE }.to_owned()) aria-describedby="limit-hint"
                        aria-invalid=memo::bool_attribute(invalid) aria-disabled=memo::bool_attribute(disabled)
                        readonly=disabled prop:value=text
                        on:input:target=move |event| typed.set(Some(event.target().value()))
                        on:change=move |_| debounce.schedule(commit)
                    />
                    <span class="unit">"kWh"</span>
                </span>
            </div>
            <div class="choice" role="group" aria-label="Common energy limits">
                {PRESETS.map(preset)}
            </div>
            <p class="hint" id="limit-hint">{hint}</p>
            <OutcomeLine writer testid="outcome-limit" />
            <p class="hint setting__locked">{locked}</p>
        </section>
    }
}
