//! The chargers that announce themselves now.

use std::time::Duration;

use mdns_sd::{Receiver, ServiceDaemon, ServiceEvent};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep, timeout};

use crate::SERVICE;
use crate::announcement::Announcement;
use crate::error::DiscoveryError;
use crate::table::Table;

/// Before a search that broke off is begun anew.
const AGAIN: Duration = Duration::from_secs(2);
/// How often the library's memory is looked at, and how long it may take to tell.
const LOOK: Duration = Duration::from_secs(5);
const TELL: Duration = Duration::from_secs(1);
/// Records that the library may keep; a large house has some hundreds.
const MOST_RECORDS: i64 = 8192;

/// A search that goes on until it is dropped. At most 64 services are kept.
#[derive(Debug)]
pub struct Browser {
    present: watch::Receiver<Vec<Announcement>>,
    /// The one task that listens, ended with the set.
    _listener: JoinSet<()>,
}

impl Browser {
    /// Begins to listen, and asks the network.
    ///
    /// # Errors
    /// Where multicast DNS cannot be used at all. A network that is missing is no error: it may come.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start() -> Result<Self, DiscoveryError> {
        let search = Search::start()?;
        let (sender, present) = watch::channel(Vec::new());
        let mut listener = JoinSet::new();
        listener.spawn(listen(search, sender));
        Ok(Self { present, _listener: listener })
    }

    /// What is announced at this moment.
    pub fn present(&self) -> Vec<Announcement> {
        self.present.borrow().clone()
    }

    /// Waits until something is different from the last [`Browser::present`] that this waited for.
    /// However often announcements come, those in between are skipped.
    pub async fn changed(&mut self) {
        if self.present.changed().await.is_err() {
            // The listener ends only with the browser.
            std::future::pending::<()>().await;
        }
    }
}

/// A search under way; its end closes the sockets.
struct Search {
    daemon: ServiceDaemon,
    events: Receiver<ServiceEvent>,
}

impl Search {
    fn start() -> Result<Self, DiscoveryError> {
        let daemon = ServiceDaemon::new()?;
        let events = daemon.browse(SERVICE)?;
        Ok(Self { daemon, events })
    }

    /// Records that the library keeps, which has no bound of its own.
    async fn records(&self) -> Option<i64> {
        let metrics = self.daemon.get_metrics().ok()?;
        let metrics = timeout(TELL, metrics.recv_async()).await.ok()?.ok()?;
        let kept = metrics.iter().filter(|(name, _)| name.starts_with("cached-"));
        Some(kept.map(|(_, records)| records).sum())
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        // A daemon that does not take the command has ended already, or ends with the process.
        let _ = self.daemon.shutdown();
    }
}

async fn listen(mut search: Search, present: watch::Sender<Vec<Announcement>>) {
    loop {
        let reason = until_it_breaks(&search, &present).await;
        tracing::warn!(reason, "the search for chargers is begun anew");
        // Nobody would say that what was known is gone.
        present.send_replace(Vec::new());
        drop(search);
        search = loop {
            sleep(AGAIN).await;
            match Search::start() {
                Ok(begun) => break begun,
                Err(error) => tracing::debug!(%error, "no search"),
            }
        };
    }
}

/// Passes on what is announced. Returns why the search has to be begun anew.
async fn until_it_breaks(
    search: &Search,
    present: &watch::Sender<Vec<Announcement>>,
) -> &'static str {
    let mut table = Table::default();
    let mut looks = interval(LOOK);
    loop {
        tokio::select! {
            event = search.events.recv_async() => match event {
                Ok(event) => {
                    if note(&mut table, event) {
                        present.send_replace(table.all());
                    }
                }
                Err(_) => return "too many announcements at once, or a fault of the library",
            },
            _ = looks.tick() => {
                if search.records().await.is_some_and(|records| records > MOST_RECORDS) {
                    return "somebody floods the network with records";
                }
            }
        }
    }
}

/// Returns whether `event` changed the table.
fn note(table: &mut Table, event: ServiceEvent) -> bool {
    match event {
        ServiceEvent::ServiceResolved(service) => match Announcement::of(&service) {
            Some(announcement) => table.insert(&service.fullname, announcement),
            None => table.remove(&service.fullname),
        },
        ServiceEvent::ServiceRemoved(_, full_name) => table.remove(&full_name),
        _ => false,
    }
}
