//! Converts one value to words and back.

use super::Encoding;
use crate::error::DecodeError;
use crate::field::{Field, Kind};
use crate::found::Found;
use crate::reading::Scalar;
use crate::text::from_padded;

/// A value that its registers cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {value} does not fit a {encoding} register")]
pub struct EncodeError {
    /// The field.
    pub path: &'static str,
    /// The value.
    pub value: String,
    /// The manufacturer's name of the register's type.
    pub encoding: &'static str,
}

impl Field {
    /// Encodes `scalar` as words. Texts are cut at the last register, also inside a character.
    ///
    /// # Errors
    /// If the number, times the factor, is outside the register's range, or if the scalar is not of
    /// this field's kind.
    pub fn encode(&self, scalar: &Scalar) -> Result<Vec<u16>, EncodeError> {
        let words = match (self.register.encoding, scalar) {
            (Encoding::Text { words }, Scalar::Text(text)) => Some(text_to_words(text, words)),
            (Encoding::Text { .. }, _) | (_, Scalar::Text(_)) => None,
            (Encoding::F32, _) => scalar.number().map(float_to_words),
            // Energies in Wh may exceed the integers that a float holds exactly.
            (_, Scalar::Unsigned(number)) if self.register.factor == 1 => {
                self.integer_to_words(i128::from(*number))
            }
            _ => scalar.number().and_then(|number| self.scaled_to_words(number)),
        };
        words.ok_or_else(|| EncodeError {
            path: self.path,
            value: format!("{scalar:?}"),
            encoding: self.register.encoding.name(),
        })
    }

    /// Decodes the value of `words`.
    ///
    /// # Errors
    /// If there are more or fewer words than the field has, if the value does not match the field's
    /// kind (300 is not a code), or if the words stand for no value. The error names path and
    /// register.
    #[expect(clippy::cast_precision_loss, reason = "scaled registers have at most 32 bits")]
    pub fn decode(&self, words: &[u16]) -> Result<Scalar, DecodeError> {
        if words.len() != usize::from(self.register.encoding.words()) {
            let found = format!("{} words", words.len());
            return Err(DecodeError::new(self.path, "as many words as the value has", &found));
        }
        let integer = match self.register.encoding {
            Encoding::Text { .. } => {
                let text = from_padded(words.iter().flat_map(|word| word.to_be_bytes()));
                return Ok(Scalar::Text(text));
            }
            // By its shortest decimal form: 46.911354 must not become 46.91135406494141.
            Encoding::F32 => {
                let number = f32::from_bits(to_u32(words)).to_string();
                return self.located(Found::Decimal(number.parse().unwrap_or(f64::NAN)));
            }
            Encoding::U16 => Ok(u64::from(words[0])),
            Encoding::I16 => Err(i64::from(words[0].cast_signed())),
            Encoding::U32 => Ok(u64::from(to_u32(words))),
            Encoding::I32 => Err(i64::from(to_u32(words).cast_signed())),
            Encoding::U64 => Ok(to_u64(words)),
        };
        let factor = f64::from(self.register.factor);
        self.located(match (self.kind, integer) {
            (Kind::Decimal, Ok(unsigned)) => Found::Decimal(unsigned as f64 / factor),
            (Kind::Decimal, Err(signed)) => Found::Decimal(signed as f64 / factor),
            (_, Ok(unsigned)) => Found::Unsigned(unsigned),
            (_, Err(signed)) => Found::Signed(signed),
        })
    }

    fn located(&self, found: Found<'_>) -> Result<Scalar, DecodeError> {
        self.accept(found).map_err(|error| {
            let found = format!("{} in register {}", error.found, self.register.address);
            DecodeError { found, ..error }
        })
    }

    #[expect(clippy::cast_possible_truncation, reason = "checked against the range of i64")]
    fn scaled_to_words(&self, number: f64) -> Option<Vec<u16>> {
        let scaled = (number * f64::from(self.register.factor)).round();
        let fits = scaled.is_finite() && scaled.abs() < 9.2e18;
        fits.then(|| self.integer_to_words(i128::from(scaled as i64)))?
    }

    fn integer_to_words(&self, number: i128) -> Option<Vec<u16>> {
        Some(match self.register.encoding {
            Encoding::U16 => vec![u16::try_from(number).ok()?],
            Encoding::I16 => vec![i16::try_from(number).ok()?.cast_unsigned()],
            Encoding::U32 => from_u64(u32::try_from(number).ok()?.into(), 2),
            Encoding::I32 => from_u64(i32::try_from(number).ok()?.cast_unsigned().into(), 2),
            Encoding::U64 => from_u64(u64::try_from(number).ok()?, 4),
            Encoding::F32 | Encoding::Text { .. } => return None,
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "each word takes its 16 bits")]
fn from_u64(number: u64, words: u32) -> Vec<u16> {
    (0..words).map(|word| (number >> (16 * word)) as u16).collect()
}

fn to_u64(words: &[u16]) -> u64 {
    words.iter().rev().fold(0, |number, word| number << 16 | u64::from(*word))
}

fn to_u32(words: &[u16]) -> u32 {
    words.iter().rev().fold(0, |number, word| number << 16 | u32::from(*word))
}

#[expect(clippy::cast_possible_truncation, reason = "the register has 32 bits")]
fn float_to_words(number: f64) -> Vec<u16> {
    from_u64((number as f32).to_bits().into(), 2)
}

fn text_to_words(text: &str, words: u16) -> Vec<u16> {
    let mut bytes = text.bytes().chain(std::iter::repeat(0));
    let mut byte = || bytes.next().unwrap_or(0);
    (0..words).map(|_| u16::from_be_bytes([byte(), byte()])).collect()
}
