//! The running sources: each address has its own task, so that one that hangs delays no other.
//!
//! Here: starting them, and their time limits. Not here: what they poll ([`config`](crate::config))
//! and where observations are kept ([`store`](crate::store)).

mod http;
mod modbus;
mod mqtt;
mod pick;
pub mod push;
mod replies;
mod running;
#[cfg(feature = "tls")]
mod tls;
mod turns;
mod unique;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval};

use self::http::Sessions;
use crate::config::{Config, HttpRequest, Source};
use crate::store::Store;
pub(crate) use replies::Replies;
use running::Link;
pub(crate) use running::{Paused, Sources};
pub(crate) use turns::Turns;

/// Time limits of devices, and the pauses before retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Limit for opening a connection, name lookup included.
    pub connect: Duration,
    /// Limit for one poll, connecting included.
    pub exchange: Duration,
    /// Pause before the first reconnect to a broker; doubles each time.
    pub first_retry: Duration,
    /// Longest such pause.
    pub last_retry: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            exchange: Duration::from_secs(5),
            first_retry: Duration::from_secs(1),
            last_retry: Duration::from_secs(30),
        }
    }
}

/// The shared state of all source tasks.
#[derive(Clone)]
pub(crate) struct SourceContext {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Arc<Store>,
    pub(crate) timeouts: Timeouts,
    turns: Arc<Turns>,
    sessions: Arc<Sessions>,
    /// Set where the replies are wanted too.
    replies: Option<Arc<Replies>>,
    #[cfg(feature = "tls")]
    tls: Arc<tls::TlsSettings>,
}

impl SourceContext {
    fn new(
        config: &Arc<Config>,
        store: &Arc<Store>,
        timeouts: Timeouts,
        turns: &Arc<Turns>,
    ) -> Self {
        Self {
            config: Arc::clone(config),
            store: Arc::clone(store),
            timeouts,
            turns: Arc::clone(turns),
            sessions: Arc::new(Sessions::new(config.logins.len())),
            replies: None,
            #[cfg(feature = "tls")]
            tls: Arc::default(),
        }
    }
}

/// Starts a task for each address. Dropping the set ends them.
pub fn start(config: &Arc<Config>, store: &Arc<Store>, timeouts: Timeouts) -> JoinSet<()> {
    run(&SourceContext::new(config, store, timeouts, &Arc::default()), |_| true).0
}

/// As [`start`], for the values that are `wanted`, in turn with others; returns the replies too.
pub(crate) fn start_some(
    config: &Arc<Config>,
    store: &Arc<Store>,
    timeouts: Timeouts,
    turns: &Arc<Turns>,
    wanted: impl Fn(usize) -> bool,
) -> (JoinSet<()>, Arc<Replies>) {
    let replies = Arc::<Replies>::default();
    let context = SourceContext::new(config, store, timeouts, turns);
    let context = SourceContext { replies: Some(Arc::clone(&replies)), ..context };
    (run(&context, wanted).0, replies)
}

fn run(context: &SourceContext, wanted: impl Fn(usize) -> bool) -> (JoinSet<()>, Vec<Link>) {
    let config = &context.config;
    // Values with the same request share it.
    let mut polls: Vec<(&Arc<HttpRequest>, Vec<usize>)> = Vec::new();
    let mut devices = BTreeMap::<_, Vec<usize>>::new();
    let mut brokers = BTreeMap::<_, Vec<usize>>::new();
    for (index, value) in config.values.iter().enumerate().filter(|(index, _)| wanted(*index)) {
        match &value.source {
            Source::Http(source) => {
                let same = |(request, _): &&mut (&Arc<HttpRequest>, _)| {
                    Arc::ptr_eq(request, &source.request)
                };
                match polls.iter_mut().find(same) {
                    Some((_, values)) => values.push(index),
                    None => polls.push((&source.request, vec![index])),
                }
            }
            Source::Modbus(source) => devices.entry(&source.at).or_default().push(index),
            Source::Mqtt(source) => brokers.entry(source.broker).or_default().push(index),
            Source::Fixed(_)
            | Source::Push(_)
            | Source::Sum(_)
            | Source::Difference(_)
            | Source::Product(_)
            | Source::House(_) => {}
        }
    }
    let mut tasks = JoinSet::new();
    for (_, values) in polls {
        tasks.spawn(http::poll(context.clone(), values));
    }
    let mut links = Vec::new();
    for (at, values) in devices {
        let task = tasks.spawn(modbus::poll(context.clone(), values.clone()));
        links.push(Link { at: at.clone(), values, task });
    }
    for (broker, values) in brokers {
        tasks.spawn(mqtt::listen(context.clone(), broker, values));
    }
    (tasks, links)
}

/// Returns an interval as short as the shortest of `values`.
fn ticks(config: &Config, values: &[usize]) -> Interval {
    let every = values.iter().filter_map(|value| config.values[*value].source.every()).min();
    let mut ticks = interval(every.unwrap_or(crate::config::DEFAULT_EVERY));
    // A slow device is not polled twice in a row to catch up.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
