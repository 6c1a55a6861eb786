//! The 82 rows. Two lines each, in register order: the data, then the sentence.
//!
//! No logic here. Columns: name in code, path, label; type, unit, decimals, access, presence,
//! absence; first register, encoding, factor.

use super::{Absence, Access, Encoding, Field, Kind, Presence, Register, Unit, path};
use crate::code::CodeKind;

macro_rules! fields {
    ($(
        $id:ident $path:literal $label:literal
            [$kind:expr, $unit:ident, $decimals:literal, $access:ident, $presence:ident, $absence:ident]
            [$address:literal, $encoding:expr, $factor:literal]
            $about:literal;
    )*) => {
        /// Names the rows of [`FIELDS`], in the same order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FieldId {
            $( #[doc = concat!("`", $path, "`: ", $about)] $id, )*
        }

        /// Every value of the device, in the order of its registers.
        pub const FIELDS: &[Field] = &[
            $( Field {
                id: FieldId::$id,
                path: $path,
                document: path::document($path),
                section: path::section($path),
                kind: $kind,
                unit: Unit::$unit,
                decimals: $decimals,
                access: Access::$access,
                presence: Presence::$presence,
                absence: Absence::$absence,
                register: Register { address: $address, encoding: $encoding, factor: $factor },
            }, )*
        ];

        // Apart from the rows: a program, or a part of one, that shows no words carries none.
        pub(super) static LABELS: [&str; FIELDS.len()] = [$( $label, )*];
        pub(super) static SENTENCES: [&str; FIELDS.len()] = [$( $about, )*];
    };
}

const TEXT: Kind = Kind::Text;
const DECIMAL: Kind = Kind::Decimal;
const FLAG: Kind = Kind::Flag;
const INT8: Kind = Kind::Int8;
const UINT8: Kind = Kind::UINT8;
const UINT16: Kind = Kind::UINT16;
const UINT32: Kind = Kind::UINT32;
const UINT64: Kind = Kind::UINT64;

const fn code(kind: CodeKind) -> Kind {
    Kind::Code(kind)
}

const fn text(words: u16) -> Encoding {
    Encoding::Text { words }
}

const U16: Encoding = Encoding::U16;
const I16: Encoding = Encoding::I16;
const U32: Encoding = Encoding::U32;
const I32: Encoding = Encoding::I32;
const U64: Encoding = Encoding::U64;
const F32: Encoding = Encoding::F32;

#[rustfmt::skip]
fields! {
    // /info
    SerialNumber "info.general.serial_number" "Serial number"
        [TEXT, None, 0, Read, Always, Never] [0, text(11), 1]
        "The number that identifies this charger.";
    ModelType "info.general.model_type" "Model"
        [TEXT, None, 0, Read, Always, Never] [11, text(16), 1]
        "The model; \"SIM\" in it means that a modem is built in.";
    DeviceName "info.general.device_name" "Name"
        [TEXT, None, 0, Read, Always, Never] [27, text(8), 1]
        "The name that the user gave the charger in the app.";
    RatedCurrent "info.general.rated_current" "Rated current"
        [UINT8, Ampere, 0, Read, Always, Never] [35, U16, 1]
        "The most current that this charger is built for.";
    AttachmentPhaseCount "info.connector.phase_count" "Phases of the attachment"
        [UINT8, None, 0, Read, Always, Never] [36, U16, 1]
        "How many phases the plugged attachment has.";
    AttachmentMaxCurrent "info.connector.max_current" "Maximum current of the attachment"
        [DECIMAL, Ampere, 1, Read, Always, Never] [37, U16, 10]
        "The most current that the plugged attachment allows.";
    AttachmentType "info.connector.type" "Attachment"
        [code(CodeKind::AttachmentType), None, 0, Read, Always, Never] [38, U16, 1]
        "The kind of plug on the grid side.";
    AttachmentSerial "info.connector.serial" "Serial number of the attachment"
        [TEXT, None, 0, Read, Always, Never] [39, text(4), 1]
        "The number that identifies the attachment.";
    GridVoltage "info.grid.voltage" "Grid voltage type"
        [UINT8, Volt, 0, Read, Always, Never] [43, U16, 1]
        "The kind of grid that was detected; not a measurement.";
    GridFrequencyType "info.grid.frequency" "Grid frequency type"
        [UINT8, Hertz, 0, Read, Always, Never] [44, U16, 1]
        "The kind of grid that was detected; not a measurement.";
    GridPhases "info.grid.phases" "Phases of the grid"
        [code(CodeKind::GridPhases), None, 0, Read, Always, Never] [45, U16, 1]
        "The phases that were found on the grid side.";
    IpAddress "info.network.ip_address" "IP address"
        [TEXT, None, 0, Read, Always, Never] [46, text(8), 1]
        "The charger's address in the local network.";
    MacAddress "info.network.mac_address" "MAC address"
        [TEXT, None, 0, Read, Always, Never] [54, text(9), 1]
        "The hardware address of the charger's Wi-Fi.";
    Ssid "info.network.ssid" "Wi-Fi network"
        [TEXT, None, 0, Read, Always, Never] [63, text(16), 1]
        "The name of the Wi-Fi that the charger is connected to.";
    WifiRssi "info.network.rssi" "Wi-Fi signal"
        [INT8, DecibelMilliwatt, 0, Read, Always, Never] [79, I16, 1]
        "Strength of the Wi-Fi signal; closer to 0 is stronger.";
    Imei "info.cellular.imei" "IMEI"
        [TEXT, None, 0, Read, Cellular, Never] [80, text(8), 1]
        "The number that identifies the modem.";
    Imsi "info.cellular.imsi" "IMSI"
        [TEXT, None, 0, Read, Cellular, Never] [88, text(8), 1]
        "The number that identifies the SIM card.";
    CellularOperator "info.cellular.operator" "Operator"
        [TEXT, None, 0, Read, Cellular, Never] [96, text(16), 1]
        "The operator of the cellular network.";
    CellularRssi "info.cellular.rssi" "Cellular signal"
        [INT8, DecibelMilliwatt, 0, Read, Cellular, Never] [112, I16, 1]
        "Strength of the cellular signal; closer to 0 is stronger.";
    CellularMode "info.cellular.mode" "Cellular mode"
        [code(CodeKind::CellularMode), None, 0, Read, Cellular, Never] [113, U16, 1]
        "The kind of cellular connection.";
    Latitude "info.gps.latitude" "Latitude"
        [DECIMAL, Degree, 6, Read, Gps, Never] [114, F32, 1]
        "Where the charger is; north is positive.";
    Longitude "info.gps.longitude" "Longitude"
        [DECIMAL, Degree, 6, Read, Gps, Never] [116, F32, 1]
        "Where the charger is; east is positive.";
    Altitude "info.gps.altitude" "Altitude"
        [DECIMAL, Metre, 1, Read, Gps, Never] [118, F32, 1]
        "Only valid from modem software B15 on.";
    GpsAccuracy "info.gps.accuracy" "Accuracy of the position"
        [DECIMAL, Metre, 1, Read, Gps, Never] [120, F32, 1]
        "Only valid from modem software B15 on.";
    SoftwareSmartModule "info.versions.sw_sm" "SmartModule software"
        [TEXT, None, 0, Read, Always, Never] [122, text(8), 1]
        "The version that people mean by \"the firmware\".";
    HardwareSmartModule "info.versions.hw_sm" "SmartModule hardware"
        [TEXT, None, 0, Read, Always, Never] [130, text(8), 1]
        "Hardware version of the SmartModule controller.";
    SoftwareMain "info.versions.sw_ma" "Main controller software"
        [TEXT, None, 0, Read, Always, Never] [138, text(8), 1]
        "Software version of the main controller.";
    HardwareMain "info.versions.hw_ma" "Main controller hardware"
        [TEXT, None, 0, Read, Always, Never] [146, text(8), 1]
        "Hardware version of the main controller.";
    SoftwareTouch "info.versions.sw_to" "Touch controller software"
        [TEXT, None, 0, Read, Always, Never] [154, text(8), 1]
        "Software version of the touch controller.";
    HardwareTouch "info.versions.hw_to" "Touch controller hardware"
        [TEXT, None, 0, Read, Always, Never] [162, text(8), 1]
        "Hardware version of the touch controller.";
    SoftwareStar "info.versions.sw_st" "Star controller software"
        [TEXT, None, 0, Read, Always, Never] [170, text(8), 1]
        "Software version of the star controller.";
    HardwareStar "info.versions.hw_st" "Star controller hardware"
        [TEXT, None, 0, Read, Always, Never] [178, text(8), 1]
        "Hardware version of the star controller.";
    SoftwareModem "info.versions.sw_cm" "Modem software"
        [TEXT, None, 0, Read, Cellular, Never] [186, text(8), 1]
        "Software version of the modem.";

    // /control
    CurrentSet "control.current_set" "Set current"
        [DECIMAL, Ampere, 1, Write, Always, Never] [194, U16, 10]
        "The charging current that the user allows, from 6.0 A in steps of 0.1 A.";
    ChargePause "control.charge_pause" "Charge pause"
        [FLAG, None, 0, Write, Always, Never] [195, U16, 1]
        "Whether charging is paused.";
    EnergyLimit "control.energy_limit" "Energy limit"
        [UINT32, WattHour, 0, Write, Always, Never] [196, U32, 1]
        "Charging stops after this much energy; 0 means no limit.";
    PhaseCount "control.phase_count" "Phases to charge with"
        [UINT8, None, 0, Write, Always, Zero] [198, U16, 1]
        "The most phases to charge with; needs phase switching to be allowed in the app.";

    // /values
    TotalChargedEnergy "values.energy.total_charged_energy" "Energy of all charges"
        [UINT64, WattHour, 0, Read, Always, Never] [199, U64, 1]
        "All energy that this charger has ever charged.";
    ChargedEnergy "values.energy.charged_energy" "Energy of this charge"
        [UINT32, WattHour, 0, Read, Always, Never] [203, U32, 1]
        "Energy of the most recent charge; stays until the next vehicle is plugged in.";
    ChargingVoltage "values.powerflow.charging_voltage" "Voltage"
        [DECIMAL, Volt, 2, Read, Always, Never] [205, U16, 100]
        "Mean of the phase voltages.";
    SignalledCurrent "values.powerflow.charging_current" "Signalled current"
        [DECIMAL, Ampere, 1, Read, Always, Never] [206, U16, 10]
        "The limit that the vehicle is told; not a measurement.";
    GridFrequency "values.powerflow.grid_frequency" "Grid frequency"
        [DECIMAL, Hertz, 2, Read, Always, Never] [207, U16, 100]
        "Measured frequency of the grid.";
    PeakPower "values.powerflow.peak_power" "Peak power"
        [DECIMAL, Watt, 0, Read, Always, Never] [208, I32, 1000]
        "Highest power of the most recent charge.";
    ActivePower "values.powerflow.total_active_power" "Active power"
        [DECIMAL, Watt, 0, Read, Always, Never] [210, I32, 1000]
        "Active power of all phases together.";
    ReactivePower "values.powerflow.total_reactive_power" "Reactive power"
        [DECIMAL, VoltAmpereReactive, 0, Read, Always, Never] [212, I32, 1000]
        "Reactive power of all phases together.";
    ApparentPower "values.powerflow.total_apparent_power" "Apparent power"
        [DECIMAL, VoltAmpere, 0, Read, Always, Never] [214, U32, 1000]
        "Apparent power of all phases together.";
    PowerFactor "values.powerflow.total_power_factor" "Power factor"
        [DECIMAL, None, 3, Read, Always, Never] [216, I16, 1000]
        "Active by apparent power, a ratio from -1 to 1.";
    VoltageL1 "values.powerflow.l1.voltage" "Voltage L1"
        [DECIMAL, Volt, 2, Read, Always, Never] [217, U16, 100]
        "Voltage of phase L1.";
    VoltageL2 "values.powerflow.l2.voltage" "Voltage L2"
        [DECIMAL, Volt, 2, Read, Always, Never] [218, U16, 100]
        "Voltage of phase L2.";
    VoltageL3 "values.powerflow.l3.voltage" "Voltage L3"
        [DECIMAL, Volt, 2, Read, Always, Never] [219, U16, 100]
        "Voltage of phase L3.";
    CurrentL1 "values.powerflow.l1.current" "Current L1"
        [DECIMAL, Ampere, 2, Read, Always, Never] [220, U16, 1000]
        "Current of phase L1.";
    CurrentL2 "values.powerflow.l2.current" "Current L2"
        [DECIMAL, Ampere, 2, Read, Always, Never] [221, U16, 1000]
        "Current of phase L2.";
    CurrentL3 "values.powerflow.l3.current" "Current L3"
        [DECIMAL, Ampere, 2, Read, Always, Never] [222, U16, 1000]
        "Current of phase L3.";
    CurrentN "values.powerflow.n.current" "Current N"
        [DECIMAL, Ampere, 2, Read, Always, Never] [223, U16, 1000]
        "Current of the neutral conductor.";
    ActivePowerL1 "values.powerflow.l1.active_power" "Active power L1"
        [DECIMAL, Watt, 0, Read, Always, Never] [224, I32, 1000]
        "Active power of phase L1.";
    ActivePowerL2 "values.powerflow.l2.active_power" "Active power L2"
        [DECIMAL, Watt, 0, Read, Always, Never] [226, I32, 1000]
        "Active power of phase L2.";
    ActivePowerL3 "values.powerflow.l3.active_power" "Active power L3"
        [DECIMAL, Watt, 0, Read, Always, Never] [228, I32, 1000]
        "Active power of phase L3.";
    ReactivePowerL1 "values.powerflow.l1.reactive_power" "Reactive power L1"
        [DECIMAL, VoltAmpereReactive, 0, Read, Always, Never] [230, I32, 1000]
        "Reactive power of phase L1.";
    ReactivePowerL2 "values.powerflow.l2.reactive_power" "Reactive power L2"
        [DECIMAL, VoltAmpereReactive, 0, Read, Always, Never] [232, I32, 1000]
        "Reactive power of phase L2.";
    ReactivePowerL3 "values.powerflow.l3.reactive_power" "Reactive power L3"
        [DECIMAL, VoltAmpereReactive, 0, Read, Always, Never] [234, I32, 1000]
        "Reactive power of phase L3.";
    ApparentPowerL1 "values.powerflow.l1.apparent_power" "Apparent power L1"
        [DECIMAL, VoltAmpere, 0, Read, Always, Never] [236, U32, 1000]
        "Apparent power of phase L1.";
    ApparentPowerL2 "values.powerflow.l2.apparent_power" "Apparent power L2"
        [DECIMAL, VoltAmpere, 0, Read, Always, Never] [238, U32, 1000]
        "Apparent power of phase L2.";
    ApparentPowerL3 "values.powerflow.l3.apparent_power" "Apparent power L3"
        [DECIMAL, VoltAmpere, 0, Read, Always, Never] [240, U32, 1000]
        "Apparent power of phase L3.";
    PowerFactorL1 "values.powerflow.l1.power_factor" "Power factor L1"
        [DECIMAL, None, 3, Read, Always, Never] [242, I16, 1000]
        "Active by apparent power of phase L1.";
    PowerFactorL2 "values.powerflow.l2.power_factor" "Power factor L2"
        [DECIMAL, None, 3, Read, Always, Never] [243, I16, 1000]
        "Active by apparent power of phase L2.";
    PowerFactorL3 "values.powerflow.l3.power_factor" "Power factor L3"
        [DECIMAL, None, 3, Read, Always, Never] [244, I16, 1000]
        "Active by apparent power of phase L3.";
    ChargingRate "values.general.charging_rate" "Charging rate"
        [DECIMAL, KilometrePerHour, 1, Read, Always, Never] [245, F32, 1]
        "Range gained per hour, from the consumption that the user typed into the app.";
    VehicleConnectTime "values.general.vehicle_connect_time" "Time connected"
        [UINT32, Second, 0, Read, Always, Never] [247, U32, 1]
        "How long the vehicle of the most recent charge was connected.";
    VehicleChargingTime "values.general.vehicle_charging_time" "Time charging"
        [UINT32, Second, 0, Read, Always, Never] [249, U32, 1]
        "How long the vehicle of the most recent charge took power.";
    Status "values.general.status" "Status"
        [code(CodeKind::ChargingStatus), None, 0, Read, Always, Never] [251, U16, 1]
        "What the charger is doing.";
    ChargePermitted "values.general.charge_permitted" "Charging permitted"
        [FLAG, None, 0, Read, Always, Never] [252, U16, 1]
        "Whether the vehicle is allowed to charge.";
    RelayState "values.general.relay_state" "Closed relays"
        [code(CodeKind::RelayState), None, 0, Read, Always, Never] [253, U16, 1]
        "The conductors that are switched through to the vehicle.";
    ChargeCount "values.general.charge_count" "Number of charges"
        [UINT16, None, 0, Read, Always, Never] [254, U16, 1]
        "How often a vehicle was plugged in.";
    RcdTrigger "values.general.rcd_trigger" "Residual-current trip"
        [code(CodeKind::RcdTrigger), None, 0, Read, Always, Never] [255, U16, 1]
        "Whether and why the residual-current device has tripped.";
    WarningCode "values.general.warning_code" "Warning"
        [code(CodeKind::WarningCode), None, 0, Read, Always, Never] [256, U16, 1]
        "The warning that the charger reports.";
    ErrorCode "values.general.error_code" "Error"
        [code(CodeKind::ErrorCode), None, 0, Read, Always, Never] [257, U16, 1]
        "The error that the charger reports.";
    HousingTemperature "values.temperatures.housing" "Housing"
        [DECIMAL, Celsius, 1, Read, Always, Never] [258, I16, 100]
        "Temperature inside the charger's housing.";
    AttachmentTemperatureL1 "values.temperatures.connector_l1" "Attachment L1"
        [DECIMAL, Celsius, 1, Read, Always, Never] [259, I16, 100]
        "Temperature of the attachment at phase L1.";
    AttachmentTemperatureL2 "values.temperatures.connector_l2" "Attachment L2"
        [DECIMAL, Celsius, 1, Read, Always, Never] [260, I16, 100]
        "Temperature of the attachment at phase L2.";
    AttachmentTemperatureL3 "values.temperatures.connector_l3" "Attachment L3"
        [DECIMAL, Celsius, 1, Read, Always, Never] [261, I16, 100]
        "Temperature of the attachment at phase L3.";
    DomesticPlugTemperature1 "values.temperatures.domestic_plug_1" "Household plug, pin 1"
        [DECIMAL, Celsius, 1, Read, Always, Zero] [262, I16, 100]
        "Temperature of the household plug; 0 where it has no such sensor.";
    DomesticPlugTemperature2 "values.temperatures.domestic_plug_2" "Household plug, pin 2"
        [DECIMAL, Celsius, 1, Read, Always, Zero] [263, I16, 100]
        "Temperature of the household plug; 0 where it has no such sensor.";
}
