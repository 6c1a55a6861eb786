//! The charger's decision on its state: errors, permission to charge, signalled current.

use nrgkick_model::code::{Code, ErrorCode, Phase, RcdTrigger, Relay, RelayState, WarningCode};
use nrgkick_model::{FieldId, Scalar};

use crate::thermal::{Heat, is_heat};
use crate::unit::fit;

/// Smallest current of the charging standard (IEC 61851), A.
pub(crate) const LEAST_CURRENT: f64 = 6.0;
/// Share of the current under a held temperature warning without heat.
const WARNED_SHARE: f64 = 0.5;

/// The inputs of a decision, held values included.
pub(crate) struct Inputs<'a> {
    pub(crate) plugged: bool,
    pub(crate) attachment: bool,
    pub(crate) paused: bool,
    /// Wh of this charge.
    pub(crate) charged: f64,
    /// Wh; 0 is no limit.
    pub(crate) limit: f64,
    /// Rated, attachment's and set current, A.
    pub(crate) currents: [f64; 3],
    /// Phases of the attachment, the setting and the vehicle.
    pub(crate) phase_counts: [f64; 3],
    /// Phases of the grid.
    pub(crate) grid: &'a [Phase],
    pub(crate) heat: Heat,
    /// Returns the held value of a row.
    pub(crate) held: &'a dyn Fn(FieldId) -> Option<Scalar>,
}

/// The result of judging the state.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) rcd: RcdTrigger,
    pub(crate) error: ErrorCode,
    pub(crate) warning: WarningCode,
    pub(crate) permitted: bool,
    /// The current signalled to the vehicle, A.
    pub(crate) signalled: f64,
    /// The phases that may carry current.
    pub(crate) phases: [bool; 3],
}

impl Decision {
    /// The state before the first decision: no fault, and charging not permitted.
    pub(crate) const fn none() -> Self {
        Self {
            rcd: RcdTrigger::NoFault,
            error: ErrorCode::NoError,
            warning: WarningCode::NoWarning,
            permitted: false,
            signalled: 0.0,
            phases: [false; 3],
        }
    }

    /// Judges `inputs`.
    pub(crate) fn of(inputs: &Inputs<'_>) -> Self {
        let held = inputs.held;
        let rcd = match held(FieldId::RcdTrigger) {
            Some(Scalar::Code(Code::RcdTrigger(rcd))) => rcd,
            _ => RcdTrigger::NoFault,
        };
        let error = match held(FieldId::ErrorCode) {
            Some(Scalar::Code(Code::ErrorCode(error))) => error,
            _ if rcd != RcdTrigger::NoFault => ErrorCode::ResidualCurrent,
            _ => inputs.heat.error,
        };
        let reached = inputs.limit > 0.0 && inputs.charged >= inputs.limit;
        let held_warning = match held(FieldId::WarningCode) {
            Some(Scalar::Code(Code::WarningCode(warning))) => Some(warning),
            _ => None,
        };
        let warning = held_warning.unwrap_or(match () {
            () if !inputs.attachment => WarningCode::NoAttachment,
            () if reached && inputs.plugged => WarningCode::EnergyLimitReached,
            () => inputs.heat.warning,
        });
        let share = match held_warning {
            Some(warning) if is_heat(warning) => inputs.heat.share.min(WARNED_SHARE),
            _ => inputs.heat.share,
        };
        let limit = inputs.currents.into_iter().fold(f64::INFINITY, f64::min);
        let signalled = (limit * share).max(limit.min(LEAST_CURRENT));
        let signalled = held(FieldId::SignalledCurrent)
            .and_then(|scalar| scalar.number())
            .unwrap_or_else(|| fit(FieldId::SignalledCurrent, signalled));
        let permitted = match held(FieldId::ChargePermitted) {
            Some(Scalar::Flag(permitted)) => permitted,
            _ => {
                inputs.plugged
                    && inputs.attachment
                    && !inputs.paused
                    && !reached
                    && error == ErrorCode::NoError
                    && signalled >= LEAST_CURRENT
            }
        };
        Self { rcd, error, warning, permitted, signalled, phases: inputs.phases() }
    }

    /// Returns the relays that are closed while charging.
    pub(crate) fn relays(&self) -> RelayState {
        let phases = Phase::ALL.into_iter().zip(self.phases).filter(|(_, on)| *on);
        RelayState::of(phases.map(|(phase, _)| Relay::Phase(phase)).chain([Relay::N]))
    }
}

impl Inputs<'_> {
    fn phases(&self) -> [bool; 3] {
        let count = self.phase_counts.into_iter().fold(f64::INFINITY, f64::min);
        // A listed relay state limits the phases; an unlisted one is only shown.
        let relays = match (self.held)(FieldId::RelayState) {
            Some(Scalar::Code(Code::RelayState(relays))) if relays.is_listed() => Some(relays),
            _ => None,
        };
        let mut left = count;
        Phase::ALL.map(|phase| {
            let closed = relays.is_none_or(|set| set.members().any(|r| r == Relay::Phase(phase)));
            let there = self.grid.contains(&phase) && left >= 1.0;
            if there {
                left -= 1.0;
            }
            there && closed && self.attachment
        })
    }
}
