//! The words for a code that is not in the table.

/// A code that came as a name, which nobody can look up.
pub(super) const UNNAMED: &str = "Unknown to this page";

/// A code that came as a number.
pub(super) fn unknown(number: u8) -> String {
    format!("Unknown code {number}")
}
