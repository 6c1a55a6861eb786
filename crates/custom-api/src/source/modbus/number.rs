//! The number in registers.

use nrgkick_model::custom_api::Observed;

use crate::config::{ModbusSource, Order, WordType};
use crate::store::Sighting;

impl ModbusSource {
    /// Computes the value of the registers that `words` returns, all of the same moment.
    ///
    /// # Errors
    /// A message with what the registers hold.
    pub(super) fn sighting<'w>(
        &self,
        words: impl Fn(u16, u16) -> &'w [u16],
    ) -> Result<Sighting, String> {
        let at = self.address;
        let own = words(at, self.word_type.quantity());
        let bits = join(own, self.word_order, self.byte_order);
        let taken = match self.mask {
            Some(mask) => (bits & mask) >> mask.trailing_zeros(),
            None => bits,
        };
        // Bits of a set are never a mark of their own.
        if self.mask.is_none() && self.nan.contains(&bits) {
            return self.nothing(format!(
                "register {at} holds {bits:#x}, which as {} means that the device has no value \
                 (nan = \"none\" where it is a number)",
                self.word_type.word()
            ));
        }
        let number = match self.mask {
            Some(_) => decode(taken, WordType::U64),
            None => decode(bits, self.word_type),
        };
        if !number.is_finite() {
            return self.nothing(format!(
                "register {at} holds {number}, which means that the device has no value"
            ));
        }
        let single = |address: u16| words(address, 1).first().copied();
        let number = match self.scale_factor {
            Some(register) => {
                let exponent =
                    single(register).map_or(i16::MIN, |word| self.in_order(word).cast_signed());
                if exponent == i16::MIN {
                    return self.nothing(format!(
                        "register {register}, the scale factor, means that the device has no value"
                    ));
                }
                if !(-10..=10).contains(&exponent) {
                    return Err(format!(
                        "register {register} holds {exponent}, which is no scale factor"
                    ));
                }
                number * 10_f64.powi(exponent.into())
            }
            None => number,
        };
        let is_negative = match self.negative_if {
            Some(sign) => {
                let word = single(sign.address).ok_or("the register of the sign is missing")?;
                sign.is_negative(self.in_order(word))
            }
            None => false,
        };
        let number = if is_negative { 0.0 - number } else { number };
        Observed::number(number)
            .map(Sighting::from)
            .ok_or_else(|| format!("register {at} makes {number}, which is no finite number"))
    }

    /// Returns the number that stands for "no value", or the message.
    fn nothing(&self, message: String) -> Result<Sighting, String> {
        match self.null.and_then(Observed::number) {
            Some(observed) => Ok(Sighting { is_final: true, ..observed.into() }),
            None => Err(message),
        }
    }

    const fn in_order(&self, word: u16) -> u16 {
        match self.byte_order {
            Order::HighFirst => word,
            Order::LowFirst => word.swap_bytes(),
        }
    }
}

/// Joins the registers into one number.
fn join(words: &[u16], word_order: Order, byte_order: Order) -> u64 {
    let join = |bits: u64, word: &u16| {
        let word = if byte_order == Order::LowFirst { word.swap_bytes() } else { *word };
        bits << 16 | u64::from(word)
    };
    match word_order {
        Order::HighFirst => words.iter().fold(0, join),
        Order::LowFirst => words.iter().rev().fold(0, join),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counters beyond 2^53 are refused by their fields")]
#[expect(clippy::cast_possible_truncation, reason = "as many bits as the type has")]
fn decode(bits: u64, word_type: WordType) -> f64 {
    let low = bits as u32;
    match word_type {
        WordType::U16 | WordType::U32 => f64::from(low),
        WordType::I16 => f64::from((low as u16).cast_signed()),
        WordType::I32 => f64::from(low.cast_signed()),
        WordType::U64 => bits as f64,
        WordType::I64 => bits.cast_signed() as f64,
        WordType::F32 => f64::from(f32::from_bits(low)),
        WordType::F64 => f64::from_bits(bits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_of_all_orders_are_the_same_number() {
        for (word_type, words, number) in [
            (WordType::U16, vec![0xffff], 65535.0),
            (WordType::I16, vec![0xffff], -1.0),
            (WordType::U32, vec![1, 2], 65538.0),
            (WordType::I32, vec![0xffff, 0xfffe], -2.0),
            (WordType::U64, vec![0, 1, 0, 0], 4_294_967_296.0),
            (WordType::I64, vec![0xffff, 0xffff, 0xffff, 0xfffd], -3.0),
            (WordType::F32, vec![0x42f6, 0xe666], 123.449_996_948_242_19),
            (WordType::F64, vec![0xc009, 0x21fb, 0x5444, 0x2d18], -std::f64::consts::PI),
        ] {
            let decoded = |words: &[u16], word_order, byte_order| {
                decode(join(words, word_order, byte_order), word_type)
            };
            let swapped = |words: &[u16]| -> Vec<u16> {
                words.iter().map(|word| word.swap_bytes()).collect()
            };
            let reversed: Vec<u16> = words.iter().rev().copied().collect();
            use Order::{HighFirst, LowFirst};
            assert_eq!(decoded(&words, HighFirst, HighFirst), number, "{word_type:?}");
            assert_eq!(decoded(&reversed, LowFirst, HighFirst), number, "{word_type:?}");
            assert_eq!(decoded(&swapped(&words), HighFirst, LowFirst), number, "{word_type:?}");
            assert_eq!(decoded(&swapped(&reversed), LowFirst, LowFirst), number, "{word_type:?}");
        }
    }
}
