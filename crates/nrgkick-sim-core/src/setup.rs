//! The inputs of a simulated charger: model, firmware, credentials, scenario.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use nrgkick_model::Readings;

use crate::model::{InvalidName, Model};
use crate::{Scenario, Switches};

/// The version of the SmartModule, commonly called the firmware.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firmware {
    text: String,
    parts: [u32; 4],
}

impl Firmware {
    /// Before this version some keys of the JSON documents end in a colon.
    const PLAIN_KEYS: [u32; 4] = [4, 0, 0, 100];

    /// `true` if some keys of the JSON documents end in a colon.
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
        // The device has room for 16 characters.
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

/// The inputs of a [`Simulator`](crate::Simulator), to which it returns on reset.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// The model with its attachment.
    pub model: Model,
    /// Its firmware.
    pub firmware: Firmware,
    /// The last digits of its serial numbers, to tell several simulators apart.
    pub number: u32,
    /// The name given by the user; may be empty, may hold emoji.
    pub device_name: String,
    /// The initial state.
    pub scenario: Scenario,
    /// Delay before a write shows and takes effect. About 2 s on real units.
    pub control_lag: Duration,
    /// Credentials required on every API request; `None` for an open API.
    pub credentials: Option<Credentials>,
    /// Values of `/info` in place of the model's own.
    pub info: Readings,
    /// The user's settings in the app, and the unknowns of the device.
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
            info: Readings::default(),
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
