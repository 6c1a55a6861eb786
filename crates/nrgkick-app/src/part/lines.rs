//! The three phases.

use leptos::prelude::*;
use nrgkick_model::code::{Code, Phase, Relay};
use nrgkick_model::field::FieldId;

use super::{Lane, Reading};
use crate::app::App;
use crate::{format, live};

/// Current, voltage and power of each phase; the bar compares what flows with what the vehicle
/// is offered, on the scale of what the charger can do.
#[component]
pub fn Lines() -> impl IntoView {
    let app = App::get();
    let offered = app.number(FieldId::SignalledCurrent);
    let max = app.max_current();
    let share = live::number(move || Some(offered.get()? / max.get()?));
    let offer = live::text(move || format::current(offered.get()).text());
    view! {
        <section class="card charger__lines only-overview">
            <h2 class="card__head">"Phases"</h2>
            <table class="lines">
                <thead class="aside">
                    <tr>
                        <th scope="col">"Phase"</th>
                        <th scope="col">"Share"</th>
                        <th scope="col">"Current"</th>
                        <th scope="col">"Voltage"</th>
                        <th scope="col">"Power"</th>
                    </tr>
                </thead>
                <tbody>{Phase::ALL.map(|phase| line(app, phase, share, max))}</tbody>
            </table>
            <p class="hint lines__key">
                <span class="lines__swatch"></span>
                "flows"
                <span class="lines__swatch lines__swatch--offered"></span>
                "offered to the vehicle, "
                <span class="reading">{offer}</span>
            </p>
        </section>
    }
}

fn line(
    app: App,
    phase: Phase,
    offered: Memo<Option<f64>>,
    max: Memo<Option<f64>>,
) -> impl IntoView {
    let (current, voltage, power) = fields(phase);
    let (current, voltage, power) = (app.number(current), app.number(voltage), app.number(power));
    let closed = live::flag(move || {
        let relays = app.look(|snapshot| snapshot.code(FieldId::RelayState));
        matches!(relays, Some(Code::RelayState(relays))
            if relays.members().any(|relay| relay == Relay::Phase(phase)))
    });
    let offered = live::number(move || offered.get().filter(|_| closed.get()));
    let actual = live::number(move || Some(current.get()? / max.get()?));
    view! {
        <tr class="lines__row" data-active=live::word(closed) data-phase=phase.name()>
            <th class="lines__name" scope="row">{phase.name()}</th>
            <td class="lines__bar"><Lane offered actual /></td>
            <td><Reading quantity=live::quantity(move || format::current(current.get())) /></td>
            <td><Reading quantity=live::quantity(move || format::voltage(voltage.get())) /></td>
            <td><Reading quantity=live::quantity(move || format::power(power.get())) /></td>
        </tr>
    }
}

/// Current, voltage and power of `phase`.
const fn fields(phase: Phase) -> (FieldId, FieldId, FieldId) {
    match phase {
        Phase::L1 => (FieldId::CurrentL1, FieldId::VoltageL1, FieldId::ActivePowerL1),
        Phase::L2 => (FieldId::CurrentL2, FieldId::VoltageL2, FieldId::ActivePowerL2),
        Phase::L3 => (FieldId::CurrentL3, FieldId::VoltageL3, FieldId::ActivePowerL3),
    }
}
