//! The values of commands.

use std::fmt;

use super::InvalidCommand;
use crate::field::{Field, FieldId};
use crate::number::{fixed, shortest};

/// A charging current from 6.0 to 32.0 A in steps of 0.1 A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChargingCurrent(u16);

impl ChargingCurrent {
    /// The smallest current, A: the charging standard has no value below it.
    pub const MIN: f64 = 6.0;
    /// The largest current of any unit, A. A single unit may allow less.
    pub const MAX: f64 = 32.0;
    /// The charger's step, A.
    pub const STEP: f64 = 0.1;

    /// Checks `amperes`.
    ///
    /// # Errors
    /// Outside the range, or with more decimals than tenths; NaN is refused.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "60 to 320")]
    pub fn from_amperes(amperes: f64) -> Result<Self, InvalidCommand> {
        let key = Field::of(FieldId::CurrentSet).key();
        // Written so that NaN, which is neither below nor above, is refused too.
        if !(Self::MIN..=Self::MAX).contains(&amperes) {
            let allowed = format!("{} to {} A", fixed(Self::MIN, 1), fixed(Self::MAX, 1));
            return Err(InvalidCommand::OutOfRange { key, value: shortest(amperes), allowed });
        }
        let tenths = (amperes * 10.0).round();
        if (amperes * 10.0 - tenths).abs() > 1e-6 {
            let value = shortest(amperes);
            return Err(InvalidCommand::TooFine { key, value, step: "0.1 A" });
        }
        Ok(Self(tenths as u16))
    }

    /// Returns the current, A.
    pub fn amperes(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl fmt::Display for ChargingCurrent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// An energy limit of a charge, up to 1,000,000 Wh; 0 means no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EnergyLimit(u32);

impl EnergyLimit {
    /// No limit.
    pub const NONE: Self = Self(0);
    /// The largest limit, Wh.
    pub const MAX: u32 = 1_000_000;

    /// Checks `watt_hours`.
    ///
    /// # Errors
    /// Above 1,000,000 Wh.
    pub fn from_watt_hours(watt_hours: u32) -> Result<Self, InvalidCommand> {
        if watt_hours <= Self::MAX {
            return Ok(Self(watt_hours));
        }
        Err(Self::out_of_range(watt_hours.to_string()))
    }

    /// Returns the limit, Wh.
    pub const fn watt_hours(self) -> u32 {
        self.0
    }

    pub(super) fn out_of_range(value: String) -> InvalidCommand {
        let key = Field::of(FieldId::EnergyLimit).key();
        let allowed = format!("0 (no limit) to {} Wh", Self::MAX);
        InvalidCommand::OutOfRange { key, value, allowed }
    }
}

/// The largest number of phases to charge with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhaseCount {
    /// One phase.
    One = 1,
    /// Two phases.
    Two = 2,
    /// Three phases.
    Three = 3,
}

impl PhaseCount {
    /// All three.
    pub const ALL: [Self; 3] = [Self::One, Self::Two, Self::Three];

    /// Checks `number`.
    ///
    /// # Errors
    /// Anything but 1, 2 and 3.
    pub fn from_number(number: u32) -> Result<Self, InvalidCommand> {
        let found = Self::ALL.into_iter().find(|count| u32::from(count.number()) == number);
        found.ok_or_else(|| Self::out_of_range(number.to_string()))
    }

    /// Returns the number of phases.
    pub const fn number(self) -> u8 {
        self as u8
    }

    pub(super) fn out_of_range(value: String) -> InvalidCommand {
        let key = Field::of(FieldId::PhaseCount).key();
        InvalidCommand::OutOfRange { key, value, allowed: "1 to 3 phases".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currents_are_tenths_from_6_to_32_and_never_rounded() {
        for amperes in [6.0, 6.1, 16.5, 31.9, 32.0] {
            let current = ChargingCurrent::from_amperes(amperes).unwrap();
            assert_eq!(current.to_string(), format!("{amperes:.1}"));
        }
        for amperes in [5.9, 32.1, -6.0, f64::NAN, f64::INFINITY, 1e9] {
            let error = ChargingCurrent::from_amperes(amperes).unwrap_err();
            assert!(matches!(error, InvalidCommand::OutOfRange { .. }), "{error}");
        }
        for amperes in [16.55, 6.01] {
            let error = ChargingCurrent::from_amperes(amperes).unwrap_err();
            assert!(matches!(error, InvalidCommand::TooFine { .. }), "{error}");
        }
    }

    #[test]
    fn limits_and_phases_end_where_the_charger_ends() {
        assert_eq!(EnergyLimit::from_watt_hours(0), Ok(EnergyLimit::NONE));
        assert!(EnergyLimit::from_watt_hours(1_000_000).is_ok());
        assert!(EnergyLimit::from_watt_hours(1_000_001).is_err());
        assert!(PhaseCount::from_number(0).is_err());
        assert!(PhaseCount::from_number(4).is_err());
        assert_eq!(PhaseCount::from_number(3), Ok(PhaseCount::Three));
    }
}
