//! The place of a value: a kind of device, its number and a field; written `inverters.0.KEY`.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use super::devices::DeviceIndex;
use super::section::Section;
use super::table::{DeviceField, DeviceFieldId};

/// The place of a value in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    section: Option<Section>,
    index: DeviceIndex,
    field: DeviceFieldId,
}

impl Place {
    /// Returns the place of a field of the device `index`; `None` if its kind has no such number.
    pub fn new(field: DeviceFieldId, index: DeviceIndex) -> Option<Self> {
        let section = DeviceField::of(field).section;
        let fits = index.get() < section.map_or(1, Section::most);
        fits.then_some(Self { section, index, field })
    }

    /// The house's load, which belongs to no device.
    pub const HOUSE: Self =
        Self { section: None, index: DeviceIndex::FIRST, field: DeviceFieldId::HousePower };

    /// The battery's power.
    pub const BATTERY_POWER: Self = Self {
        section: Some(Section::Batteries),
        index: DeviceIndex::FIRST,
        field: DeviceFieldId::BatteryPower,
    };

    /// Returns the kind of device; `None` for the house's load.
    pub const fn section(self) -> Option<Section> {
        self.section
    }

    /// Returns the device's number; 0 for the house's load.
    pub const fn index(self) -> DeviceIndex {
        self.index
    }

    /// Returns the row of the table.
    pub fn field(self) -> &'static DeviceField {
        DeviceField::of(self.field)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(section) = self.section {
            write!(f, "{}.{}.", section.key(), self.index)?;
        }
        f.write_str(self.field().key)
    }
}

/// Serialises as [`Display`](fmt::Display) formats.
impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The error of a text that is not a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such place in the charger's documents")]
pub struct NoPlace;

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let mut parts = text.split('.');
        let place = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(key), None, ..) => {
                DeviceField::find(None, key).and_then(|row| Self::new(row.id, DeviceIndex::FIRST))
            }
            (Some(section), Some(index), Some(key), None) => Section::find(section)
                .and_then(|section| Some((section.index(index)?, section)))
                .and_then(|(index, section)| {
                    Self::new(DeviceField::find(Some(section), key)?.id, index)
                }),
            _ => None,
        };
        place.ok_or(NoPlace)
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::FIELDS;
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written() {
        for field in FIELDS {
            for index in DeviceIndex::all() {
                let Some(place) = Place::new(field.id, index) else {
                    assert!(index.get() >= field.section.map_or(1, Section::most));
                    continue;
                };
                assert_eq!(place.to_string().parse(), Ok(place));
            }
        }
        assert_eq!("load_power_w".parse(), Ok(Place::HOUSE));
    }

    #[test]
    fn there_is_no_sixth_inverter_and_no_second_battery() {
        for text in ["inverters.5.inv_power_ac_w", "batteries.1.soc", "inverters.00.name", "x", ""]
        {
            assert_eq!(text.parse::<Place>(), Err(NoPlace), "{text}");
        }
    }
}
