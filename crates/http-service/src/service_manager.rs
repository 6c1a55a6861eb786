//! What systemd is told about the program, where it started it with `Type=notify`: ready, alive (the
//! watchdog), stopping. Elsewhere nothing happens.

use std::pin::Pin;

/// Completes when the program is asked to stop.
type Shutdown = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Says that the server listens, and that it lives for as long as this runtime does. Returns
/// `shutdown`, which is told as well.
#[cfg(target_os = "linux")]
pub(crate) fn started(shutdown: Shutdown) -> Shutdown {
    use sd_notify::NotifyState;
    let tell = |state: NotifyState<'_>| {
        if let Err(error) = sd_notify::notify(&[state]) {
            tracing::debug!(%error, "the service manager was not told");
        }
    };
    tell(NotifyState::Ready);
    if let Some(limit) = sd_notify::watchdog_enabled() {
        // Until the runtime ends, so while it stops too: twice in the time after which it is killed.
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(limit / 2);
            loop {
                ticks.tick().await;
                tell(NotifyState::Watchdog);
            }
        });
    }
    Box::pin(async move {
        shutdown.await;
        tell(NotifyState::Stopping);
    })
}

/// There is none.
#[cfg(not(target_os = "linux"))]
pub(crate) fn started(shutdown: Shutdown) -> Shutdown {
    shutdown
}
