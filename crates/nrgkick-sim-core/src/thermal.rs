//! Temperatures: each part warms slowly, with the square of the current.
//!
//! The limits at which a real unit warns and stops are not published; these are guesses that keep
//! the order of events right: warning, less current, error.

use std::time::Duration;

use nrgkick_model::FieldId as Id;
use nrgkick_model::code::{ErrorCode, WarningCode};

use crate::held::Held;

/// A kind of part: its heating, its inertia and its limits.
struct Part {
    /// Excess over the surroundings without current, K.
    rest: f64,
    /// Excess per current squared, K/A².
    gain: f64,
    /// Time constant, s.
    inertia: f64,
    /// Limit of the warning, °C.
    warm: f64,
    /// Limit of the error, °C.
    hot: f64,
}

const HOUSING: Part = Part { rest: 12.0, gain: 0.03, inertia: 600.0, warm: 70.0, hot: 85.0 };
const ATTACHMENT: Part = Part { rest: 1.0, gain: 0.025, inertia: 300.0, warm: 70.0, hot: 85.0 };
const PLUG: Part = Part { rest: 2.0, gain: 0.08, inertia: 200.0, warm: 60.0, hot: 75.0 };

/// Share of the current just below the limit of the error.
const LEAST_SHARE: f64 = 0.5;

const ATTACHMENT_ROWS: [Id; 3] =
    [Id::AttachmentTemperatureL1, Id::AttachmentTemperatureL2, Id::AttachmentTemperatureL3];
const PLUG_ROWS: [Id; 2] = [Id::DomesticPlugTemperature1, Id::DomesticPlugTemperature2];

/// The temperatures of all parts, °C.
#[derive(Clone, Debug)]
pub(crate) struct Thermal {
    surroundings: f64,
    housing: f64,
    attachment: [f64; 3],
    plug: [f64; 2],
}

impl Thermal {
    /// Returns the steady temperatures at `current` A on all phases; `surroundings` in °C.
    pub(crate) fn settled(surroundings: f64, current: f64) -> Self {
        Self {
            surroundings,
            housing: HOUSING.target(surroundings, current),
            attachment: [ATTACHMENT.target(surroundings, current); 3],
            plug: [PLUG.target(surroundings, current); 2],
        }
    }

    /// Advances by `dt` with `currents` in A.
    pub(crate) fn step(&mut self, dt: Duration, currents: [f64; 3]) {
        let air = self.surroundings;
        let most = currents.into_iter().fold(0.0, f64::max);
        HOUSING.step(&mut self.housing, dt, air, most);
        for (temperature, current) in self.attachment.iter_mut().zip(currents) {
            ATTACHMENT.step(temperature, dt, air, current);
        }
        for (temperature, share) in self.plug.iter_mut().zip([1.0, 0.97]) {
            PLUG.step(temperature, dt, air, currents[0] * share);
        }
    }

    /// Returns every temperature with its row, °C; 0 for the plug of an attachment without one.
    pub(crate) fn rows(&self, domestic: bool, held: &Held) -> [(Id, f64); 6] {
        let plug = self.plug.map(|t| if domestic { t } else { 0.0 });
        [
            (Id::HousingTemperature, self.housing),
            (ATTACHMENT_ROWS[0], self.attachment[0]),
            (ATTACHMENT_ROWS[1], self.attachment[1]),
            (ATTACHMENT_ROWS[2], self.attachment[2]),
            (PLUG_ROWS[0], plug[0]),
            (PLUG_ROWS[1], plug[1]),
        ]
        .map(|(row, computed)| (row, held.or(row, computed)))
    }
}

impl Part {
    fn target(&self, surroundings: f64, current: f64) -> f64 {
        surroundings + self.rest + self.gain * current.powi(2)
    }

    fn step(&self, temperature: &mut f64, dt: Duration, surroundings: f64, current: f64) {
        let share = 1.0 - (-dt.as_secs_f64() / self.inertia).exp();
        *temperature += (self.target(surroundings, current) - *temperature) * share;
    }

    /// Returns 0 at the limit of the warning and 1 at that of the error; negative below.
    fn stress(&self, temperature: f64) -> f64 {
        (temperature - self.warm) / (self.hot - self.warm)
    }
}

/// The consequences of the temperatures for charging.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Heat {
    pub(crate) warning: WarningCode,
    pub(crate) error: ErrorCode,
    /// The share of the current that is allowed, at most 1.
    pub(crate) share: f64,
}

impl Heat {
    /// Judges the shown temperatures, held ones included.
    pub(crate) fn of(rows: [(Id, f64); 6]) -> Self {
        let mut warning = WarningCode::NoWarning;
        let (mut error, mut worst) = (ErrorCode::NoError, 0.0_f64);
        for (row, temperature) in rows {
            let (part, warm, hot) = if row == Id::HousingTemperature {
                let warm = WarningCode::IncreasedHousingTemperature;
                (HOUSING, warm, ErrorCode::HousingOvertemperature)
            } else if ATTACHMENT_ROWS.contains(&row) {
                let warm = WarningCode::IncreasedAttachmentTemperature;
                (ATTACHMENT, warm, ErrorCode::AttachmentOvertemperature)
            } else {
                let warm = WarningCode::IncreasedDomesticPlugTemperature;
                (PLUG, warm, ErrorCode::DomesticPlugOvertemperature)
            };
            let stress = part.stress(temperature);
            worst = worst.max(stress);
            if stress >= 0.0 {
                // Two kinds of parts at once have their own code.
                let several = warning != WarningCode::NoWarning && warning != warm;
                warning = if several { WarningCode::IncreasedTemperature } else { warm };
            }
            if stress >= 1.0 {
                let several = error != ErrorCode::NoError && error != hot;
                error = if several { ErrorCode::Overtemperature } else { hot };
            }
        }
        Self { warning, error, share: 1.0 - (1.0 - LEAST_SHARE) * worst.min(1.0) }
    }
}

/// `true` if `warning` is about temperature and so reduces the current.
pub(crate) const fn is_heat(warning: WarningCode) -> bool {
    matches!(
        warning,
        WarningCode::IncreasedTemperature
            | WarningCode::IncreasedHousingTemperature
            | WarningCode::IncreasedAttachmentTemperature
            | WarningCode::IncreasedDomesticPlugTemperature
    )
}
