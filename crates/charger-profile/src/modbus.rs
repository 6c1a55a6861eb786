//! The answers of the Modbus API.

use serde::{Deserialize, Serialize};

use crate::parallel::Parallel;

/// An answer over Modbus, without its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// With the content that was asked for.
    Answered,
    /// An exception with this code, 1 to 255.
    Exception(u8),
    /// Nothing within the time limit.
    Silent,
    /// The connection was closed.
    Closed,
    /// Something that is no answer to the request.
    Other,
}

impl Reply {
    /// Returns the exception's code.
    pub const fn exception(self) -> Option<u8> {
        match self {
            Self::Exception(code) => Some(code),
            _ => None,
        }
    }
}

/// The answers of the Modbus API. `None`: not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Modbus {
    /// Set if it is enabled in the app: something was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// To a read for unit 2; units 0 and 255, which some clients use, are in the evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_unit: Option<Reply>,
    /// To a read that ends inside a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_read: Option<Reply>,
    /// To a read of a register beyond the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outside: Option<Reply>,
    /// To a read of the modem's values, or those of the position, on a unit without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absent: Option<Reply>,
    /// To a read of a value that every unit has and that the documents lack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Reply>,
    /// Most registers that were read at once, 1 to 125.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most_registers: Option<u16>,
    /// To a read of more than those.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub too_many: Option<Reply>,
    /// To a read of 126 registers, one more than Modbus allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beyond_modbus: Option<Reply>,
    /// To a read of input registers, function 4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_registers: Option<Reply>,
    /// Set if the first word of a float is its low one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub float_low_word_first: Option<bool>,
    /// To a write of a register that is only read, with the value that it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<Reply>,
    /// To a write of half of the energy limit, with the value that it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of_limit: Option<Reply>,
    /// To a write of a current outside its range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_range: Option<Reply>,
    /// To a write of the phase count that is set already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_phases: Option<Reply>,
    /// To a write of the pause that is set already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_pause: Option<Reply>,
    /// Several connections at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallel: Option<Parallel>,
}

impl Modbus {
    pub(crate) fn check(&self) -> Result<(), (&'static str, String)> {
        if let Some(most) = self.most_registers
            && !(1..=125).contains(&most)
        {
            return Err(("most_registers", format!("{most} is not 1 to 125")));
        }
        let replies = [
            ("other_unit", self.other_unit),
            ("cut_read", self.cut_read),
            ("outside", self.outside),
            ("absent", self.absent),
            ("missing", self.missing),
            ("too_many", self.too_many),
            ("beyond_modbus", self.beyond_modbus),
            ("input_registers", self.input_registers),
            ("read_only", self.read_only),
            ("part_of_limit", self.part_of_limit),
            ("out_of_range", self.out_of_range),
            ("same_phases", self.same_phases),
            ("same_pause", self.same_pause),
        ];
        match replies.into_iter().find(|(_, reply)| *reply == Some(Reply::Exception(0))) {
            Some((name, _)) => Err((name, "0 is no code of an exception".to_owned())),
            None => self.parallel.map_or(Ok(()), Parallel::check).map_err(|e| ("parallel", e)),
        }
    }
}
