//! Ready configurations, the files in `recipes/`. Each is tested against the documented answers of
//! its device, and none was tried on a real one.

use std::fmt::Write as _;

use clap::ValueEnum as _;

macro_rules! recipes {
    ($( $(#[doc = $about:literal])+ $id:ident $file:literal; )*) => {
        /// A ready configuration.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
        pub enum Recipe {
            $( $(#[doc = $about])+ #[value(name = $file)] $id, )*
        }

        impl Recipe {
            /// Returns the text of the configuration.
            pub const fn text(self) -> &'static str {
                match self {
                    $( Self::$id => include_str!(concat!("../recipes/", $file, ".toml")), )*
                }
            }

            /// Returns its name on the command line.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$id => $file, )*
                }
            }
        }
    };
}

recipes! {
    /// The manufacturer's own example: values that never change
    Seed "seed";
    /// Fronius inverters over the Solar API
    Fronius "fronius";
    /// Huawei SUN2000 inverters
    Huawei "huawei";
    /// SMA inverters over Modbus
    Sma "sma";
    /// A SolarEdge inverter with its meter
    Solaredge "solaredge";
    /// A SolarEdge inverter with its meter and battery
    SolaredgeStoredge "solaredge-storedge";
    /// Kostal Plenticore inverters
    Kostal "kostal";
    /// Sungrow hybrid inverters
    Sungrow "sungrow";
    /// Growatt hybrid inverters with registers from 0 and 1000 on
    GrowattSph "growatt-sph";
    /// Growatt hybrid inverters with registers from 3000 on
    GrowattTlxh "growatt-tlxh";
    /// GoodWe hybrid inverters
    Goodwe "goodwe";
    /// E3/DC house power stations
    E3dc "e3dc";
    /// Most inverters with SunSpec registers
    SunspecModbus "sunspec-modbus";
    /// A Victron GX device over MQTT
    VictronMqtt "victron-mqtt";
    /// Sonnen batteries
    Sonnen "sonnen";
    /// An Enphase Envoy in the network at home
    Enphase "enphase";
    /// A Tesla Powerwall in the network at home
    Powerwall "powerwall";
    /// Small inverters behind OpenDTU
    Opendtu "opendtu";
    /// Small inverters behind AhoyDTU
    Ahoydtu "ahoydtu";
    /// Shelly EM energy meters
    ShellyEm "shelly-em";
    /// A Shelly 3EM at the grid
    Shelly3em "shelly-3em";
    /// A Shelly Pro 3EM at the grid
    ShellyPro3em "shelly-pro-3em";
    /// A HomeWizard P1 at the grid
    HomewizardP1 "homewizard-p1";
    /// A smart meter behind DSMR-reader
    DsmrReader "dsmr-reader";
    /// A smart meter behind Tasmota
    Tasmota "tasmota";
    /// What an openWB knows already
    Openwb "openwb";
    /// What evcc knows already
    Evcc "evcc";
    /// Sensors of Home Assistant
    HomeAssistant "home-assistant";
    /// Sensors of Home Assistant, from one of its add-ons
    HomeAssistantAddon "home-assistant-addon";
    /// Values that scripts or Home Assistant send
    Push "push";
    /// Values that a flow of Node-RED sends
    NodeRed "node-red";
}

impl Recipe {
    /// Returns what stands behind a mark at the head of the recipe.
    fn head(self, mark: &str) -> &'static str {
        self.text().lines().find_map(|line| line.strip_prefix(mark)).unwrap_or_default()
    }

    /// Returns the brand or program that it is for.
    pub fn brand(self) -> &'static str {
        self.head("# Brand: ")
    }

    /// Returns what the owner has to have or to switch on.
    pub fn needs(self) -> &'static str {
        self.head("# Needs: ")
    }
}

/// Lists all recipes by brand, with what each needs.
pub fn list() -> String {
    let mut recipes = Recipe::value_variants().to_vec();
    recipes.sort_by_key(|recipe| recipe.brand().to_lowercase());
    let width = recipes.iter().map(|recipe| recipe.name().len()).max().unwrap_or_default();
    let mut text = String::new();
    for recipe in recipes {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:width$}  {}", recipe.name(), recipe.brand());
        let _ = writeln!(text, "{:width$}  needs: {}", "", recipe.needs());
    }
    text + "\n`custom-api example NAME > pv.toml` writes one. They are made from documents and reports, and \
            none was tried on a real device: compare every number with the device's display."
}
