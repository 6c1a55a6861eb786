//! What is not known of the Modbus API, as switches.

use serde::{Deserialize, Serialize};

/// How the Modbus API answers where it is not known; numbers are those of exceptions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModbusAnswers {
    /// A request for another unit than 1; nothing is sent where there is no number.
    pub other_unit: Option<u8>,
    /// A read may begin or end inside a value. The manufacturer forbids it.
    pub cut_reads: bool,
    /// The most registers in one read, 1 to 125. More gets exception 3.
    pub most_registers: u16,
    /// A value that every unit has and that is missing now, such as those of an attachment that
    /// is not plugged in, gets exception 2. Otherwise its registers are 0.
    pub refuse_missing: bool,
    /// A write to a register that can only be read.
    pub read_only: u8,
    /// A write of one register of the energy limit, which has two.
    pub part_of_limit: u8,
    /// A write that the app does not allow, or that solar charging blocks.
    pub blocked: u8,
}

impl Default for ModbusAnswers {
    fn default() -> Self {
        Self {
            other_unit: None,
            cut_reads: false,
            most_registers: 125,
            refuse_missing: false,
            read_only: 2,
            part_of_limit: 2,
            blocked: 4,
        }
    }
}

impl ModbusAnswers {
    /// What is wrong with the values.
    pub(crate) fn validate(&self) -> Result<(), String> {
        if !(1..=125).contains(&self.most_registers) {
            return Err(format!("most_registers: {} is outside 1 to 125", self.most_registers));
        }
        let exceptions = [Some(self.read_only), Some(self.part_of_limit), Some(self.blocked)];
        match exceptions.into_iter().chain([self.other_unit]).any(|number| number == Some(0)) {
            true => Err("0 is no number of an exception".to_owned()),
            false => Ok(()),
        }
    }
}
