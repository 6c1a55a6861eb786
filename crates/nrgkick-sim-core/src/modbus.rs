//! What a Modbus face needs besides [`Simulator::readings`]: writes that were decoded from
//! registers, and their place in the record.
//!
//! Not here: frames, function codes, words. Those are the face's.

use nrgkick_model::{ControlWrite, Refusal};

use crate::Simulator;
use crate::log::Via;

impl Simulator {
    /// A write by the rules of `/control`, from a face that has decoded it. The JSON API may be
    /// off and asks for no password here. It is not recorded: see [`record`](Self::record).
    ///
    /// # Errors
    /// What `/control` would have answered; nothing has been applied.
    pub fn write(&mut self, write: &ControlWrite) -> Result<(), Refusal> {
        self.control(&write.query()).map(drop)
    }

    /// Puts a write into the record. `query` is what it asked for, as `/control` would have it
    /// where it can be said so; `status` is 200, or the reason of a refusal in the terms of `via`.
    pub fn record(&mut self, via: Via, query: &str, status: u16) {
        self.log.push(self.now(), via, query, status);
    }
}
