//! The six lists of codes, one row per name.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use super::UNKNOWN;

/// Serialises a code as its number; a code without one as the charger's `UNKNOWN`.
pub(super) fn serialize_number<S: Serializer>(
    number: Option<u8>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => serializer.serialize_u8(number),
        None => serializer.serialize_str(UNKNOWN),
    }
}

/// Reads a code from its number or its name.
pub(super) fn deserialize<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    from_number: fn(u8) -> T,
    from_name: fn(&str) -> T,
) -> Result<T, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(name) => Ok(from_name(&name)),
        value => match value.as_u64().map(u8::try_from) {
            Some(Ok(number)) => Ok(from_number(number)),
            _ => Err(D::Error::custom(format_args!("{value} is no code (0 to 255, or a name)"))),
        },
    }
}

macro_rules! code {
    (
        $(#[$attribute:meta])*
        $type:ident { $( $(#[$doc:meta])* $variant:ident = $number:literal, $name:literal; )* }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $type {
            $( $(#[$doc])* $variant, )*
            /// A number that is not in the list; kept, because support will ask for it.
            Unknown(u8),
            /// A name that is not in the list, so that its number is not known.
            Unnamed,
        }

        impl $type {
            /// The numbers that have a name, in ascending order.
            pub const LISTED: &'static [u8] = &[$($number),*];

            /// Returns the code of `number`; a number that is not listed is kept.
            pub const fn from_number(number: u8) -> Self {
                match number {
                    $( $number => Self::$variant, )*
                    other => Self::Unknown(other),
                }
            }

            /// Returns the code of the manufacturer's `name`.
            pub fn from_name(name: &str) -> Self {
                match name {
                    $( $name => Self::$variant, )*
                    _ => Self::Unnamed,
                }
            }

            /// Returns the number, unless only an unlisted name was reported.
            pub const fn number(self) -> Option<u8> {
                match self {
                    $( Self::$variant => Some($number), )*
                    Self::Unknown(number) => Some(number),
                    Self::Unnamed => None,
                }
            }

            /// Returns the manufacturer's name, `UNKNOWN` if there is none.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$variant => $name, )*
                    Self::Unknown(_) | Self::Unnamed => UNKNOWN,
                }
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize_number(self.number(), serializer)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize(deserializer, Self::from_number, Self::from_name)
            }
        }
    };
}

code! {
    /// The state of charging. Register 251 in the manufacturer's table.
    ///
    /// The list jumps from 3 to 6; 4 and 5 have not been seen and stay `Unknown`.
    ChargingStatus {
        /// The charger has not reported it yet.
        NotReported = 0, "UNKNOWN";
        /// No vehicle is connected.
        Standby = 1, "STANDBY";
        /// A vehicle is connected and does not charge.
        Connected = 2, "CONNECTED";
        /// A vehicle charges.
        Charging = 3, "CHARGING";
        /// An error ended or prevents charging; see [`ErrorCode`].
        Error = 6, "ERROR";
        /// The charger tries to wake a sleeping vehicle.
        WakeUp = 7, "WAKEUP";
    }
}

code! {
    /// The kind of plug on the grid side. Register 38.
    AttachmentType {
        /// The charger has not reported it yet.
        NotReported = 0, "UNKNOWN";
        /// Industrial three-phase plug (IEC 60309).
        Cee = 1, "CEE";
        /// Household plug.
        Domestic = 2, "DOMESTIC";
        /// Type 2 plug, for use at another charging station.
        Type2 = 3, "TYPE2";
        /// Fixed to the wall.
        Wall = 4, "WALL";
        /// Australian plug.
        Australian = 5, "AUS";
    }
}

code! {
    /// The modem's type of network. Register 113; only on units with a SIM.
    CellularMode {
        /// The charger has not reported it yet.
        NotReported = 0, "UNKNOWN";
        /// No network found.
        NoService = 1, "NO_SERVICE";
        /// GSM.
        Gsm = 2, "GSM";
        /// LTE Cat M1.
        LteCatM1 = 3, "LTE_CAT_M1";
        /// LTE NB-IoT.
        LteNbIot = 4, "LTE_NB_IOT";
    }
}

code! {
    /// The reason for a trip of the residual-current device. Register 255.
    RcdTrigger {
        /// Not tripped.
        NoFault = 0, "NO_FAULT";
        /// 30 mA AC.
        Ac30mA = 1, "AC_30MA_FAULT";
        /// 60 mA AC.
        Ac60mA = 2, "AC_60MA_FAULT";
        /// 150 mA AC.
        Ac150mA = 3, "AC_150MA_FAULT";
        /// 6 mA DC, positive.
        DcPositive6mA = 4, "DC_POSITIVE_6MA_FAULT";
        /// 6 mA DC, negative.
        DcNegative6mA = 5, "DC_NEGATIVE_6MA_FAULT";
    }
}

code! {
    /// The reported warning. Register 256.
    WarningCode {
        /// None.
        NoWarning = 0, "NO_WARNING";
        /// Protective earth is missing.
        NoProtectiveEarth = 1, "NO_PE";
        /// Waiting after a power cut.
        BlackoutProtection = 2, "BLACKOUT_PROTECTION";
        /// The energy limit of this charge is reached.
        EnergyLimitReached = 3, "ENERGY_LIMIT_REACHED";
        /// The vehicle violates the standard.
        VehicleDoesNotComply = 4, "EV_DOES_NOT_COMPLY_STANDARD";
        /// The vehicle requests a mode that the charger does not support.
        UnsupportedChargingMode = 5, "UNSUPPORTED_CHARGING_MODE";
        /// No attachment is plugged in.
        NoAttachment = 6, "NO_ATTACHMENT_DETECTED";
        /// The type 2 attachment does not answer.
        NoCommunicationWithType2 = 7, "NO_COMM_WITH_TYPE2_ATTACHMENT";
        /// Increased temperature inside.
        IncreasedTemperature = 16, "INCREASED_TEMPERATURE";
        /// Increased temperature of the housing.
        IncreasedHousingTemperature = 17, "INCREASED_HOUSING_TEMPERATURE";
        /// Increased temperature of the attachment.
        IncreasedAttachmentTemperature = 18, "INCREASED_ATTACHMENT_TEMPERATURE";
        /// Increased temperature of the household plug.
        IncreasedDomesticPlugTemperature = 19, "INCREASED_DOMESTIC_PLUG_TEMPERATURE";
    }
}

code! {
    /// The reported error. Register 257.
    ErrorCode {
        /// None.
        NoError = 0, "NO_ERROR";
        /// An error without a closer description.
        General = 1, "GENERAL_ERROR";
        /// A 32 A attachment on a 16 A charger.
        Attachment32AOn16AUnit = 2, "32A_ATTACHMENT_ON_16A_UNIT";
        /// The voltage dropped under load.
        VoltageDrop = 3, "VOLTAGE_DROP_DETECTED";
        /// The plug was pulled while charging.
        Unplugged = 4, "UNPLUG_DETECTION_TRIGGERED";
        /// The type 2 station has not released charging.
        Type2NotAuthorized = 5, "TYPE2_NOT_AUTHORIZED";
        /// Residual current was found.
        ResidualCurrent = 16, "RESIDUAL_CURRENT_DETECTED";
        /// The control pilot has a wrong voltage.
        ControlPilotVoltage = 32, "CP_SIGNAL_VOLTAGE_ERROR";
        /// The control pilot has an impermissible state.
        ControlPilotImpermissible = 33, "CP_SIGNAL_IMPERMISSIBLE";
        /// The diode in the vehicle's pilot circuit is faulty.
        VehicleDiode = 34, "EV_DIODE_FAULT";
        /// Self test: protective earth.
        SelfTestPe = 48, "PE_SELF_TEST_FAILED";
        /// Self test: residual-current device.
        SelfTestRcd = 49, "RCD_SELF_TEST_FAILED";
        /// Self test: relays.
        SelfTestRelay = 50, "RELAY_SELF_TEST_FAILED";
        /// Self test: protective earth and residual-current device.
        SelfTestPeRcd = 51, "PE_AND_RCD_SELF_TEST_FAILED";
        /// Self test: protective earth and relays.
        SelfTestPeRelay = 52, "PE_AND_RELAY_SELF_TEST_FAILED";
        /// Self test: residual-current device and relays.
        SelfTestRcdRelay = 53, "RCD_AND_RELAY_SELF_TEST_FAILED";
        /// Self test: protective earth, residual-current device and relays.
        SelfTestPeRcdRelay = 54, "PE_AND_RCD_AND_RELAY_SELF_TEST_FAILED";
        /// The supply voltage is wrong.
        SupplyVoltage = 64, "SUPPLY_VOLTAGE_ERROR";
        /// The phases are shifted wrongly.
        PhaseShift = 65, "PHASE_SHIFT_ERROR";
        /// Voltage too high.
        Overvoltage = 66, "OVERVOLTAGE_DETECTED";
        /// Voltage too low.
        Undervoltage = 67, "UNDERVOLTAGE_DETECTED";
        /// Voltage too high, and no protective earth.
        OvervoltageWithoutPe = 68, "OVERVOLTAGE_WITHOUT_PE_DETECTED";
        /// Voltage too low, and no protective earth.
        UndervoltageWithoutPe = 69, "UNDERVOLTAGE_WITHOUT_PE_DETECTED";
        /// Frequency too low.
        Underfrequency = 70, "UNDERFREQUENCY_DETECTED";
        /// Frequency too high.
        Overfrequency = 71, "OVERFREQUENCY_DETECTED";
        /// The grid's frequency is neither 50 nor 60 Hz.
        UnknownFrequencyType = 72, "UNKNOWN_FREQUENCY_TYPE";
        /// The kind of grid was not recognised.
        UnknownGridType = 73, "UNKNOWN_GRID_TYPE";
        /// Too hot inside.
        Overtemperature = 80, "GENERAL_OVERTEMPERATURE";
        /// The housing is too hot.
        HousingOvertemperature = 81, "HOUSING_OVERTEMPERATURE";
        /// The attachment is too hot.
        AttachmentOvertemperature = 82, "ATTACHMENT_OVERTEMPERATURE";
        /// The household plug is too hot.
        DomesticPlugOvertemperature = 83, "DOMESTIC_PLUG_OVERTEMPERATURE";
    }
}
