//! A single value as received, not yet checked against its field.

use crate::number::shortest;
use crate::text::clean;

/// A value as received.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found<'a> {
    Null,
    Flag(bool),
    Unsigned(u64),
    Signed(i64),
    Decimal(f64),
    Text(&'a str),
    List,
    Object,
}

impl Found<'_> {
    /// Describes the value in few words, for an error.
    pub(crate) fn shown(self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Flag(flag) => flag.to_string(),
            Self::Unsigned(number) => number.to_string(),
            Self::Signed(number) => number.to_string(),
            Self::Decimal(number) => shortest(number),
            Self::Text(text) => format!("\"{}\"", clean(text)),
            Self::List => "a list".to_owned(),
            Self::Object => "an object".to_owned(),
        }
    }

    pub(crate) fn unsigned(self) -> Option<u64> {
        match self {
            Self::Unsigned(number) => Some(number),
            _ => self.signed().and_then(|number| number.try_into().ok()),
        }
    }

    pub(crate) fn signed(self) -> Option<i64> {
        match self {
            Self::Unsigned(number) => number.try_into().ok(),
            Self::Signed(number) => Some(number),
            Self::Decimal(number) => whole(number),
            _ => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a measurement has fewer digits")]
    pub(crate) fn decimal(self) -> Option<f64> {
        match self {
            Self::Unsigned(number) => Some(number as f64),
            Self::Signed(number) => Some(number as f64),
            Self::Decimal(number) => Some(number).filter(|number| number.is_finite()),
            _ => None,
        }
    }
}

/// Converts `13.0` to 13, up to the integers that a float holds exactly.
#[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.trunc() == number && number.abs() <= EXACT).then_some(number as i64)
}
