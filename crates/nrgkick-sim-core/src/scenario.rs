//! Where a simulator begins: what is plugged in, what is set, what is wrong.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use nrgkick_model::code::{Code, ErrorCode, RcdTrigger, WarningCode};
use nrgkick_model::{FieldId, Scalar};

use crate::held::Held;
use crate::model::{InvalidName, Model};
use crate::settings::Settings;
use crate::thermal::Thermal;
use crate::vehicle::Vehicle;

/// A beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scenario {
    /// No vehicle.
    Idle,
    /// A vehicle that is full.
    Connected,
    /// A vehicle that charges.
    #[default]
    Charging,
    /// A vehicle that the user lets wait.
    Paused,
    /// A charge that has had the energy it was allowed.
    LimitReached,
    /// A vehicle that sleeps and cannot be woken.
    Waking,
    /// A warning that has nothing to do with temperature.
    Warning,
    /// An error.
    Error,
    /// A charge in the heat, with less current.
    Derating,
    /// The residual-current device has tripped.
    RcdTrip,
    /// A vehicle that comes, charges and leaves, again and again.
    Cycle,
}

impl Scenario {
    /// All scenarios.
    pub const ALL: [Self; 11] = [
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
    ];

    /// The name on a command line.
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
        }
    }

    /// The state at the very beginning, before [`Scenario::warm_up`] has passed.
    pub(crate) fn start(self, model: Model) -> Start {
        let phases = if model == Model::Domestic { 1 } else { 3 };
        let current = match self {
            // As the manufacturer's sample of an idle unit has it.
            Self::Idle => 6.0,
            _ if model == Model::Domestic => 13.0,
            _ => 16.0,
        };
        let settings = Settings::new(current, phases);
        let mut start = Start {
            vehicle: Vehicle {
                plugged: !matches!(self, Self::Idle | Self::Cycle),
                hungry: self != Self::Connected,
                asleep: self == Self::Waking,
                wakes: self != Self::Waking,
                ..Vehicle::default()
            },
            settings: match self {
                Self::Paused => settings.paused(),
                Self::LimitReached => settings.limited(5000),
                _ => settings,
            },
            thermal: Thermal::settled(22.0, 0.0),
            held: Held::default(),
            charged: match self {
                Self::Charging | Self::Paused | Self::Derating => 4200.0,
                Self::LimitReached => 5003.0,
                _ => 0.0,
            },
        };
        match self {
            Self::Warning => start.hold(Code::WarningCode(WarningCode::NoProtectiveEarth)),
            Self::Error => start.hold(Code::ErrorCode(ErrorCode::ControlPilotVoltage)),
            Self::RcdTrip => start.hold(Code::RcdTrigger(RcdTrigger::DcPositive6mA)),
            Self::Charging => start.thermal = Thermal::settled(22.0, current),
            // In the sun: hot before the vehicle draws anything.
            Self::Derating => start.thermal = Thermal::settled(62.0, 10.0),
            _ => {}
        }
        start
    }

    /// How long the state takes to come about; it has passed before the first request.
    pub(crate) const fn warm_up(self) -> Duration {
        match self {
            Self::Idle | Self::Cycle => Duration::ZERO,
            _ => Duration::from_secs(60),
        }
    }

    /// Whether the vehicle comes (`true`) or leaves in the step that ends at `now`.
    pub(crate) fn moves(self, before: Duration, now: Duration) -> Option<bool> {
        if self != Self::Cycle {
            return None;
        }
        let plugged = |at: Duration| (20..320).contains(&(at.as_secs() % 360));
        (plugged(before) != plugged(now)).then(|| plugged(now))
    }
}

/// The state that a scenario begins with.
pub(crate) struct Start {
    pub(crate) vehicle: Vehicle,
    pub(crate) settings: Settings,
    pub(crate) thermal: Thermal,
    pub(crate) held: Held,
    /// Energy of the charge so far, Wh.
    pub(crate) charged: f64,
}

impl Start {
    /// Holds a code of `/values` as a patch would, so that a patch can also let go of it.
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
