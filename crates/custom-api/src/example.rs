//! Ready configurations, the files in `recipes/`. Each is tested against the documented answers of
//! its device.

/// A ready configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Recipe {
    /// The manufacturer's own example: values that never change
    Seed,
    /// Fronius inverters over the Solar API
    Fronius,
    /// Shelly EM energy meters
    ShellyEm,
    /// Sensors of Home Assistant
    HomeAssistant,
    /// What evcc knows already
    Evcc,
    /// A Victron GX device over MQTT
    VictronMqtt,
    /// Most inverters with SunSpec registers
    SunspecModbus,
    /// A SolarEdge inverter with its meter
    Solaredge,
    /// Values that scripts, Node-RED or Home Assistant send
    Push,
}

impl Recipe {
    /// The text of the configuration.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Seed => include_str!("../recipes/seed.toml"),
            Self::Fronius => include_str!("../recipes/fronius.toml"),
            Self::ShellyEm => include_str!("../recipes/shelly-em.toml"),
            Self::HomeAssistant => include_str!("../recipes/home-assistant.toml"),
            Self::Evcc => include_str!("../recipes/evcc.toml"),
            Self::VictronMqtt => include_str!("../recipes/victron-mqtt.toml"),
            Self::SunspecModbus => include_str!("../recipes/sunspec-modbus.toml"),
            Self::Solaredge => include_str!("../recipes/solaredge.toml"),
            Self::Push => include_str!("../recipes/push.toml"),
        }
    }
}
