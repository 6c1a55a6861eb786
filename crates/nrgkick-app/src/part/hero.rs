//! The state of the charger: one sentence, one number, one hue.

use leptos::prelude::*;
use nrgkick_model::field::FieldId;

use super::{Lane, Reading};
use crate::app::App;
use crate::format::{self, Quantity};
use crate::live;
use crate::sentence::{Sentence, Tone, sentence};
use crate::words::en;

/// State, power, energy and time of this charge.
#[component]
pub fn Hero() -> impl IntoView {
    let app = App::get();
    let power = app.number(FieldId::ActivePower);
    let energy = app.number(FieldId::ChargedEnergy);
    let time = app.number(FieldId::VehicleChargingTime);
    let limit = app.number(FieldId::EnergyLimit);
    let unlimited = live::flag(move || limit.get().is_none_or(|limit| limit <= 0.0));
    let share = live::number(move || Some(energy.get()? / limit.get()?));
    let always = live::flag(|| false);
    view! {
        <section class="hero only-overview" data-tone=said(app, |said| said.tone.name().to_owned())>
            <h1 class="hero__state">
                <span class="hero__dot" aria-hidden="true"></span>
                <span role="status" data-testid="state">{said(app, |said| said.text)}</span>
            </h1>
            <p class="hero__reason">{said(app, |said| said.reason)}</p>
            <p class="hero__power">
                <Reading quantity=live::quantity(move || format::power(power.get())) testid="power" />
            </p>
            <dl class="hero__facts">
                {fact("This charge", "energy", live::quantity(move || format::energy(energy.get())), always)}
                {fact("Time charging", "time", live::quantity(move || format::hours(time.get())), always)}
                {fact("Limit", "limit", live::quantity(move || format::limit(limit.get())), unlimited)}
            </dl>
            <div class="hero__limit" hidden=unlimited><Lane offered=share actual=share /></div>
        </section>
    }
}

fn said(app: App, part: fn(Sentence) -> String) -> Memo<String> {
    let lost = move || part(Sentence::new(Tone::Idle, en::NOT_KNOWN, en::NO_ANSWER));
    live::text(move || app.look(|snapshot| Some(part(sentence(snapshot)))).unwrap_or_else(lost))
}

fn fact(
    label: &'static str,
    testid: &'static str,
    quantity: Memo<Quantity>,
    hidden: Memo<bool>,
) -> impl IntoView {
    view! {
        <div class="hero__fact" hidden=hidden>
            <dt>{label}</dt>
            <dd><Reading quantity testid /></dd>
        </div>
    }
}
