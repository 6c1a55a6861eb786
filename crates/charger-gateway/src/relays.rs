//! Minimum time between two writes that close the charger's relays.
//!
//! A resume and a switch of phases close relays under a vehicle's load: the later of two waits
//! until the minimum time has passed. A pause of charging is never delayed. A waiting write is not
//! sent yet, so a later write of the same setting replaces it: a waiting resume never undoes a
//! later pause.

use std::time::Duration;

use nrgkick_model::{Command, ControlWrite};
use tokio::time::Instant;

use crate::job::WriteJob;

/// The last relay move by this gateway, and the writes that wait.
pub(crate) struct Relays {
    pause: Duration,
    moved: Option<Instant>,
    waiting: Vec<WriteJob>,
}

/// `true` if `write` closes relays.
pub(crate) fn closes(write: &ControlWrite) -> bool {
    write
        .commands()
        .any(|command| matches!(command, Command::ChargePause(false) | Command::PhaseCount(_)))
}

/// `true` if `write` has to wait for the relays. A write that also pauses does not, as the relays
/// then carry no load.
pub(crate) fn waits(write: &ControlWrite) -> bool {
    let pauses = write.commands().any(|command| matches!(command, Command::ChargePause(true)));
    closes(write) && !pauses
}

impl Relays {
    pub(crate) fn new(pause: Duration) -> Self {
        Self { pause, moved: None, waiting: Vec::new() }
    }

    /// Returns the time from which a write that closes relays may be sent; `None` if at once.
    pub(crate) fn free_at(&self, now: Instant) -> Option<Instant> {
        self.moved.map(|moved| moved + self.pause).filter(|free| *free > now)
    }

    /// Notes that a write that closes relays was sent.
    pub(crate) fn moved(&mut self, now: Instant) {
        self.moved = Some(now);
    }

    /// Adds a waiting write.
    pub(crate) fn hold(&mut self, job: WriteJob) {
        self.waiting.push(job);
    }

    /// `true` if any write waits.
    pub(crate) fn holds(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Removes and returns the write that has waited longest.
    pub(crate) fn next(&mut self) -> Option<WriteJob> {
        (!self.waiting.is_empty()).then(|| self.waiting.remove(0))
    }

    /// Removes and returns the waiting writes that share a setting with `later`.
    pub(crate) fn superseded_by(&mut self, later: &ControlWrite) -> Vec<WriteJob> {
        let changes = |write: &ControlWrite| {
            write.commands().any(|command| later.commands().any(|l| l.key() == command.key()))
        };
        self.waiting.extract_if(.., |job| changes(&job.write)).collect()
    }
}
