//! Decodes readings from blocks of words, and encodes them.

use std::ops::Range;

use super::EncodeError;
use crate::field::{FIELDS, Field};
use crate::reading::Readings;

/// The rows whose registers are completely inside a range.
pub trait RowsOf {
    /// Returns those rows, in the order of the table.
    fn rows(&self) -> impl Iterator<Item = &'static Field>;
}

impl RowsOf for Range<u16> {
    fn rows(&self) -> impl Iterator<Item = &'static Field> {
        let (start, end) = (self.start, self.end);
        FIELDS
            .iter()
            .filter(move |field| start <= field.register.address && field.register.end() <= end)
    }
}

impl Readings {
    /// Takes over the values of a block of `words` that was read from `address` on.
    ///
    /// Rows that the block cuts are left unchanged. A row that does not match the table is a
    /// [misfit](Self::misfit) and does not affect other rows.
    pub fn read_words(&mut self, address: u16, words: &[u16]) {
        let length = u16::try_from(words.len()).unwrap_or(u16::MAX);
        for field in (address..address.saturating_add(length)).rows() {
            let first = usize::from(field.register.address - address);
            let count = usize::from(field.register.encoding.words());
            self.put(field.id, field.decode(&words[first..first + count]));
        }
    }

    /// Returns the words of `range`; `None` if a row inside it has no value or is cut.
    ///
    /// # Errors
    /// If a value does not fit its registers.
    pub fn to_words(&self, range: Range<u16>) -> Result<Option<Vec<u16>>, EncodeError> {
        let mut words = Vec::with_capacity(range.len());
        for field in range.rows() {
            let Some(scalar) = self.reported(field.id) else { return Ok(None) };
            words.extend(field.encode(scalar)?);
        }
        Ok((words.len() == range.len()).then_some(words))
    }
}
