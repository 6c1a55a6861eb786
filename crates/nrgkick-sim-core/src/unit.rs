//! Numbers as the device prints them: in the steps and within the range of their register.

use nrgkick_model::register::Encoding;
use nrgkick_model::{Field, FieldId};

/// Rounds and limits `value` as the register of `field` does, so that JSON and Modbus never differ.
/// Anything not finite becomes 0, and a content that means "no value" (all ones, or the least of a
/// signed type) becomes its neighbour.
pub(crate) fn fit(field: FieldId, value: f64) -> f64 {
    let register = Field::of(field).register;
    let factor = f64::from(register.factor);
    let (low, high, factor) = match register.encoding {
        Encoding::U16 => (0.0, f64::from(u16::MAX - 1), factor),
        Encoding::I16 => (f64::from(i16::MIN + 1), f64::from(i16::MAX), factor),
        Encoding::U32 => (0.0, f64::from(u32::MAX - 1), factor),
        Encoding::I32 => (f64::from(i32::MIN + 1), f64::from(i32::MAX), factor),
        // Beyond 53 bits a float has no steps of 1; no energy counter gets that far.
        Encoding::U64 => (0.0, EXACT, factor),
        Encoding::F32 | Encoding::Text { .. } => (-EXACT, EXACT, FLOAT_STEPS),
    };
    if !value.is_finite() {
        return 0.0;
    }
    let steps = (value * factor).round().clamp(low, high);
    let is_all_ones = steps == -1.0 && register.encoding == Encoding::I32;
    // Adding 0 removes the sign of a negative zero, which would print as `-0.0`.
    if is_all_ones { 0.0 } else { steps / factor + 0.0 }
}

const EXACT: f64 = 9_007_199_254_740_992.0;
/// Steps of rows without a factor in their register (floats); hundredths suit a display.
const FLOAT_STEPS: f64 = 100.0;

/// Returns the whole part of a number, 0 for a negative one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub(crate) fn whole(value: f64) -> u64 {
    value.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_to_their_registers() {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(near(fit(FieldId::VoltageL1, 230.126), 230.13));
        assert!(near(fit(FieldId::CurrentL1, 99.0), 65.534));
        assert!(near(fit(FieldId::CurrentL1, -1.0), 0.0));
        assert!(near(fit(FieldId::PowerFactor, f64::NAN), 0.0));
        assert!(near(fit(FieldId::ActivePower, -0.001), 0.0));
        assert!(fit(FieldId::ReactivePower, -0.0001).is_sign_positive());
    }
}
