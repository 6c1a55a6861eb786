//! The end of the server, as owners and waiting requests learn of it.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// Throws the switch.
pub(crate) type Stopper = watch::Sender<Option<Instant>>;

/// Whether the server stops, and by when what was sent must have its outcome.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<Option<Instant>>);

/// A switch that is not thrown.
pub(crate) fn switch() -> (Stopper, Stop) {
    let (stopper, stop) = watch::channel(None);
    (stopper, Stop(stop))
}

/// Throws it: what was sent has `limit` from now.
pub(crate) fn throw(stopper: &Stopper, limit: Duration) {
    stopper.send_replace(Some(Instant::now() + limit));
}

impl Stop {
    /// By when all must end; nothing where the server goes on.
    pub(crate) fn by(&self) -> Option<Instant> {
        *self.0.borrow()
    }

    /// Completes when the server begins to stop.
    pub(crate) async fn begun(&self) -> Instant {
        let mut stop = self.0.clone();
        let by = stop.wait_for(Option::is_some).await.ok().and_then(|by| *by);
        match by {
            Some(by) => by,
            // The switch is gone without having been thrown.
            None => std::future::pending().await,
        }
    }

    /// Completes at `deadline`, or when all must end.
    pub(crate) async fn expired(&self, deadline: Instant) {
        tokio::select! {
            () = sleep_until(deadline) => {}
            () = async { sleep_until(self.begun().await).await } => {}
        }
    }
}
