//! The three phases.

use gateway_api::snapshot::Snapshot;
use nrgkick_model::code::{ChargingStatus, Code, Phase, Relay};
use nrgkick_model::command::ChargingCurrent;
use nrgkick_model::field::FieldId;

use super::share_bar;
use crate::format;
use crate::markup::Slot;
use crate::scene::Scene;

/// Current, voltage and power of each phase; the bar compares the actual with the offered current,
/// on the scale of the charger's largest.
pub const PHASE_TABLE: &[Slot<Scene>] = &[
    Slot::attribute("phase", "data-active", |scene, nth| is_closed(scene, nth).to_string()),
    Slot::hidden("phase-bar", is_open_at),
    Slot::hidden("phase-open", |scene, nth| !is_open_at(scene, nth)),
    Slot::attribute("phase-offered", "width", |scene, nth| {
        let offered = offered(scene).filter(|_| is_closed(scene, nth));
        share_bar::width(offered, max(scene))
    }),
    Slot::attribute("phase-actual", "width", |scene, nth| {
        share_bar::width(value(scene, nth, |fields| fields.0), max(scene))
    }),
    Slot::quantity("phase-current", |scene, nth| {
        format::current(value(scene, nth, |fields| fields.0))
    }),
    Slot::quantity("phase-voltage", |scene, nth| {
        format::voltage(value(scene, nth, |fields| fields.1))
    }),
    Slot::quantity("phase-power", |scene, nth| format::power(value(scene, nth, |fields| fields.2))),
    // Without a vehicle the signalled current has no receiver.
    Slot::hidden("offer", |scene, _| {
        let status = scene.app.with_current(|snapshot| snapshot.code(FieldId::Status));
        !matches!(
            status,
            Some(Code::ChargingStatus(
                ChargingStatus::Connected | ChargingStatus::Charging | ChargingStatus::WakeUp
            ))
        )
    }),
    Slot::hidden("why", |scene, _| scene.why.is_empty()),
    Slot::text("why", |scene, _| scene.why.clone()),
    Slot::text("offer-text", |scene, _| format::current(offered(scene)).text()),
];

fn offered(scene: &Scene) -> Option<f64> {
    scene.number(FieldId::SignalledCurrent)
}

/// The end of the scale, A: what the unit and its attachment allow.
fn max(scene: &Scene) -> Option<f64> {
    let max = scene.app.with_last(|snapshot| snapshot.readings().max_current());
    max.or(Some(ChargingCurrent::MAX))
}

/// A number of the `nth` phase; none where that is not connected.
fn value(scene: &Scene, nth: usize, field: fn(Fields) -> FieldId) -> Option<f64> {
    let phase = *Phase::ALL.get(nth)?;
    scene.number(field(fields(phase))).filter(|_| !is_open_at(scene, nth))
}

fn is_open_at(scene: &Scene, nth: usize) -> bool {
    scene.app.with_current(|snapshot| Some(is_open(snapshot, *Phase::ALL.get(nth)?))) == Some(true)
}

fn is_closed(scene: &Scene, nth: usize) -> bool {
    let relays = scene.app.with_current(|snapshot| snapshot.code(FieldId::RelayState));
    let Some(Code::RelayState(relays)) = relays else { return false };
    let Some(phase) = Phase::ALL.get(nth) else { return false };
    relays.members().any(|relay| relay == Relay::Phase(*phase))
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

/// The rows of current, voltage and power of a phase.
type Fields = (FieldId, FieldId, FieldId);

const fn fields(phase: Phase) -> Fields {
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
