//! The state of the charger: one sentence, one number, one hue.

use leptos::prelude::*;
use nrgkick_model::code::{ChargingStatus, Code};
use nrgkick_model::field::FieldId;

use super::{Reading, ShareBar};
use crate::app::App;
use crate::format::{self, Quantity};
use crate::route::LIMIT_HASH;
use crate::sentence::{History, Sentence, Tone, sentence};
use crate::words::{link, overview as words, state};
use crate::{memo, route};

/// State, power, energy and time of this charge.
#[component]
pub fn Hero() -> impl IntoView {
    let app = App::get();
    let power = app.number(FieldId::ActivePower);
    let energy = app.number(FieldId::ChargedEnergy);
    let time = app.number(FieldId::VehicleChargingTime);
    let limit = app.number(FieldId::EnergyLimit);
    let unlimited = memo::flag(move || limit.get().is_none_or(|limit| limit <= 0.0));
    let share = memo::number(move || Some(energy.get()? / limit.get()?));
    let always = memo::flag(|| false);
    let described = described(app);
    let said = |part: fn(&Sentence) -> &str| {
        memo::text(move || described.with(|described| part(&described.1).to_owned()))
    };
    let charge = memo::text(move || {
        let status = app.with_current(|snapshot| snapshot.code(FieldId::Status));
        let gone = status == Some(Code::ChargingStatus(ChargingStatus::Standby));
        if gone { words::last_charge() } else { words::this_charge() }.to_owned()
    });
    let constant = |label: &'static str| memo::text(move || label.to_owned());
    view! {
        <section class="hero only-overview" data-tone=said(|said| said.tone.name())>
            <h1 class="hero__state">
                <span class="hero__dot" aria-hidden="true"></span>
                <span role="status" data-testid="state">{said(|said| &said.text)}</span>
            </h1>
            <p class="hero__reason" aria-live="polite" data-testid="reason">
                {said(|said| &said.reason)}
            </p>
            <a
                class="button hero__way" href=LIMIT_HASH data-testid="to-limit"
                hidden=memo::flag(move || !described.with(|described| described.1.at_limit))
                on:click=move |_| route::focus(LIMIT_HASH)
            >
                {words::change_limit()}
            </a>
            <p class="hero__power">
                <Reading quantity=memo::quantity(move || format::power(power.get())) testid="power" />
            </p>
            <dl class="hero__facts">
                {fact(charge, "energy", memo::quantity(move || format::energy(energy.get())), always)}
                {fact(constant(words::time_charging()), "time", memo::quantity(move || format::duration(time.get())), always)}
                {fact(constant(words::limit()), "limit", memo::quantity(move || format::limit(limit.get())), unlimited)}
            </dl>
            <div class="hero__limit" hidden=unlimited><ShareBar offered=share actual=share /></div>
        </section>
    }
}

/// Returns the sentence with the history that it depends on. The history ends with the connection.
fn described(app: App) -> Memo<(History, Sentence)> {
    Memo::new(move |before: Option<&(History, Sentence)>| {
        let switching = app.phases.is_pending();
        let described = app.with_current(|snapshot| {
            let history = before.map(|before| before.0).unwrap_or_default();
            let history = history.after(snapshot, switching);
            Some((history, sentence(snapshot, history)))
        });
        described.unwrap_or_else(|| {
            (
                History::default(),
                Sentence::new(Tone::Idle, state::unknown(), link::no_answer_locked()),
            )
        })
    })
}

fn fact(
    label: Memo<String>,
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
