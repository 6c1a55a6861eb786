//! Several clients at the same time.

use serde::{Deserialize, Serialize};

/// Several connections at once, each with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parallel {
    /// Count of connections that were tried, 1 to 16.
    pub tried: u8,
    /// Count of those that were answered while all others stayed open.
    pub answered: u8,
}

impl Parallel {
    pub(crate) fn check(self) -> Result<(), String> {
        match (1..=16).contains(&self.tried) && (1..=self.tried).contains(&self.answered) {
            true => Ok(()),
            false => Err(format!("{} of {} cannot be", self.answered, self.tried)),
        }
    }
}
