//! What the charger fetches from a web server of the user's: the Custom API.
//!
//! Here: the two documents as structs ([`DeviceValues`], [`DeviceInfo`]), the table of their 28
//! fields ([`FIELDS`]), where a value stands ([`Place`]), what it may be ([`Quantity`]), what the
//! house takes ([`house`]), and the two paths that the charger asks for.
//!
//! Not here: where values come from, how old they may be, and anything that is sent.
//!
//! Source: the manufacturer's "Custom API" 1.2 (seed 1). Devices are objects keyed by `"0"` to
//! `"4"`, not arrays. The document speaks of five devices per kind in one place and of one battery
//! and one smart load in another: the narrower rule is kept.
//!
//! # Signs
//! Grid: minus is feed-in, plus is consumption. Battery: minus is charging, plus is discharging.
//! In the manufacturer's example the house's load is what the inverters give plus what the grid
//! gives; the battery stands behind the inverter and is not counted again. [`house`] has the rule.

mod devices;
pub mod house;
mod info;
mod place;
mod quantity;
mod section;
mod table;
mod values;

pub use devices::{DeviceIndex, Devices};
pub use info::{
    BatteryInfo, DeviceInfo, EnergyMeterInfo, InfoDocument, InverterInfo, SmartLoadInfo,
};
pub use place::Place;
pub use quantity::{Misfit, Observed, Quantity};
pub use section::Section;
pub use table::{DeviceField, DeviceFieldId, DeviceKind, DeviceUnit, FIELDS, FileName};
pub use values::{
    BatteryValues, DeviceValues, EnergyMeterValues, InverterValues, SmartLoadValues, ValuesDocument,
};

/// Where the charger asks for the values.
pub const VALUES_PATH: &str = "/api/v1/values.json";
/// Where the charger asks what the devices are.
pub const INFO_PATH: &str = "/api/v1/info.json";
