//! An observation of a source, and its conversion to a value of a document.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::table::{DeviceField, DeviceKind};

/// An observation: a finite number, or a switch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Observed {
    /// `true` or `false`.
    Flag(bool),
    /// A finite number.
    Number(f64),
}

impl Observed {
    /// Returns `None` for NaN and the infinities.
    pub fn number(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self::Number(number))
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// A value in the form of a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// A number without decimals.
    Integer(i64),
    /// A number with decimals.
    Decimal(f64),
    /// `true` or `false`.
    Flag(bool),
}

impl From<Quantity> for Value {
    fn from(quantity: Quantity) -> Self {
        match quantity {
            Quantity::Integer(integer) => integer.into(),
            Quantity::Decimal(decimal) => decimal.into(),
            Quantity::Flag(flag) => flag.into(),
        }
    }
}

/// An observation that does not fit its field.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{found} is not {expected}")]
pub struct Misfit {
    /// The observation.
    pub found: Observed,
    /// The values that the field accepts.
    pub expected: String,
}

impl DeviceField {
    /// Converts the observation to this field's kind: integers are rounded to the nearest.
    ///
    /// # Errors
    /// If it is of another kind or outside the field's bounds.
    pub fn fit(&self, observed: Observed) -> Result<Quantity, Misfit> {
        let fitted = match (self.kind, observed) {
            (DeviceKind::Flag, Observed::Flag(flag)) => Some(Quantity::Flag(flag)),
            (DeviceKind::Integer { min, max }, Observed::Number(number)) => {
                rounded(number).filter(|n| (min..=max).contains(n)).map(Quantity::Integer)
            }
            (DeviceKind::Decimal { min, max }, Observed::Number(number)) => {
                let fits = (f64::from(min)..=f64::from(max)).contains(&number);
                fits.then_some(Quantity::Decimal(number))
            }
            _ => None,
        };
        fitted.ok_or_else(|| Misfit { found: observed, expected: self.expected() })
    }

    /// Returns the values that the field accepts, for error messages.
    pub fn expected(&self) -> String {
        let unit = match self.unit.symbol() {
            "" => String::new(),
            symbol => format!(" {symbol}"),
        };
        match self.kind {
            DeviceKind::Text => "a text in quotes".to_owned(),
            DeviceKind::Flag => "true or false".to_owned(),
            DeviceKind::Integer { min, max } => format!("a number from {min} to {max}{unit}"),
            DeviceKind::Decimal { min, max } => format!("a number from {min} to {max}{unit}"),
        }
    }

    /// Returns the value served instead of a missing one, as configured.
    pub const fn zero(&self) -> Observed {
        match self.kind {
            DeviceKind::Flag => Observed::Flag(false),
            DeviceKind::Text | DeviceKind::Integer { .. } | DeviceKind::Decimal { .. } => {
                Observed::Number(0.0)
            }
        }
    }
}

/// Rounds; `None` beyond the integers that a double holds exactly.
fn rounded(number: f64) -> Option<i64> {
    let rounded = number.round();
    #[expect(clippy::cast_possible_truncation, reason = "within the exact integers of a double")]
    (rounded.abs() <= 9_007_199_254_740_992.0).then_some(rounded as i64)
}

#[cfg(test)]
mod tests {
    use super::super::table::DeviceFieldId;
    use super::*;

    fn fit(id: DeviceFieldId, observed: Observed) -> Result<Quantity, Misfit> {
        DeviceField::of(id).fit(observed)
    }

    #[test]
    fn watts_are_whole_and_shares_are_not() {
        let number = Observed::Number;
        let power = |n| fit(DeviceFieldId::GridPower, number(n)).unwrap();
        assert_eq!(power(-542.4), Quantity::Integer(-542));
        assert_eq!(power(0.5), Quantity::Integer(1));
        assert_eq!(
            fit(DeviceFieldId::BatteryCharge, number(78.2)).unwrap(),
            Quantity::Decimal(78.2)
        );
    }

    #[test]
    fn what_does_not_fit_is_said_in_words() {
        let error = fit(DeviceFieldId::BatteryCharge, Observed::Number(101.0)).unwrap_err();
        assert_eq!(error.to_string(), "101 is not a number from 0 to 100 %");
        let error = fit(DeviceFieldId::InverterBattery, Observed::Number(1.0)).unwrap_err();
        assert_eq!(error.to_string(), "1 is not true or false");
        assert!(fit(DeviceFieldId::GridPower, Observed::Flag(true)).is_err());
        assert!(fit(DeviceFieldId::InverterEnergyDay, Observed::Number(-1.0)).is_err());
        assert!(fit(DeviceFieldId::GridPower, Observed::Number(1e300)).is_err());
        assert_eq!(Observed::number(f64::NAN), None);
        assert_eq!(Observed::number(f64::INFINITY), None);
    }
}
