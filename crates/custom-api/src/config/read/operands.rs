//! Reading the operands of sums, differences and products.

use toml::de::DeValue;

use super::super::adjust::{Operand, Term};
use super::super::reader::{Reader, number};

/// An operand as the file has it.
pub(in super::super) enum Written<'a> {
    /// A name with or without a sign, or a number in quotes.
    Text(&'a str),
    Number(f64),
}

impl<'a> Written<'a> {
    /// Looks a name up with `index_of`; a name that is there with its sign goes first.
    ///
    /// # Errors
    /// The name that is not there.
    pub(in super::super) fn resolve(
        &self,
        index_of: impl Fn(&str) -> Option<usize>,
    ) -> Result<Term, &'a str> {
        let number = |of| Term { is_negative: false, of: Operand::Number(of) };
        let text = match self {
            Self::Number(value) => return Ok(number(*value)),
            Self::Text(text) => text.trim(),
        };
        if let Some(index) = index_of(text) {
            return Ok(Term { is_negative: false, of: Operand::Value(index) });
        }
        if let Some(value) = text.parse().ok().filter(|value: &f64| value.is_finite()) {
            return Ok(number(value));
        }
        let (is_negative, name) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(name) => (true, name.trim_start()),
            None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
        };
        let index = index_of(name).ok_or(name)?;
        Ok(Term { is_negative, of: Operand::Value(index) })
    }
}

/// Reads a list of names, with or without a sign, and numbers.
pub(super) fn read_operands<'a>(reader: &Reader<'a, '_>, key: &str) -> Vec<Written<'a>> {
    let Some(entry) = reader.get(key) else { return Vec::new() };
    let list = match entry.value.get_ref() {
        DeValue::Array(list) => list,
        DeValue::String(text) => {
            let names: Vec<_> =
                text.split(['+', '*', ' ']).filter(|name| !name.is_empty()).collect();
            entry.wrong(format!("write a list: {key} = {names:?}"));
            return Vec::new();
        }
        _ => {
            entry.wrong("must be a list of names and numbers, as [\"a\", \"-b\", 100]");
            return Vec::new();
        }
    };
    let operands: Vec<_> = list.iter().filter_map(|item| operand(item.get_ref())).collect();
    if operands.len() < list.len() {
        entry.wrong("must be a list of names and numbers, as [\"a\", \"-b\", 100]");
    } else if operands.is_empty() {
        entry.wrong("name the values, as [\"NAME\", \"NAME\"]");
    }
    operands
}

fn operand<'a>(item: &'a DeValue<'_>) -> Option<Written<'a>> {
    match item.as_str() {
        Some(text) => Some(Written::Text(text)),
        None => number(item).map(Written::Number),
    }
}
