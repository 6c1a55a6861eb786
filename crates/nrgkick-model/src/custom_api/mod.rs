//! The Custom API: documents that the charger fetches from a web server of its owner.
//!
//! Here: the two documents as structs ([`DeviceValues`], [`DeviceInfo`]), the table of their 28
//! fields ([`FIELDS`]), the place of a value ([`Place`]), its type ([`Quantity`]), the load of the
//! house ([`house`]), and the two paths that the charger requests.
//!
//! Not here: the sources of values, their largest age, and sending.
//!
//! Source: the manufacturer's "Custom API" 1.2 (seed 1). Devices are objects keyed by `"0"` to
//! `"4"`, not arrays. The source allows five devices per kind in one place and one battery and one
//! smart load in another: the narrower rule applies.
//!
//! # Signs
//! Grid: minus is feed-in, plus is consumption. Battery: minus is charging, plus is discharging. In
//! the manufacturer's example the house's load is the power of the inverters plus the power from
//! the grid; the battery is behind the inverter and is not counted again. [`house`] has the rule.

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

/// The path at which the charger requests the values.
pub const VALUES_PATH: &str = "/api/v1/values.json";
/// The path at which the charger requests the devices' master data.
pub const INFO_PATH: &str = "/api/v1/info.json";
