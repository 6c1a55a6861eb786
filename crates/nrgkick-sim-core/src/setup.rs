//! What a simulated charger is built from: model, firmware, credentials, and where it begins.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::{Scenario, Switches};

/// A name that is none of those listed, or a version that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is {problem}; expected {expected}")]
pub struct InvalidName {
    /// What was given.
    pub found: String,
    /// What is wrong with it.
    pub problem: &'static str,
    /// What would have been right.
    pub expected: String,
}

/// Which charger is simulated, with the attachment that is plugged in.
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

    /// The name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rated16 => "16a",
            Self::Rated32 => "32a",
            Self::Modem => "sim",
            Self::ModemNoFix => "sim-no-fix",
            Self::Domestic => "domestic",
        }
    }

    /// Whether a modem is built in.
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

/// The version of the SmartModule, which is what people mean by the firmware.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firmware {
    text: String,
    parts: [u32; 4],
}

impl Firmware {
    /// Before this version some keys of the JSON documents end in a colon.
    const PLAIN_KEYS: [u32; 4] = [4, 0, 0, 100];

    /// Whether some keys of the JSON documents end in a colon.
    pub fn has_colon_keys(&self) -> bool {
        self.parts < Self::PLAIN_KEYS
    }
}

impl Default for Firmware {
    fn default() -> Self {
        Self { text: "4.1.30.65".to_owned(), parts: [4, 1, 30, 65] }
    }
}

impl fmt::Display for Firmware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Firmware {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        // 16 characters are what the device has room for.
        let parts: Option<Vec<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
        let parts = parts.and_then(|parts| <[u32; 4]>::try_from(parts).ok());
        match parts.filter(|_| text.len() <= 16) {
            Some(parts) => Ok(Self { text: text.to_owned(), parts }),
            None => Err(InvalidName {
                found: text.to_owned(),
                problem: "no firmware version",
                expected: "four numbers such as 4.1.30.65".to_owned(),
            }),
        }
    }
}

/// User name and password of the charger's BasicAuth. A simulator's password is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
}

/// Everything that a [`Simulator`](crate::Simulator) is built from, and returns to on reset.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// Which charger.
    pub model: Model,
    /// Its firmware.
    pub firmware: Firmware,
    /// The last digits of its serial numbers, so that several simulators can be told apart.
    pub number: u32,
    /// The name that its user gave it; may be empty, may hold emoji.
    pub device_name: String,
    /// What it is doing when it begins.
    pub scenario: Scenario,
    /// How long a write takes to show and to take effect. About 2 s on real units.
    pub control_lag: Duration,
    /// Asked for on every API request where there are some.
    pub credentials: Option<Credentials>,
    /// What the user has switched in the app, and what is not known about the device.
    pub switches: Switches,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            model: Model::default(),
            firmware: Firmware::default(),
            number: 1,
            device_name: "NRGkick ⚡ demo".to_owned(),
            scenario: Scenario::default(),
            control_lag: Duration::from_secs(2),
            credentials: None,
            switches: Switches::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        let colons = |text: &str| text.parse::<Firmware>().unwrap().has_colon_keys();
        assert!(colons("4.0.0.64") && colons("3.9.200.0"));
        assert!(!colons("4.0.0.100") && !colons("4.1.30.65") && !colons("10.0.0.0"));
        for wrong in ["", "4.1.30", "4.1.30.x", "4.1.30.65.1", "4000000000.1.1.1000"] {
            assert!(wrong.parse::<Firmware>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn models_are_known_by_name_only() {
        for model in Model::ALL {
            assert_eq!(model.name().parse(), Ok(model));
        }
        let error = "64a".parse::<Model>().unwrap_err().to_string();
        assert!(error.contains("64a") && error.contains("sim-no-fix"), "{error}");
    }
}
