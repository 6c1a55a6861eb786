//! The table of the 28 fields of the two documents, used for configuration, documents, pages and
//! checks.

use super::section::Section;

/// One of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileName {
    /// Measured values.
    Values,
    /// Master data of the devices.
    Info,
}

/// The type of a field, with its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// A text.
    Text,
    /// An integer within these bounds, both included.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A number with decimals within these bounds, both included.
    Decimal {
        /// The smallest.
        min: i32,
        /// The largest.
        max: i32,
    },
    /// `true` or `false`.
    Flag,
}

/// Unit of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceUnit {
    /// No unit.
    None,
    /// W.
    Watt,
    /// Wh.
    WattHour,
    /// %.
    Percent,
    /// °C.
    Celsius,
}

impl DeviceUnit {
    /// Returns the symbol to print after a value; may be empty.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Watt => "W",
            Self::WattHour => "Wh",
            Self::Percent => "%",
            Self::Celsius => "°C",
        }
    }
}

/// One field of a document.
#[derive(Debug)]
pub struct DeviceField {
    /// The row's name in code.
    pub id: DeviceFieldId,
    /// The document that holds it.
    pub file: FileName,
    /// The kind of device; `None` for the house's load, which is beside the devices.
    pub section: Option<Section>,
    /// The manufacturer's key.
    pub key: &'static str,
    /// The English name for people.
    pub label: &'static str,
    /// Its type.
    pub kind: DeviceKind,
    /// Its unit.
    pub unit: DeviceUnit,
    /// One English sentence, the meaning of the sign included.
    pub about: &'static str,
}

impl DeviceField {
    /// Returns the row of `id`.
    pub fn of(id: DeviceFieldId) -> &'static Self {
        &FIELDS[id as usize]
    }

    /// Returns the rows of one document and one kind of device, or those without a device.
    pub fn rows(file: FileName, section: Option<Section>) -> impl Iterator<Item = &'static Self> {
        FIELDS.iter().filter(move |field| field.file == file && field.section == section)
    }

    /// Returns the row of `key` in any document of `section`.
    pub fn find(section: Option<Section>, key: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.section == section && field.key == key)
    }
}

/// No house exceeds these bounds; the width of the charger's own integers is not known.
const POWER: DeviceKind = DeviceKind::Integer { min: -1_000_000_000, max: 1_000_000_000 };
const RATING: DeviceKind = DeviceKind::Integer { min: 0, max: 1_000_000_000 };
/// The largest integer that every JSON reader holds exactly.
const ENERGY: DeviceKind = DeviceKind::Integer { min: 0, max: 1 << 53 };
const CODE: DeviceKind = DeviceKind::Integer { min: 0, max: 255 };
const SHARE: DeviceKind = DeviceKind::Decimal { min: 0, max: 100 };
const HEAT: DeviceKind = DeviceKind::Decimal { min: -100, max: 1000 };
const TEXT: DeviceKind = DeviceKind::Text;
const FLAG: DeviceKind = DeviceKind::Flag;

macro_rules! fields {
    ($( $id:ident $file:ident $section:expr, $key:literal $label:literal [$kind:expr, $unit:ident] $about:literal; )*) => {
        /// Names the rows of [`FIELDS`], in the same order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum DeviceFieldId {
            $( #[doc = concat!("`", $key, "`: ", $about)] $id, )*
        }

        /// Every field of the two documents, in the manufacturer's order.
        pub const FIELDS: &[DeviceField] = &[
            $( DeviceField {
                id: DeviceFieldId::$id,
                file: FileName::$file,
                section: $section,
                key: $key,
                label: $label,
                kind: $kind,
                unit: DeviceUnit::$unit,
                about: $about,
            }, )*
        ];
    };
}

const INVERTER: Option<Section> = Some(Section::Inverters);
const METER: Option<Section> = Some(Section::EnergyMeters);
const BATTERY: Option<Section> = Some(Section::Batteries);
const LOAD: Option<Section> = Some(Section::SmartLoads);

#[rustfmt::skip]
fields! {
    InverterPower Values INVERTER, "inv_power_ac_w" "AC power" [POWER, Watt]
        "AC power that the inverter gives; plus is what it gives.";
    InverterEnergyDay Values INVERTER, "pv_energy_day_wh" "Energy today" [ENERGY, WattHour]
        "Energy that the inverter has given today.";
    InverterEnergyTotal Values INVERTER, "pv_energy_total_wh" "Energy in all" [ENERGY, WattHour]
        "Energy that the inverter has given in its life.";
    InverterBattery Values INVERTER, "battery_connected" "Battery connected" [FLAG, None]
        "Whether the battery is connected to this inverter.";
    GridPower Values METER, "grid_power_w" "Power at the grid" [POWER, Watt]
        "Power at the grid; minus is feed-in, plus is consumption.";
    BatteryPower Values BATTERY, "bat_power_w" "Power" [POWER, Watt]
        "Power of the battery; minus is charging, plus is discharging.";
    BatteryCharge Values BATTERY, "soc" "State of charge" [SHARE, Percent]
        "How full the battery is.";
    BatteryMode Values BATTERY, "mode" "Mode" [CODE, None]
        "Mode of the battery; 0 is normal, others are not documented.";
    LoadPower Values LOAD, "sl_power_w" "Power" [POWER, Watt]
        "Power that the smart load takes.";
    LoadTemperature Values LOAD, "temp" "Temperature" [HEAT, Celsius]
        "Temperature of the smart load.";
    LoadMode Values LOAD, "mode" "Mode" [CODE, None]
        "Mode of the smart load; its numbers are not documented.";
    HousePower Values None, "load_power_w" "Power" [POWER, Watt]
        "Power that the house takes.";
    InverterName Info INVERTER, "name" "Name" [TEXT, None]
        "Name of the inverter.";
    InverterModel Info INVERTER, "model" "Model" [TEXT, None]
        "Model of the inverter.";
    InverterSerial Info INVERTER, "serial" "Serial number" [TEXT, None]
        "Serial number of the inverter.";
    InverterMaxDc Info INVERTER, "max_dc_w" "Most DC power" [RATING, Watt]
        "Most DC power, or the power of the panels connected.";
    InverterMaxAc Info INVERTER, "max_ac_w" "Most AC power" [RATING, Watt]
        "Most AC power.";
    MeterName Info METER, "name" "Name" [TEXT, None]
        "Name of the meter.";
    MeterModel Info METER, "model" "Model" [TEXT, None]
        "Model of the meter.";
    MeterSerial Info METER, "serial" "Serial number" [TEXT, None]
        "Serial number of the meter.";
    MeterLocation Info METER, "location" "Location" [CODE, None]
        "Where the meter sits; 1 is the grid, others are not documented.";
    BatteryName Info BATTERY, "name" "Name" [TEXT, None]
        "Name of the battery.";
    BatteryModel Info BATTERY, "model" "Model" [TEXT, None]
        "Model of the battery.";
    BatterySerial Info BATTERY, "serial" "Serial number" [TEXT, None]
        "Serial number of the battery.";
    BatteryCapacity Info BATTERY, "capacity_wh" "Capacity" [ENERGY, WattHour]
        "Capacity of the battery.";
    LoadName Info LOAD, "name" "Name" [TEXT, None]
        "Name of the smart load.";
    LoadModel Info LOAD, "model" "Model" [TEXT, None]
        "Model of the smart load.";
    LoadSerial Info LOAD, "serial" "Serial number" [TEXT, None]
        "Serial number of the smart load.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stands_at_the_place_of_its_id_and_is_found_by_its_key() {
        assert_eq!(FIELDS.len(), 28);
        for (place, field) in FIELDS.iter().enumerate() {
            assert_eq!(field.id as usize, place, "{}", field.key);
            let found = DeviceField::find(field.section, field.key).map(|found| found.id);
            assert_eq!(found, Some(field.id), "{} is there twice", field.key);
        }
    }

    #[test]
    fn units_stand_in_the_names_of_powers_and_energies_and_signs_in_their_sentences() {
        for field in FIELDS {
            assert!(field.about.ends_with('.'), "{}", field.key);
            assert!(field.label.starts_with(char::is_uppercase), "{}", field.key);
            match field.unit {
                DeviceUnit::Watt => assert!(field.key.ends_with("_w"), "{}", field.key),
                DeviceUnit::WattHour => assert!(field.key.ends_with("_wh"), "{}", field.key),
                DeviceUnit::None | DeviceUnit::Percent | DeviceUnit::Celsius => {}
            }
        }
        let about = |id| DeviceField::of(id).about;
        assert!(about(DeviceFieldId::GridPower).contains("minus is feed-in"));
        assert!(about(DeviceFieldId::BatteryPower).contains("minus is charging"));
    }
}
