//! Scenarios: the initial states of a simulator.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use nrgkick_model::code::{Code, ErrorCode, RcdTrigger, WarningCode};
use nrgkick_model::command::ChargingCurrent;
use nrgkick_model::{FieldId, Scalar};

use crate::held::Held;
use crate::model::{InvalidName, Model};
use crate::settings::Settings;
use crate::switches::Switches;
use crate::thermal::Thermal;
use crate::vehicle::Vehicle;

/// °C of [`Scenario::HotContact`], between its warning and its error.
const HOT_CONTACT: f64 = 77.5;
/// The number of the warning of [`Scenario::UnknownCode`].
const UNLISTED_WARNING: u8 = 200;

/// An initial state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scenario {
    /// No vehicle.
    Idle,
    /// A full vehicle is connected.
    Connected,
    /// A vehicle is charging.
    #[default]
    Charging,
    /// Charging is paused by the user.
    Paused,
    /// The energy limit is reached.
    LimitReached,
    /// A sleeping vehicle that cannot be woken.
    Waking,
    /// A warning unrelated to temperature.
    Warning,
    /// An error.
    Error,
    /// Charging with reduced current because of heat.
    Derating,
    /// The residual-current device has tripped.
    RcdTrip,
    /// A vehicle that is plugged in, charges and is unplugged, every 360 s.
    Cycle,
    /// A vehicle with a charger for one phase.
    OnePhase,
    /// The largest current on three phases: 22 kW where model and attachment are for 32 A.
    FullPower,
    /// Charging with reduced current because one contact of the attachment is hot.
    HotContact,
    /// No attachment is plugged into the unit.
    NoAttachment,
    /// Solar charging is in control and refuses a pause.
    Solar,
    /// A warning that firmware of today does not list.
    UnknownCode,
}

impl Scenario {
    /// All scenarios.
    pub const ALL: [Self; 17] = [
        Self::Idle,
        Self::Connected,
        Self::Charging,
        Self::Paused,
        Self::LimitReached,
        Self::Waking,
        Self::Warning,
        Self::Error,
        Self::Derating,
        Self::RcdTrip,
        Self::Cycle,
        Self::OnePhase,
        Self::FullPower,
        Self::HotContact,
        Self::NoAttachment,
        Self::Solar,
        Self::UnknownCode,
    ];

    /// Returns the name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connected => "connected",
            Self::Charging => "charging",
            Self::Paused => "paused",
            Self::LimitReached => "limit-reached",
            Self::Waking => "waking",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Derating => "derating",
            Self::RcdTrip => "rcd-trip",
            Self::Cycle => "cycle",
            Self::OnePhase => "one-phase",
            Self::FullPower => "full-power",
            Self::HotContact => "hot-contact",
            Self::NoAttachment => "no-attachment",
            Self::Solar => "solar",
            Self::UnknownCode => "unknown-code",
        }
    }

    /// Returns the state before [`Scenario::warm_up`] has passed.
    pub(crate) fn start(self, model: Model, switches: &Switches) -> Start {
        let phases = if model == Model::Domestic { 1 } else { 3 };
        let current = match self {
            // From the manufacturer's sample of an idle unit.
            Self::Idle => 6.0,
            _ if model == Model::Domestic => 13.0,
            Self::FullPower if model != Model::Rated16 => ChargingCurrent::MAX,
            _ => 16.0,
        };
        let settings = Settings::new(current, phases);
        let mut start = Start {
            vehicle: Vehicle {
                plugged: !matches!(self, Self::Idle | Self::Cycle),
                hungry: self != Self::Connected,
                asleep: self == Self::Waking,
                wakes: self != Self::Waking,
                phases: if self == Self::OnePhase { 1 } else { 3 },
                max_current: if self == Self::FullPower { ChargingCurrent::MAX } else { 16.0 },
            },
            switches: Switches {
                attachment: switches.attachment && self != Self::NoAttachment,
                solar: switches.solar || self == Self::Solar,
                ..switches.clone()
            },
            settings: match self {
                Self::Paused => settings.paused(),
                Self::LimitReached => settings.limited(5000),
                _ => settings,
            },
            thermal: Thermal::settled(22.0, 0.0),
            held: Held::default(),
            charged: match self {
                Self::Charging | Self::Paused | Self::Derating | Self::Solar => 4200.0,
                Self::LimitReached => 5003.0,
                _ => 0.0,
            },
        };
        match self {
            Self::Warning => start.hold(Code::WarningCode(WarningCode::NoProtectiveEarth)),
            Self::Error => start.hold(Code::ErrorCode(ErrorCode::ControlPilotVoltage)),
            Self::RcdTrip => start.hold(Code::RcdTrigger(RcdTrigger::DcPositive6mA)),
            Self::Charging => start.thermal = Thermal::settled(22.0, current),
            Self::FullPower => start.thermal = Thermal::settled(22.0, current),
            Self::HotContact => {
                let degrees = Scalar::Decimal(HOT_CONTACT);
                start.held.set(FieldId::AttachmentTemperatureL2, Some(degrees));
            }
            Self::UnknownCode => {
                start.hold(Code::WarningCode(WarningCode::from_number(UNLISTED_WARNING)));
            }
            // In the sun: hot before charging starts.
            Self::Derating => start.thermal = Thermal::settled(62.0, 10.0),
            _ => {}
        }
        start
    }

    /// Returns the time that passes before the first request, in which the state settles.
    pub(crate) const fn warm_up(self) -> Duration {
        match self {
            Self::Idle | Self::Cycle => Duration::ZERO,
            _ => Duration::from_secs(60),
        }
    }

    /// Returns `Some(true)` if the vehicle is plugged in by `now`, `Some(false)` if unplugged.
    pub(crate) fn moves(self, before: Duration, now: Duration) -> Option<bool> {
        if self != Self::Cycle {
            return None;
        }
        let plugged = |at: Duration| (20..320).contains(&(at.as_secs() % 360));
        (plugged(before) != plugged(now)).then(|| plugged(now))
    }
}

/// The initial values of a scenario.
pub(crate) struct Start {
    pub(crate) vehicle: Vehicle,
    pub(crate) switches: Switches,
    pub(crate) settings: Settings,
    pub(crate) thermal: Thermal,
    pub(crate) held: Held,
    /// Energy of the present charge so far, Wh.
    pub(crate) charged: f64,
}

impl Start {
    /// Holds a code of `/values` as a patch would, so that a patch can also release it.
    fn hold(&mut self, code: Code) {
        let field = match code {
            Code::WarningCode(_) => FieldId::WarningCode,
            Code::RcdTrigger(_) => FieldId::RcdTrigger,
            _ => FieldId::ErrorCode,
        };
        self.held.set(field, Some(Scalar::Code(code)));
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scenario {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == text).ok_or_else(|| InvalidName {
            found: text.to_owned(),
            problem: "no scenario",
            expected: Self::ALL.map(Self::name).join(", "),
        })
    }
}
