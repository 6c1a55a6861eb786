//! A clock that nobody sets and that goes on while the machine sleeps.
//!
//! The clock of the runtime stands still meanwhile on Linux, so that a night of sleep would be no
//! gap, and all before it too young.

use std::time::Duration;

/// A clock that was started.
#[derive(Debug)]
pub(super) struct Clock(Moment);

impl Clock {
    pub(super) fn start() -> Self {
        Self(now())
    }

    /// Returns the time since the start, asleep or not.
    pub(super) fn elapsed(&self) -> Duration {
        since(&self.0)
    }
}

#[cfg(target_os = "linux")]
type Moment = Duration;
#[cfg(not(target_os = "linux"))]
type Moment = std::time::Instant;

#[cfg(target_os = "linux")]
fn now() -> Moment {
    use rustix::time::{ClockId, clock_gettime};
    Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or_default()
}

#[cfg(target_os = "linux")]
fn since(start: &Moment) -> Duration {
    now().saturating_sub(*start)
}

#[cfg(not(target_os = "linux"))]
fn now() -> Moment {
    Moment::now()
}

#[cfg(not(target_os = "linux"))]
fn since(start: &Moment) -> Duration {
    start.elapsed()
}
