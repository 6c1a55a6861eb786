//! Checked writes.
//!
//! A [`Command`] cannot hold a value that the charger's documentation excludes, and nothing is
//! rounded on the way: 16.55 A is refused, not turned into 16.5 or 16.6. The limits of a single
//! unit (rated current, phase switching allowed in the app) are known only at run time; see
//! [`ControlWrite::check_rated`].
//!
//! Not here: sending. A write is rendered to a query by [`Request`](crate::Request) and to
//! registers by [`Command::registers`].

mod limits;
mod parse;
mod value;

pub use value::{ChargingCurrent, EnergyLimit, PhaseCount};

use crate::document::Control;
use crate::field::{Field, FieldId};
use crate::number::fixed;
use crate::reading::Scalar;

/// One checked write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Sets the largest current that the user allows.
    CurrentSet(ChargingCurrent),
    /// Pauses charging (`true`) or resumes it.
    ChargePause(bool),
    /// Sets or removes the energy limit.
    EnergyLimit(EnergyLimit),
    /// Sets the largest number of phases to charge with.
    PhaseCount(PhaseCount),
}

/// Words to write to consecutive registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterWrite {
    /// First register, 0-based.
    pub address: u16,
    /// The words; more than one needs function 0x10, one can be written by 0x06.
    pub words: Vec<u16>,
}

impl Command {
    /// Returns the row that this command writes.
    pub fn field(self) -> &'static Field {
        Field::of(match self {
            Self::CurrentSet(_) => FieldId::CurrentSet,
            Self::ChargePause(_) => FieldId::ChargePause,
            Self::EnergyLimit(_) => FieldId::EnergyLimit,
            Self::PhaseCount(_) => FieldId::PhaseCount,
        })
    }

    /// Returns the key in queries, bodies and echoes.
    pub fn key(self) -> &'static str {
        self.field().key()
    }

    /// Returns the value in the form of its row.
    pub fn scalar(self) -> Scalar {
        match self {
            Self::CurrentSet(current) => Scalar::Decimal(current.amperes()),
            Self::ChargePause(pause) => Scalar::Flag(pause),
            Self::EnergyLimit(limit) => Scalar::Unsigned(limit.watt_hours().into()),
            Self::PhaseCount(count) => Scalar::Unsigned(count.number().into()),
        }
    }

    /// Returns the value in the form of a query: `16.0`, `1`, `10000`, `3`.
    pub fn query_value(self) -> String {
        match self {
            Self::CurrentSet(current) => current.to_string(),
            Self::ChargePause(pause) => u8::from(pause).to_string(),
            Self::EnergyLimit(limit) => limit.watt_hours().to_string(),
            Self::PhaseCount(count) => count.number().to_string(),
        }
    }

    /// Returns the words to write over Modbus.
    pub fn registers(self) -> RegisterWrite {
        let field = self.field();
        // Law `every_command_fits_its_registers`: the checked ranges are inside the registers'.
        let words = field.encode(&self.scalar()).unwrap_or_default();
        RegisterWrite { address: field.register.address, words }
    }

    /// Returns `true` if `control` shows this command's value; `None` if it has no reading of it.
    ///
    /// A phase count of 0 is not a reading: the charger shows it for one to two seconds while it
    /// switches phases during a charge.
    pub fn shown_by(self, control: &Control) -> Option<bool> {
        match self {
            Self::CurrentSet(current) => {
                control.current_set.map(|shown| (shown - current.amperes()).abs() < 0.05)
            }
            Self::ChargePause(pause) => control.charge_pause.map(|shown| shown == pause),
            Self::EnergyLimit(limit) => {
                control.energy_limit.map(|shown| shown == limit.watt_hours())
            }
            Self::PhaseCount(count) => {
                control.phase_count.filter(|n| *n != 0).map(|shown| shown == count.number())
            }
        }
    }
}

/// One write of one to four commands, in the charger's fixed order.
///
/// The charger applies all or nothing: the first value that it refuses aborts the write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ControlWrite {
    current_set: Option<ChargingCurrent>,
    charge_pause: Option<bool>,
    energy_limit: Option<EnergyLimit>,
    phase_count: Option<PhaseCount>,
}

impl ControlWrite {
    /// Returns a write without commands.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `command`, in place of an earlier one for the same row.
    #[must_use]
    pub fn with(mut self, command: Command) -> Self {
        match command {
            Command::CurrentSet(current) => self.current_set = Some(current),
            Command::ChargePause(pause) => self.charge_pause = Some(pause),
            Command::EnergyLimit(limit) => self.energy_limit = Some(limit),
            Command::PhaseCount(count) => self.phase_count = Some(count),
        }
        self
    }

    /// Returns the commands in the charger's order, which is the order of the registers.
    pub fn commands(&self) -> impl Iterator<Item = Command> {
        [
            self.current_set.map(Command::CurrentSet),
            self.charge_pause.map(Command::ChargePause),
            self.energy_limit.map(Command::EnergyLimit),
            self.phase_count.map(Command::PhaseCount),
        ]
        .into_iter()
        .flatten()
    }

    /// Returns `true` if there is no command.
    pub fn is_empty(&self) -> bool {
        self.commands().next().is_none()
    }

    /// Returns the query: `current_set=16.0&charge_pause=0`.
    pub fn query(&self) -> String {
        let pairs: Vec<_> = self
            .commands()
            .map(|command| format!("{}={}", command.key(), command.query_value()))
            .collect();
        pairs.join("&")
    }

    /// Refuses a current above the unit's rated one.
    ///
    /// # Errors
    /// Names the value and the rated current in A.
    pub fn check_rated(&self, rated: f64) -> Result<(), InvalidCommand> {
        match self.current_set {
            Some(current) if current.amperes() > rated => Err(InvalidCommand::OutOfRange {
                key: Command::CurrentSet(current).key(),
                value: current.to_string(),
                allowed: format!(
                    "{} to {} A on this charger",
                    fixed(ChargingCurrent::MIN, 1),
                    fixed(rated, 1)
                ),
            }),
            _ => Ok(()),
        }
    }
}

impl From<Command> for ControlWrite {
    fn from(command: Command) -> Self {
        Self::new().with(command)
    }
}

/// A write that is refused before it is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCommand {
    /// A value of the wrong type.
    #[error("{key}: {found} is no valid value; expected {expected}")]
    WrongType {
        /// The key.
        key: &'static str,
        /// The value found, shortened.
        found: String,
        /// The expected values.
        expected: &'static str,
    },
    /// Outside the range.
    #[error("{key}: {value} is outside the allowed range of {allowed}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// The range, with its unit.
        allowed: String,
    },
    /// More decimals than the charger's step; not rounded, because no rounded value was asked for.
    #[error("{key}: {value} has more decimals than the charger's steps of {step}")]
    TooFine {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// The smallest step, with its unit.
        step: &'static str,
    },
    /// A key that is not a setting, or a duplicate key.
    #[error("{0}")]
    WrongKeys(String),
    /// No setting at all.
    #[error("nothing to write: name at least one of {0}")]
    Empty(String),
    /// Not JSON.
    #[error("the body is no valid JSON: {0}")]
    NotJson(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Access, FIELDS};

    fn one_of_each() -> [Command; 4] {
        [
            Command::CurrentSet(ChargingCurrent::from_amperes(16.5).unwrap()),
            Command::ChargePause(true),
            Command::EnergyLimit(EnergyLimit::from_watt_hours(1_000_000).unwrap()),
            Command::PhaseCount(PhaseCount::Three),
        ]
    }

    #[test]
    fn every_writable_row_has_a_command_and_every_command_such_a_row() {
        let rows: Vec<_> =
            FIELDS.iter().filter(|f| f.access == Access::Write).map(|f| f.id).collect();
        assert_eq!(one_of_each().map(|command| command.field().id).to_vec(), rows);
    }

    #[test]
    fn every_command_fits_its_registers() {
        for tenths in 60..=320 {
            let current = ChargingCurrent::from_amperes(f64::from(tenths) / 10.0).unwrap();
            let write = Command::CurrentSet(current).registers();
            assert_eq!(write, RegisterWrite { address: 194, words: vec![tenths] });
        }
        let [_, pause, limit, phases] = one_of_each().map(Command::registers);
        assert_eq!(pause, RegisterWrite { address: 195, words: vec![1] });
        assert_eq!(limit, RegisterWrite { address: 196, words: vec![0x4240, 0x000f] });
        assert_eq!(phases, RegisterWrite { address: 198, words: vec![3] });
    }

    #[test]
    fn the_query_keeps_the_order_of_the_charger() {
        let write = one_of_each().into_iter().rev().fold(ControlWrite::new(), ControlWrite::with);
        assert_eq!(
            write.query(),
            "current_set=16.5&charge_pause=1&energy_limit=1000000&phase_count=3"
        );
    }

    #[test]
    fn a_phase_count_of_zero_is_no_reading() {
        let command = Command::PhaseCount(PhaseCount::One);
        let control = |count| Control { phase_count: count, ..Control::default() };
        assert_eq!(command.shown_by(&control(Some(0))), None);
        assert_eq!(command.shown_by(&control(None)), None);
        assert_eq!(command.shown_by(&control(Some(3))), Some(false));
        assert_eq!(command.shown_by(&control(Some(1))), Some(true));
    }

    #[test]
    fn a_16_ampere_unit_is_not_asked_for_20() {
        let write = |amperes| {
            ControlWrite::from(Command::CurrentSet(ChargingCurrent::from_amperes(amperes).unwrap()))
        };
        assert_eq!(write(16.0).check_rated(16.0), Ok(()));
        let error = write(20.0).check_rated(16.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "current_set: 20.0 is outside the allowed range of 6.0 to 16.0 A on this charger"
        );
    }
}
