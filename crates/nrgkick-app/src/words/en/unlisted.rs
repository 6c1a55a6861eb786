//! The words for a code that is not in the table.

/// A code that came as an unknown name, without a number.
pub(super) const UNNAMED: &str = "Unknown to this page";

/// Returns the words for an unlisted code that came as a number.
pub(super) fn unknown(number: u8) -> String {
    format!("Unknown code {number}")
}
