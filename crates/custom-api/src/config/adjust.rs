//! The arithmetic on every value and sum, and the operands of sums and products.

use std::fmt;

use nrgkick_model::custom_api::Observed;

/// The conversion of an observation: `factor` first, then `offset`, then `invert`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adjust {
    /// Multiplies the number.
    pub factor: f64,
    /// Is added after that.
    pub offset: f64,
    /// Changes the sign at the end, or turns a switch over.
    pub invert: bool,
}

impl Default for Adjust {
    fn default() -> Self {
        Self { factor: 1.0, offset: 0.0, invert: false }
    }
}

impl Adjust {
    /// Converts a number; `None` if the result is not finite.
    pub fn number(&self, number: f64) -> Option<Observed> {
        let number = number * self.factor + self.offset;
        // -0 would be printed with its sign.
        let number = if self.invert { 0.0 - number } else { number };
        Observed::number(number)
    }

    /// Turns a switch over, if it has to be.
    pub const fn flag(&self, flag: bool) -> Observed {
        Observed::Flag(flag != self.invert)
    }
}

/// As a continuation of the description of a source.
impl fmt::Display for Adjust {
    #[expect(clippy::float_cmp, reason = "1 and 0 are what the file says, or its default")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.factor != 1.0 {
            write!(f, " × {}", self.factor)?;
        }
        if self.offset != 0.0 {
            write!(f, " + {}", self.offset)?;
        }
        if self.invert {
            f.write_str(", inverted")?;
        }
        Ok(())
    }
}

/// The operands of a sum, difference or product.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Operands {
    /// The operands, in the order of the file.
    pub terms: Vec<Term>,
    /// The values among them, as indices into [`Config::values`](super::Config).
    pub parts: Vec<usize>,
}

impl Operands {
    /// Collects the indices of the values.
    pub fn new(terms: Vec<Term>) -> Self {
        let parts = terms.iter().filter_map(|term| match term.of {
            Operand::Value(index) => Some(index),
            Operand::Number(_) => None,
        });
        Self { parts: parts.collect(), terms }
    }
}

/// An operand with its sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// Set if it is subtracted, or multiplied with its other sign.
    pub is_negative: bool,
    /// The operand.
    pub of: Operand,
}

/// A value or a number of the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operand {
    /// An index into [`Config::values`](super::Config).
    Value(usize),
    /// A number.
    Number(f64),
}
