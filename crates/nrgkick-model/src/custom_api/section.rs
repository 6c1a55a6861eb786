//! The kinds of devices in the two documents.

use super::devices::DeviceIndex;

/// A kind of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Inverters, at most five.
    Inverters,
    /// Energy meters, at most five.
    EnergyMeters,
    /// Batteries, at most one.
    Batteries,
    /// Smart loads, at most one.
    SmartLoads,
}

impl Section {
    /// All, in the manufacturer's order.
    pub const ALL: [Self; 4] =
        [Self::Inverters, Self::EnergyMeters, Self::Batteries, Self::SmartLoads];

    /// Returns the manufacturer's key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Inverters => "inverters",
            Self::EnergyMeters => "energy_meters",
            Self::Batteries => "batteries",
            Self::SmartLoads => "smart_loads",
        }
    }

    /// Returns the largest number of devices of this kind.
    pub const fn most(self) -> u8 {
        match self {
            Self::Inverters | Self::EnergyMeters => 5,
            Self::Batteries | Self::SmartLoads => 1,
        }
    }

    /// Returns the limit as text, for error messages.
    pub const fn limit(self) -> &'static str {
        match self {
            Self::Inverters => "there may be five inverters, \"0\" to \"4\"",
            Self::EnergyMeters => "there may be five energy meters, \"0\" to \"4\"",
            Self::Batteries => "there may be one battery, \"0\"",
            Self::SmartLoads => "there may be one smart load, \"0\"",
        }
    }

    /// Returns the kind with this key.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.key() == key)
    }

    /// Parses a device's number; `None` if this kind has no such number.
    pub fn index(self, text: &str) -> Option<DeviceIndex> {
        DeviceIndex::parse(text).filter(|index| index.get() < self.most())
    }
}
