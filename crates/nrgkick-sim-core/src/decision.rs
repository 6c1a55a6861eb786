//! What the charger makes of its state: what is wrong, what is allowed, what it signals.

use nrgkick_model::code::{Code, ErrorCode, Phase, RcdTrigger, Relay, RelayState, WarningCode};
use nrgkick_model::{FieldId, Scalar};

use crate::thermal::{Heat, is_heat};
use crate::unit::fit;

/// Below this the standard for charging knows no current, A.
pub(crate) const LEAST_CURRENT: f64 = 6.0;
/// What is left of the current under a held temperature warning without heat.
const WARNED_SHARE: f64 = 0.5;

/// What a decision is based on, held values included.
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
    /// The held value of a row.
    pub(crate) held: &'a dyn Fn(FieldId) -> Option<Scalar>,
}

/// The charger's view of its state.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) rcd: RcdTrigger,
    pub(crate) error: ErrorCode,
    pub(crate) warning: WarningCode,
    pub(crate) permitted: bool,
    /// What the vehicle is told, A.
    pub(crate) signalled: f64,
    /// The phases that power may flow through.
    pub(crate) phases: [bool; 3],
}

impl Decision {
    /// Before the first judgement: nothing is wrong and nothing is allowed.
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

    /// The relays that are closed while power flows.
    pub(crate) fn relays(&self) -> RelayState {
        let phases = Phase::ALL.into_iter().zip(self.phases).filter(|(_, on)| *on);
        RelayState::of(phases.map(|(phase, _)| Relay::Phase(phase)).chain([Relay::N]))
    }
}

impl Inputs<'_> {
    fn phases(&self) -> [bool; 3] {
        let count = self.phase_counts.into_iter().fold(f64::INFINITY, f64::min);
        // A relay state that means something is obeyed; one that is not listed is only shown.
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
