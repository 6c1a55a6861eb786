//! The three phases.

use gateway_api::snapshot::Snapshot;
use leptos::prelude::*;
use nrgkick_model::code::{ChargingStatus, Code, Phase, Relay};
use nrgkick_model::field::FieldId;

use super::{Reading, ShareBar};
use crate::app::App;
use crate::words::overview as words;
use crate::{format, memo};

/// Current, voltage and power of each phase; the bar compares the actual with the offered current,
/// on the scale of the charger's largest.
#[component]
pub fn PhaseTable() -> impl IntoView {
    let app = App::get();
    let offered = app.number(FieldId::SignalledCurrent);
    let max = app.max_current();
    let share = memo::number(move || Some(offered.get()? / max.get()?));
    let offer = memo::text(move || format::current(offered.get()).text());
    // Without a vehicle the signalled current has no receiver.
    let alone = memo::flag(move || {
        let status = app.with_current(|snapshot| snapshot.code(FieldId::Status));
        !matches!(
            status,
            Some(Code::ChargingStatus(
                ChargingStatus::Connected | ChargingStatus::Charging | ChargingStatus::WakeUp
            ))
        )
    });
    view! {
        <section class="card charger__lines only-overview">
            <h2 class="card__head">{words::phases()}</h2>
            <table class="lines">
                <thead class="aside">
                    <tr>
                        <th scope="col">{words::phase()}</th>
                        <th scope="col">{words::share()}</th>
                        <th scope="col">{words::current()}</th>
                        <th scope="col">{words::voltage()}</th>
                        <th scope="col">{words::power()}</th>
                    </tr>
                </thead>
                <tbody>{Phase::ALL.map(|phase| phase_row(app, phase, share, max))}</tbody>
            </table>
            <p class="hint lines__key">
                <span class="lines__swatch"></span>
                {words::flows()}
                <span hidden=alone data-testid="offer">
                    <span class="lines__swatch lines__swatch--offered"></span>
                    {words::offered()} " "
                    <span class="reading">{offer}</span>
                </span>
            </p>
        </section>
    }
}

fn phase_row(
    app: App,
    phase: Phase,
    offered: Memo<Option<f64>>,
    max: Memo<Option<f64>>,
) -> impl IntoView {
    let (current, voltage, power) = fields(phase);
    let open = memo::flag(move || {
        app.with_current(|snapshot| Some(is_open(snapshot, phase))) == Some(true)
    });
    let number = move |field| {
        let number = app.number(field);
        memo::number(move || number.get().filter(|_| !open.get()))
    };
    let (current, voltage, power) = (number(current), number(voltage), number(power));
    let closed = memo::flag(move || {
        let relays = app.with_current(|snapshot| snapshot.code(FieldId::RelayState));
        matches!(relays, Some(Code::RelayState(relays))
            if relays.members().any(|relay| relay == Relay::Phase(phase)))
    });
    let offered = memo::number(move || offered.get().filter(|_| closed.get()));
    let actual = memo::number(move || Some(current.get()? / max.get()?));
    view! {
        <tr class="lines__row" data-active=memo::bool_attribute(closed) data-phase=phase.name()>
            <th class="lines__name" scope="row">{phase.name()}</th>
            <td class="lines__bar">
                <div hidden=open><ShareBar offered actual /></div>
                <span class="hint" hidden=memo::flag(move || !open.get())>{words::not_connected()}</span>
            </td>
            <td><Reading quantity=memo::quantity(move || format::current(current.get())) /></td>
            <td><Reading quantity=memo::quantity(move || format::voltage(voltage.get())) /></td>
            <td><Reading quantity=memo::quantity(move || format::power(power.get())) /></td>
        </tr>
    }
}

/// `true` if `phase` is not connected: the attachment has too few phases, or the grid side lacks
/// it. Such a phase can have stray voltages. A phase with current is connected in any case.
fn is_open(snapshot: &Snapshot, phase: Phase) -> bool {
    /// Largest stray current, A.
    const STRAY: f64 = 0.5;
    let attachment = snapshot.number(FieldId::AttachmentPhaseCount).filter(|count| *count > 0.0);
    let index = f64::from(phase as u8);
    let lacks = match snapshot.code(FieldId::GridPhases) {
        Some(Code::GridPhases(grid)) if grid.members().next().is_some() => {
            !grid.members().any(|there| there == phase)
        }
        _ => false,
    };
    let carries = snapshot.number(fields(phase).0).is_some_and(|current| current.abs() >= STRAY);
    (lacks || attachment.is_some_and(|count| index >= count)) && !carries
}

/// The rows of current, voltage and power of `phase`.
const fn fields(phase: Phase) -> (FieldId, FieldId, FieldId) {
    match phase {
        Phase::L1 => (FieldId::CurrentL1, FieldId::VoltageL1, FieldId::ActivePowerL1),
        Phase::L2 => (FieldId::CurrentL2, FieldId::VoltageL2, FieldId::ActivePowerL2),
        Phase::L3 => (FieldId::CurrentL3, FieldId::VoltageL3, FieldId::ActivePowerL3),
    }
}

#[cfg(test)]
mod tests {
    use nrgkick_model::Readings;
    use nrgkick_model::Scalar;
    use nrgkick_model::code::GridPhases;
    use nrgkick_model::field::DocumentName;
    use nrgkick_model::time::Moment;

    use super::*;

    #[test]
    fn open_are_the_phases_that_attachment_or_grid_lack_and_that_carry_nothing() {
        let open = |attachment: Option<u64>, grid: u8, currents: [f64; 3]| {
            let (mut info, mut values) = (Readings::default(), Readings::default());
            info.set(FieldId::AttachmentPhaseCount, attachment.map(Scalar::Unsigned));
            let grid = Code::GridPhases(GridPhases::from_number(grid));
            info.set(FieldId::GridPhases, Some(Scalar::Code(grid)));
            for (phase, current) in Phase::ALL.into_iter().zip(currents) {
                values.set(fields(phase).0, Some(Scalar::Decimal(current)));
            }
            let now = Moment::default();
            let snapshot = Snapshot::default().with(now, DocumentName::Info, info).with(
                now,
                DocumentName::Values,
                values,
            );
            Phase::ALL.map(|phase| is_open(&snapshot, phase))
        };
        let idle = [0.0; 3];
        assert_eq!(open(Some(1), 1, [13.1, 0.0, 0.0]), [false, true, true]);
        assert_eq!(open(Some(1), 0, idle), [false, true, true]);
        assert_eq!(open(Some(2), 0, idle), [false, false, true]);
        assert_eq!(open(Some(3), 7, idle), [false; 3]);
        assert_eq!(open(Some(3), 1, idle), [false, true, true], "not there on the grid side");
        // Unknown does not mean open.
        for attachment in [None, Some(0)] {
            assert_eq!(open(attachment, 0, idle), [false; 3]);
        }
        assert_eq!(open(Some(1), 1, [13.1, 13.0, 0.1]), [false, false, true]);
    }
}
