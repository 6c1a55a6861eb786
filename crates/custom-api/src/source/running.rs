//! The sources of the running configuration: ended together, and left off by device while somebody
//! else asks it.

use std::sync::Arc;
use std::time::Duration;

use http_service::HostPort;
use tokio::sync::MutexGuard;
use tokio::task::{AbortHandle, JoinSet, yield_now};
use tokio::time::timeout;

use super::{SourceContext, Timeouts, Turns, modbus, run};
use crate::config::{Config, Source};
use crate::store::Store;

/// Limit for closing connections, which takes no time unless a task hangs.
const CLOSING: Duration = Duration::from_secs(1);

/// The running sources, which end when dropped, and the turns of hosts and devices, which go on.
#[derive(Default)]
pub(crate) struct Sources {
    context: Option<SourceContext>,
    tasks: JoinSet<()>,
    links: Vec<Link>,
    turns: Arc<Turns>,
}

/// The task of a Modbus device, which keeps a connection.
pub(super) struct Link {
    pub(super) at: HostPort,
    pub(super) values: Vec<usize>,
    pub(super) task: AbortHandle,
}

impl Sources {
    /// Starts the sources of a configuration. Those before have ended.
    pub(crate) fn start(&mut self, config: &Arc<Config>, store: &Arc<Store>, timeouts: Timeouts) {
        let context = SourceContext::new(config, store, timeouts, &self.turns);
        (self.tasks, self.links) = run(&context, |_| true);
        self.context = Some(context);
    }

    /// Ends all sources; their connections are closed then.
    pub(crate) async fn end(&mut self) {
        self.links.clear();
        self.tasks.shutdown().await;
    }

    /// Returns the turns, for others that ask the same devices.
    pub(crate) fn turns(&self) -> Arc<Turns> {
        Arc::clone(&self.turns)
    }

    fn resume(&mut self) {
        let Some(context) = &self.context else { return };
        for link in self.links.iter_mut().filter(|link| link.task.is_finished()) {
            link.task = self.tasks.spawn(modbus::poll(context.clone(), link.values.clone()));
        }
        while self.tasks.try_join_next().is_some() {}
    }
}

/// Sources of which some devices are left off, until dropped.
pub(crate) struct Paused<'a>(pub(crate) MutexGuard<'a, Sources>);

impl Paused<'_> {
    /// Leaves off the Modbus devices that `config` asks too: some take a single connection. Returns
    /// `true` if there are any.
    pub(crate) async fn leave_to(&mut self, config: &Config) -> bool {
        let asks = |link: &&Link| {
            let is_at = |source: &Source| matches!(source, Source::Modbus(of) if of.at == link.at);
            config.values.iter().any(|value| is_at(&value.source))
        };
        let shared: Vec<&AbortHandle> =
            self.0.links.iter().filter(asks).map(|link| &link.task).collect();
        shared.iter().for_each(|task| task.abort());
        let closed = async {
            while !shared.iter().all(|task| task.is_finished()) {
                yield_now().await;
            }
        };
        let _ = timeout(CLOSING, closed).await;
        !shared.is_empty()
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.0.resume();
    }
}
