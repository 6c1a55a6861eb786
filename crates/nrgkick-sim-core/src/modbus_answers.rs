//! The unknowns of the Modbus API, as switches.

use serde::{Deserialize, Serialize};

/// Answers of the Modbus API that are not known; numbers are exception codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModbusAnswers {
    /// For a request to another unit than 1; `None` means no reply.
    pub other_unit: Option<u8>,
    /// Set if a read may begin or end inside a value. The manufacturer forbids it.
    pub cut_reads: bool,
    /// Most registers in one read, 1 to 125.
    pub most_registers: u16,
    /// Set if a value that every unit has and that is missing now, such as those of an absent
    /// attachment, gets exception 2. Otherwise its registers are 0.
    pub refuse_missing: bool,
    /// For a read of values that only some units have, such as those of a modem.
    pub absent: u8,
    /// For a register beyond the last.
    pub outside: u8,
    /// For a read that begins or ends inside a value, where that is not allowed.
    pub cut: u8,
    /// For a read of more than [`most_registers`](Self::most_registers).
    pub too_many: u8,
    /// Set if the first word of a float is its high one. Other values begin with their low word.
    pub float_high_word_first: bool,
    /// For a write to a read-only register.
    pub read_only: u8,
    /// For a written value outside its range.
    pub out_of_range: u8,
    /// For a write of one register of the energy limit, which has two.
    pub part_of_limit: u8,
    /// For a write that the app does not allow, or that solar charging blocks.
    pub blocked: u8,
}

impl Default for ModbusAnswers {
    fn default() -> Self {
        Self {
            other_unit: None,
            cut_reads: false,
            most_registers: 125,
            refuse_missing: false,
            absent: 2,
            outside: 2,
            cut: 2,
            too_many: 3,
            float_high_word_first: false,
            read_only: 2,
            out_of_range: 3,
            part_of_limit: 2,
            blocked: 4,
        }
    }
}

impl ModbusAnswers {
    /// Checks the ranges; the error names the value.
    pub(crate) fn validate(&self) -> Result<(), String> {
        if !(1..=125).contains(&self.most_registers) {
            return Err(format!("most_registers: {} is outside 1 to 125", self.most_registers));
        }
        let exceptions = [
            self.absent,
            self.outside,
            self.cut,
            self.too_many,
            self.read_only,
            self.out_of_range,
            self.part_of_limit,
            self.blocked,
        ];
        match exceptions.contains(&0) || self.other_unit == Some(0) {
            true => Err("0 is no number of an exception".to_owned()),
            false => Ok(()),
        }
    }
}
