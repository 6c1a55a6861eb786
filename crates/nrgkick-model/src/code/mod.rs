//! Numbers with names.
//!
//! The charger reports states as names, or as numbers when asked for `raw`. Both sets are open: a
//! newer firmware may have more. Every code therefore keeps a number that is not listed as
//! `Unknown(number)`, and a name that is not listed becomes `Unnamed`; neither is an error and
//! neither turns into 0.
//!
//! The lists are exhaustive all the same, so that the compiler finds every `match` that lacks a new
//! code; a new code is a new version of this crate.
//!
//! Not here: texts for people. Those belong to the page, one exhaustive `match` per language.
//!
//! Source of every list: the manufacturer's local API page, as collected in the seeds.

mod bits;
mod listed;

pub use bits::{GridPhases, Phase, Relay, RelayState};
pub use listed::{
    AttachmentType, CellularMode, ChargingStatus, ErrorCode, RcdTrigger, WarningCode,
};

/// The name that the charger prints for a number it has no name for.
pub(crate) const UNKNOWN: &str = "UNKNOWN";

/// The list of codes of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeKind {
    /// [`AttachmentType`].
    AttachmentType,
    /// [`CellularMode`].
    CellularMode,
    /// [`ChargingStatus`].
    ChargingStatus,
    /// [`ErrorCode`].
    ErrorCode,
    /// [`GridPhases`].
    GridPhases,
    /// [`RcdTrigger`].
    RcdTrigger,
    /// [`RelayState`].
    RelayState,
    /// [`WarningCode`].
    WarningCode,
}

/// A value of any of the lists, so that a table row can hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The kind of plug on the grid side.
    AttachmentType(AttachmentType),
    /// The modem's type of network.
    CellularMode(CellularMode),
    /// The state of charging.
    ChargingStatus(ChargingStatus),
    /// The reported error.
    ErrorCode(ErrorCode),
    /// The phases found on the grid side.
    GridPhases(GridPhases),
    /// The reason for a trip of the residual-current device.
    RcdTrigger(RcdTrigger),
    /// The relays that are closed.
    RelayState(RelayState),
    /// The reported warning.
    WarningCode(WarningCode),
}

macro_rules! each_code {
    ($value:expr, $code:ident => $body:expr) => {
        match $value {
            Code::AttachmentType($code) => $body,
            Code::CellularMode($code) => $body,
            Code::ChargingStatus($code) => $body,
            Code::ErrorCode($code) => $body,
            Code::GridPhases($code) => $body,
            Code::RcdTrigger($code) => $body,
            Code::RelayState($code) => $body,
            Code::WarningCode($code) => $body,
        }
    };
}

impl CodeKind {
    /// Returns the code of `number`. Total: a number that is not listed is kept.
    pub fn from_number(self, number: u8) -> Code {
        match self {
            Self::AttachmentType => Code::AttachmentType(AttachmentType::from_number(number)),
            Self::CellularMode => Code::CellularMode(CellularMode::from_number(number)),
            Self::ChargingStatus => Code::ChargingStatus(ChargingStatus::from_number(number)),
            Self::ErrorCode => Code::ErrorCode(ErrorCode::from_number(number)),
            Self::GridPhases => Code::GridPhases(GridPhases::from_number(number)),
            Self::RcdTrigger => Code::RcdTrigger(RcdTrigger::from_number(number)),
            Self::RelayState => Code::RelayState(RelayState::from_number(number)),
            Self::WarningCode => Code::WarningCode(WarningCode::from_number(number)),
        }
    }

    /// Returns the code of `name`. Total: a name that is not listed is `Unnamed`.
    pub fn from_name(self, name: &str) -> Code {
        match self {
            Self::AttachmentType => Code::AttachmentType(AttachmentType::from_name(name)),
            Self::CellularMode => Code::CellularMode(CellularMode::from_name(name)),
            Self::ChargingStatus => Code::ChargingStatus(ChargingStatus::from_name(name)),
            Self::ErrorCode => Code::ErrorCode(ErrorCode::from_name(name)),
            Self::GridPhases => Code::GridPhases(GridPhases::from_name(name)),
            Self::RcdTrigger => Code::RcdTrigger(RcdTrigger::from_name(name)),
            Self::RelayState => Code::RelayState(RelayState::from_name(name)),
            Self::WarningCode => Code::WarningCode(WarningCode::from_name(name)),
        }
    }

    /// Returns the numbers that have a name, in ascending order.
    pub fn listed(self) -> Vec<u8> {
        match self {
            Self::GridPhases => GridPhases::LISTED.collect(),
            Self::RelayState => RelayState::LISTED.collect(),
            Self::AttachmentType => AttachmentType::LISTED.to_vec(),
            Self::CellularMode => CellularMode::LISTED.to_vec(),
            Self::ChargingStatus => ChargingStatus::LISTED.to_vec(),
            Self::ErrorCode => ErrorCode::LISTED.to_vec(),
            Self::RcdTrigger => RcdTrigger::LISTED.to_vec(),
            Self::WarningCode => WarningCode::LISTED.to_vec(),
        }
    }
}

impl Code {
    /// Returns the number, or `None` if only a name without a number was reported.
    pub fn number(self) -> Option<u8> {
        each_code!(self, code => code.number())
    }

    /// Returns the manufacturer's name, `UNKNOWN` if the number has none.
    pub fn name(self) -> &'static str {
        each_code!(self, code => code.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [CodeKind; 8] = [
        CodeKind::AttachmentType,
        CodeKind::CellularMode,
        CodeKind::ChargingStatus,
        CodeKind::ErrorCode,
        CodeKind::GridPhases,
        CodeKind::RcdTrigger,
        CodeKind::RelayState,
        CodeKind::WarningCode,
    ];

    #[test]
    fn all_256_numbers_of_every_code_round_trip() {
        for kind in KINDS {
            for number in 0..=u8::MAX {
                assert_eq!(kind.from_number(number).number(), Some(number), "{kind:?} {number}");
            }
        }
    }

    #[test]
    fn listed_names_lead_back_to_their_number_and_are_unique() {
        for kind in KINDS {
            let listed = kind.listed();
            assert!(listed.is_sorted(), "{kind:?}");
            let mut names: Vec<_> = listed.iter().map(|&n| kind.from_number(n).name()).collect();
            for (&number, name) in listed.iter().zip(&names) {
                assert_eq!(kind.from_name(name).number(), Some(number), "{kind:?} {name}");
            }
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), listed.len(), "{kind:?}");
        }
    }

    #[test]
    fn numbers_without_a_name_print_as_the_charger_does() {
        for kind in KINDS {
            let listed = kind.listed();
            for number in (0..=u8::MAX).filter(|n| !listed.contains(n)) {
                assert_eq!(kind.from_number(number).name(), UNKNOWN, "{kind:?} {number}");
            }
        }
    }

    #[test]
    fn a_name_that_is_not_listed_has_no_number() {
        for kind in KINDS {
            let code = kind.from_name("SOMETHING_NEW");
            assert_eq!(code.number(), None, "{kind:?}");
            assert_eq!(code.name(), UNKNOWN, "{kind:?}");
        }
    }

    #[test]
    fn unknown_is_code_zero_only_where_the_list_says_so() {
        for kind in KINDS {
            let zero_is_unknown = kind.from_number(0).name() == UNKNOWN;
            let expected = zero_is_unknown.then_some(0);
            assert_eq!(kind.from_name(UNKNOWN).number(), expected, "{kind:?}");
        }
    }

    #[test]
    fn the_lists_have_their_documented_length() {
        let lengths: Vec<_> = KINDS.iter().map(|kind| kind.listed().len()).collect();
        assert_eq!(lengths, [6, 5, 6, 31, 8, 6, 16, 12]);
    }
}
