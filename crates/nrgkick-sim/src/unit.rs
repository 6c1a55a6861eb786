//! The simulator with a clock, shared by all interfaces.

use std::sync::{Arc, Mutex, PoisonError};

use nrgkick_sim_core::{Setup, Simulator};
use tokio::time::Instant;

/// A simulator that follows tokio's clock. Clones share one charger.
#[derive(Clone, Debug)]
pub struct Unit(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    simulator: Simulator,
    speed: f64,
    /// The time of the last advance.
    since: Instant,
}

impl Unit {
    /// Most simulated seconds for each real one; a step of the clock would take too long beyond it.
    pub const MAX_SPEED: f64 = 10_000.0;

    /// Creates a charger of `setup`; `speed` is limited to 0 to [`Unit::MAX_SPEED`].
    pub fn new(setup: Setup, speed: f64) -> Self {
        let speed = if speed.is_finite() { speed.clamp(0.0, Self::MAX_SPEED) } else { 1.0 };
        let simulator = Simulator::new(setup);
        Self(Arc::new(Mutex::new(Inner { simulator, speed, since: Instant::now() })))
    }

    /// Advances the simulator to now and calls `act` with it.
    pub fn with<T>(&self, act: impl FnOnce(&mut Simulator) -> T) -> T {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let passed = now.duration_since(inner.since).mul_f64(inner.speed);
        inner.since = now;
        inner.simulator.advance(passed);
        act(&mut inner.simulator)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_passes_at_its_speed() {
        for (speed, seconds) in [(0.0, 0), (1.0, 90), (60.0, 5400), (f64::NAN, 90)] {
            let unit = Unit::new(Setup::default(), speed);
            tokio::time::advance(Duration::from_secs(30)).await;
            unit.with(|_| ());
            tokio::time::advance(Duration::from_secs(60)).await;
            assert_eq!(unit.with(|simulator| simulator.now().as_secs()), seconds, "{speed}");
        }
    }
}
