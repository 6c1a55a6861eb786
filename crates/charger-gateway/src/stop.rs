//! The stop signal of the server, for owners and waiting requests.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// The sender of the stop signal.
pub(crate) type Stopper = watch::Sender<Option<Instant>>;

/// The receiver of the stop signal, with the deadline for the outcomes of sent writes.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<Option<Instant>>);

/// Creates a stop signal.
pub(crate) fn switch() -> (Stopper, Stop) {
    let (stopper, stop) = watch::channel(None);
    (stopper, Stop(stop))
}

/// Sends the stop signal; the deadline is `limit` from now.
pub(crate) fn throw(stopper: &Stopper, limit: Duration) {
    stopper.send_replace(Some(Instant::now() + limit));
}

impl Stop {
    /// Returns the deadline; `None` while the server is not stopping.
    pub(crate) fn by(&self) -> Option<Instant> {
        *self.0.borrow()
    }

    /// Completes with the deadline when the server begins to stop.
    pub(crate) async fn begun(&self) -> Instant {
        let mut stop = self.0.clone();
        let by = stop.wait_for(Option::is_some).await.ok().and_then(|by| *by);
        match by {
            Some(by) => by,
            // The sender was dropped without a signal.
            None => std::future::pending().await,
        }
    }

    /// Completes at `deadline`, or at the deadline of the stop if that is earlier.
    pub(crate) async fn expired(&self, deadline: Instant) {
        tokio::select! {
            () = sleep_until(deadline) => {}
            () = async { sleep_until(self.begun().await).await } => {}
        }
    }
}
