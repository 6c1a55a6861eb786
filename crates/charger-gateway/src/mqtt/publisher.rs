//! All chargers of a gateway over one connection after another, until the server stops.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_service::Backoff;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::link::MqttLink;
use super::outbox::{Message, Outbox};
use super::reporter::{Parts, Reporter};
use super::session::{Ended, Session};
use super::topics::{OFFLINE, Topic};
use crate::events::Feeds;
use crate::fleet::Fleet;

/// Interval of looking for chargers that have joined.
const LOOK: Duration = Duration::from_secs(1);

/// The publication of a gateway's chargers.
pub(crate) struct Publisher {
    parts: Arc<Parts>,
    fleet: Fleet,
    feeds: Arc<Feeds>,
    link: Arc<MqttLink>,
}

impl Publisher {
    pub(crate) fn new(parts: Parts, fleet: Fleet, feeds: Arc<Feeds>) -> Self {
        let link = Arc::new(MqttLink::new(parts.settings.broker.clone()));
        Self { parts: Arc::new(parts), fleet, feeds, link }
    }

    /// The state of the connection.
    pub(crate) fn link(&self) -> Arc<MqttLink> {
        Arc::clone(&self.link)
    }

    /// Publishes until `stop` has fired or is dropped; then tells that all are offline, within
    /// [`MqttPace::farewell`](super::MqttPace::farewell).
    pub(crate) async fn run(self, mut stop: oneshot::Receiver<()>) {
        let pace = self.parts.settings.pace;
        let [first, longest] = pace.retry;
        let mut backoff = Backoff::new(first, longest);
        loop {
            let began = Instant::now();
            let outbox = Arc::new(Outbox::default());
            let session = Session::new(&self.parts.settings, &self.link, Arc::clone(&outbox));
            let ended = {
                let mut running = pin!(session.run(self.report(Arc::clone(&outbox))));
                tokio::select! {
                    ended = &mut running => ended,
                    _ = &mut stop => {
                        outbox.close(self.farewell());
                        // Whatever comes of it, the server ends.
                        let _ = tokio::time::timeout(pace.farewell, running).await;
                        return;
                    }
                }
            };
            let Ended(reason) = ended;
            self.link.failed(&reason);
            if began.elapsed() > longest {
                backoff.reset();
            }
            tokio::select! {
                () = sleep(backoff.next_pause()) => {}
                _ = &mut stop => return,
            }
        }
    }

    /// Reports all chargers, and those that join.
    async fn report(&self, outbox: Arc<Outbox>) -> Infallible {
        let (mut tasks, mut known) = (JoinSet::new(), Vec::new());
        loop {
            for handle in self.fleet.all() {
                if known.contains(&handle.known.name) {
                    continue;
                }
                known.push(handle.known.name.clone());
                let frames = self.feeds.of(&handle).subscribe();
                let parts = Arc::clone(&self.parts);
                tasks.spawn(Reporter::new(parts, handle, Arc::clone(&outbox), frames).run());
            }
            sleep(LOOK).await;
        }
    }

    /// The last messages. The gateway's own is the last of them: what is below it may be old then.
    fn farewell(&self) -> Vec<Message> {
        let topics = &self.parts.settings.topics;
        let all = self.fleet.all();
        let chargers = all.iter().map(|handle| topics.of(&handle.known.name, Topic::Status));
        let offline = |topic| Message { topic, payload: OFFLINE.to_owned() };
        chargers.chain([topics.gateway()]).map(offline).collect()
    }
}
