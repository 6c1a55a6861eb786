//! The codes of a snapshot, and the condition that keeps a vehicle from charging.

use gateway_api::snapshot::Snapshot;
use nrgkick_model::code::{
    ChargingStatus, Code, ErrorCode, RcdTrigger, Relay, RelayState, WarningCode,
};
use nrgkick_model::field::FieldId;

/// The codes that the state is made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct State {
    /// The charging status.
    pub status: Option<ChargingStatus>,
    /// The reported error.
    pub error: Option<ErrorCode>,
    /// The residual-current trip.
    pub trip: Option<RcdTrigger>,
    /// The reported warning.
    pub warning: Option<WarningCode>,
    /// The closed relays.
    pub(super) relays: Option<RelayState>,
}

impl State {
    /// The codes in `snapshot`.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut state = Self::default();
        for field in [
            FieldId::Status,
            FieldId::ErrorCode,
            FieldId::RcdTrigger,
            FieldId::WarningCode,
            FieldId::RelayState,
        ] {
            match snapshot.code(field) {
                Some(Code::ChargingStatus(code)) => state.status = Some(code),
                Some(Code::ErrorCode(code)) => state.error = Some(code),
                Some(Code::RcdTrigger(code)) => state.trip = Some(code),
                Some(Code::WarningCode(code)) => state.warning = Some(code),
                Some(Code::RelayState(code)) => state.relays = Some(code),
                _ => {}
            }
        }
        state
    }

    /// The number of phases whose relays are closed.
    pub fn closed_phases(&self) -> usize {
        let is_phase = |relay: &Relay| *relay != Relay::N;
        self.relays.map_or(0, |relays| relays.members().filter(is_phase).count())
    }

    /// `true` if the charger warns that it, its attachment or its plug is warm.
    pub fn is_warm(&self) -> bool {
        matches!(
            self.warning,
            Some(
                WarningCode::IncreasedTemperature
                    | WarningCode::IncreasedHousingTemperature
                    | WarningCode::IncreasedAttachmentTemperature
                    | WarningCode::IncreasedDomesticPlugTemperature
            )
        )
    }
}

/// A condition that keeps a vehicle from charging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocker {
    NoVehicle,
    Fault,
    Switching,
    Paused,
    Limit,
    PowerCut,
    NotReleased,
}

impl State {
    pub(super) fn blocker(&self, snapshot: &Snapshot, switching: bool) -> Option<Blocker> {
        let limit = snapshot.number(FieldId::EnergyLimit).filter(|limit| *limit > 0.0);
        let charged = snapshot.number(FieldId::ChargedEnergy);
        let warned = |code| self.warning == Some(code);
        let reached = limit.zip(charged).is_some_and(|(limit, charged)| charged >= limit);
        [
            (self.status == Some(ChargingStatus::Standby), Blocker::NoVehicle),
            (self.status == Some(ChargingStatus::Error), Blocker::Fault),
            (switching, Blocker::Switching),
            (is_paused(snapshot), Blocker::Paused),
            (warned(WarningCode::EnergyLimitReached) || reached, Blocker::Limit),
            (warned(WarningCode::BlackoutProtection), Blocker::PowerCut),
            (snapshot.number(FieldId::ChargePermitted) == Some(0.0), Blocker::NotReleased),
        ]
        .into_iter()
        .find_map(|(holds, blocker)| holds.then_some(blocker))
    }
}

pub(super) fn is_paused(snapshot: &Snapshot) -> bool {
    snapshot.number(FieldId::ChargePause) == Some(1.0)
}
