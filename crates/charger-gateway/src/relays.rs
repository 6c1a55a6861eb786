//! Time between two moves of the charger's relays.
//!
//! A resume and a switch of phases close relays under a vehicle's load: between two of them lies a
//! pause, and the later one waits for it. A pause of charging is never held back. What waits is not
//! sent, so a later write of the same setting takes its place: the last word counts, and a resume
//! that waits never undoes the pause that came after it.

use std::time::Duration;

use nrgkick_model::{Command, ControlWrite};
use tokio::time::Instant;

use crate::job::WriteJob;

/// The relays of one charger, as far as they were moved from here.
pub(crate) struct Relays {
    pause: Duration,
    moved: Option<Instant>,
    waiting: Vec<WriteJob>,
}

/// Whether `write` closes relays.
pub(crate) fn closes(write: &ControlWrite) -> bool {
    write
        .commands()
        .any(|command| matches!(command, Command::ChargePause(false) | Command::PhaseCount(_)))
}

/// Whether `write` waits for the relays' rest. One that pauses does not, whatever else it sets: what
/// it switches carries no load then.
pub(crate) fn waits(write: &ControlWrite) -> bool {
    let pauses = write.commands().any(|command| matches!(command, Command::ChargePause(true)));
    closes(write) && !pauses
}

impl Relays {
    pub(crate) fn new(pause: Duration) -> Self {
        Self { pause, moved: None, waiting: Vec::new() }
    }

    /// When the next write that closes relays may be sent; nothing where that is now.
    pub(crate) fn free_at(&self, now: Instant) -> Option<Instant> {
        self.moved.map(|moved| moved + self.pause).filter(|free| *free > now)
    }

    /// A write that closes relays was sent.
    pub(crate) fn moved(&mut self, now: Instant) {
        self.moved = Some(now);
    }

    /// Lets `job` wait.
    pub(crate) fn hold(&mut self, job: WriteJob) {
        self.waiting.push(job);
    }

    /// Whether anything waits.
    pub(crate) fn holds(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// What has waited longest.
    pub(crate) fn next(&mut self) -> Option<WriteJob> {
        (!self.waiting.is_empty()).then(|| self.waiting.remove(0))
    }

    /// What waits and would change a setting that `later` changes as well.
    pub(crate) fn superseded_by(&mut self, later: &ControlWrite) -> Vec<WriteJob> {
        let changes = |write: &ControlWrite| {
            write.commands().any(|command| later.commands().any(|l| l.key() == command.key()))
        };
        self.waiting.extract_if(.., |job| changes(&job.write)).collect()
    }
}
