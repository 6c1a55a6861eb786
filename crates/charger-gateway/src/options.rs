//! The options of a gateway.

use crate::program::Program;
use crate::timing::Timing;

/// The rule for writes by `GET /control?current_set=…`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GetWrites {
    /// Refused, as any web page can send a GET.
    #[default]
    Refused,
    /// Allowed. The charger has a password, which only this program holds.
    Open,
    /// Allowed for callers with the token.
    Trusted,
}

/// The behaviour of a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The program's identity.
    pub program: Program,
    /// Set if every write is refused.
    pub read_only: bool,
    /// The rule for writes by GET.
    pub get_writes: GetWrites,
    /// Set if private values are shown to everyone on the network.
    pub show_private: bool,
    /// All time limits.
    pub timing: Timing,
}

impl Options {
    /// Creates the default options: writes by GET and private values are off.
    pub fn new(program: Program) -> Self {
        Self {
            program,
            read_only: false,
            get_writes: GetWrites::Refused,
            show_private: false,
            timing: Timing::default(),
        }
    }
}
