//! Accepts or rejects one value of a document, once per [`Kind`], for JSON and registers.

use super::Scalar;
use crate::error::DecodeError;
use crate::field::{Encoding, Field, FieldId, Kind};
use crate::found::Found;
use crate::text::clean;

impl Field {
    /// Converts `found` to the value of this row.
    ///
    /// # Errors
    /// If it does not match this row's kind, or is a number that stands for no value.
    pub(crate) fn accept(&self, found: Found<'_>) -> Result<Scalar, DecodeError> {
        let scalar = match self.kind {
            Kind::Text => match found {
                Found::Text(text) => Some(Scalar::Text(clean(text))),
                _ => None,
            },
            Kind::Unsigned { max } => found.unsigned().filter(|n| *n <= max).map(Scalar::Unsigned),
            Kind::Int8 => found.signed().filter(|n| i8::try_from(*n).is_ok()).map(Scalar::Signed),
            Kind::Decimal => found.decimal().map(Scalar::Decimal),
            Kind::Flag => match (found, found.unsigned()) {
                (Found::Flag(flag), _) => Some(Scalar::Flag(flag)),
                (_, Some(number @ 0..=1)) => Some(Scalar::Flag(number == 1)),
                _ => None,
            },
            Kind::Code(kind) => match found {
                Found::Text(name) => Some(Scalar::Code(kind.from_name(&clean(name)))),
                _ => {
                    let number = found.unsigned().and_then(|number| u8::try_from(number).ok());
                    number.map(|number| Scalar::Code(kind.from_number(number)))
                }
            },
        };
        match scalar {
            Some(scalar) if self.stands_for_none(&scalar) => {
                let found = format!("{}, which stands for no value", found.shown());
                Err(DecodeError::new(self.path, self.kind.expected(), &found))
            }
            Some(scalar) => Ok(scalar),
            None => Err(DecodeError::new(self.path, self.kind.expected(), &found.shown())),
        }
    }

    /// `true` for a number that devices use to report that there is no value: all ones, or the
    /// least of a signed type. The same number in JSON has the same meaning.
    fn stands_for_none(&self, scalar: &Scalar) -> bool {
        match (self.kind, scalar) {
            // The number of charges uses all its values and then restarts at 0.
            (Kind::Unsigned { max }, Scalar::Unsigned(number)) => {
                *number == max && self.id != FieldId::ChargeCount
            }
            (Kind::Decimal, Scalar::Decimal(number)) => {
                let raw = number * f64::from(self.register.factor);
                let is = |sentinel: f64| (raw - sentinel).abs() < 1e-3;
                match self.register.encoding {
                    Encoding::U16 => is(f64::from(u16::MAX)),
                    Encoding::I16 => is(f64::from(i16::MIN)),
                    Encoding::U32 => is(f64::from(u32::MAX)),
                    Encoding::I32 => is(-1.0) || is(f64::from(i32::MIN)),
                    Encoding::U64 | Encoding::F32 | Encoding::Text { .. } => false,
                }
            }
            _ => false,
        }
    }
}
