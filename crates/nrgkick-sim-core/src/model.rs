//! The simulated models.

use std::fmt;
use std::str::FromStr;

/// An unknown name, or a malformed version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is {problem}; expected {expected}")]
pub struct InvalidName {
    /// The given text.
    pub found: String,
    /// The problem in a few words.
    pub problem: &'static str,
    /// The allowed texts.
    pub expected: String,
}

/// A model, with its attachment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Model {
    /// Rated for 16 A, three-phase 16 A attachment.
    Rated16,
    /// Rated for 32 A, three-phase 32 A attachment.
    #[default]
    Rated32,
    /// As [`Model::Rated32`], with a modem and a position.
    Modem,
    /// As [`Model::Modem`], without a position.
    ModemNoFix,
    /// Rated for 32 A, household attachment: one phase, 13 A.
    Domestic,
}

impl Model {
    /// All models.
    pub const ALL: [Self; 5] =
        [Self::Rated16, Self::Rated32, Self::Modem, Self::ModemNoFix, Self::Domestic];

    /// Returns the name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rated16 => "16a",
            Self::Rated32 => "32a",
            Self::Modem => "sim",
            Self::ModemNoFix => "sim-no-fix",
            Self::Domestic => "domestic",
        }
    }

    /// `true` if the model has a modem.
    pub const fn has_modem(self) -> bool {
        matches!(self, Self::Modem | Self::ModemNoFix)
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Model {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Self::ALL.into_iter().find(|model| model.name() == text).ok_or_else(|| InvalidName {
            found: text.to_owned(),
            problem: "no model",
            expected: Self::ALL.map(Self::name).join(", "),
        })
    }
}
