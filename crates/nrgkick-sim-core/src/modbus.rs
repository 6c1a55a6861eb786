//! Support for a Modbus interface besides [`Simulator::readings`]: decoded writes, and their
//! record.
//!
//! Not here: frames, function codes and words, which are the interface's.

use nrgkick_model::{ControlWrite, Refusal};

use crate::Simulator;
use crate::log::Via;

impl Simulator {
    /// Applies a decoded write by the rules of `/control`. It works with the JSON API off and needs
    /// no password. It is not recorded: see [`record`](Self::record).
    ///
    /// # Errors
    /// The refusal that `/control` would have sent; nothing has been applied.
    pub fn write(&mut self, write: &ControlWrite) -> Result<(), Refusal> {
        self.control(&write.query()).map(drop).map_err(|refused| refused.refusal)
    }

    /// Records a write. `query` is the write as a query of `/control` where possible; `status` is
    /// 200, or the refusal's code in `via`.
    pub fn record(&mut self, via: Via, query: &str, status: u16) {
        self.log.push(self.now(), via, query, status);
    }
}
