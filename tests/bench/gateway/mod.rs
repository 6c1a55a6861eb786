//! cors-proxy beside what somebody would otherwise put before a charger: nginx, with a cache and
//! without, and a small Node proxy.

mod charger;
mod contestants;
mod cpu;
mod events;
mod files;
mod viewers;

pub(crate) use charger::Charger;
pub(crate) use contestants::page;
use std::path::Path;

use crate::Result;

/// Runs all comparisons.
pub(crate) fn run(programs: &Path, rounds: u32) -> Result<()> {
    contestants::start_times(programs, rounds)?;
    cpu::run(programs, rounds)?;
    files::run(programs, rounds)?;
    viewers::run(programs)?;
    events::run(programs)
}
