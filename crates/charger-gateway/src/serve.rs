//! The gateway as a server, from its start to its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use http_service::{ConfigError, Drained};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::charger::Charger;
#[cfg(feature = "mqtt")]
use crate::events::Feeds;
use crate::fleet::Fleet;
#[cfg(feature = "mqtt")]
use crate::mqtt::{Parts, Publisher};
use crate::probe::probe;
use crate::record;
use crate::route::{Searcher, Shared};
use crate::seek::{Makers, Seeker};
use crate::server_config::ServerConfig;

/// The chargers of a gateway.
pub struct Chargers<C> {
    /// Those that were named; the first is what routes without a name mean.
    pub named: Vec<(String, C)>,
    /// How others are made.
    pub makers: Makers<C>,
}

/// Serves `chargers` on `listener` until `shutdown`. Then a sent write is read back, within
/// [`Timing::stop_write`](crate::Timing::stop_write), and a waiting one is refused and not sent.
///
/// # Errors
/// If the flags do not fit the listener's address; see [`ServerConfig::from_args`].
pub async fn serve<C: Charger>(
    config: ServerConfig,
    chargers: Chargers<C>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Drained, ConfigError> {
    serve_with(config, chargers, |_| Router::new(), listener, shutdown).await
}

/// Like [`serve`], with additional routes of the program, `own`, over the same chargers.
///
/// # Errors
/// As [`serve`].
pub async fn serve_with<C: Charger>(
    config: ServerConfig,
    chargers: Chargers<C>,
    own: impl FnOnce(&Fleet) -> Router,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Drained, ConfigError> {
    if config.lacks_page {
        tracing::warn!("no page was compiled in: name the folder of a built one with --app-dir");
    }
    let timing = config.options.timing;
    let (fleet, owners) = Fleet::start(chargers.named, timing);
    let entrance = owners.entrance(fleet.clone());
    let (stranger, port) = (Arc::clone(&chargers.makers.stranger), chargers.makers.port);
    let mut seeker = Seeker::new(entrance, chargers.makers, config.search);
    let mut shutdown = Box::pin(shutdown);
    tokio::select! {
        () = seeker.first() => {}
        () = &mut shutdown => return Ok(Drained { cut: 0 }),
    }
    // The access rule is checked against the actual address.
    let listen = listener.local_addr().unwrap_or(config.listen);
    let searcher = Searcher::new(Box::new(move |json| {
        let asked = port.map_or(json, |port| SocketAddr::new(json.ip(), port));
        Box::pin(probe(stranger(asked)))
    }));
    let shared = Shared::new(fleet.clone(), config.options)
        .with_record(config.record.clone())
        .with_searcher(searcher);
    let (goodbye, publishing, shared) = publish(&config, &fleet, shared);
    let app = config.app(shared, own(&fleet), listen)?;
    let mut background = JoinSet::new();
    background.spawn(look(fleet.clone(), timing.read));
    let record = config.record.clone();
    match &record {
        Some(record) => {
            background.spawn(record::keep(Arc::clone(record), fleet, timing.read));
        }
        // Owners end with the last of its clones.
        None => drop(fleet),
    }
    background.spawn(seeker.run());
    let stop = owners.stopper();
    let (signal, stopped) = oneshot::channel();
    let shutdown = async {
        shutdown.await;
        stop();
        drop(goodbye);
        // The receiver may be dropped already.
        let _ = signal.send(());
    };
    let idle = owners.idle();
    // Without a write under way, connections that stay open are cut early.
    let too_long = async {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        sleep(timing.drain_idle).await;
        idle.await;
        // Time for the outcome to reach the waiting client.
        sleep(timing.finish).await;
    };
    let drained = tokio::select! {
        drained = http_service::serve(listener, app, shutdown, config.limits) => drained,
        () = too_long => {
            tracing::info!("connections that were still open were cut");
            Drained { cut: 1 }
        }
    };
    // It has been told at the beginning of the end, and has a limit of its own.
    publishing.join_all().await;
    background.shutdown().await;
    owners.finish(timing.finish).await;
    if let Some(record) = record {
        record.flush().await;
    }
    Ok(drained)
}

/// Begins to publish to the MQTT broker, if there is one, until the sender is dropped.
#[cfg(feature = "mqtt")]
fn publish(
    config: &ServerConfig,
    fleet: &Fleet,
    shared: Shared,
) -> (oneshot::Sender<()>, JoinSet<()>, Shared) {
    let (goodbye, stop) = oneshot::channel();
    let mut publishing = JoinSet::new();
    let Some(settings) = config.mqtt.clone() else { return (goodbye, publishing, shared) };
    let feeds = Arc::new(Feeds::new(config.options.timing.read));
    let parts = Parts {
        settings,
        program: config.options.program,
        shows_private: config.options.show_private,
        record: config.record.clone(),
    };
    let publisher = Publisher::new(parts, fleet.clone(), Arc::clone(&feeds));
    let shared = shared.with_feeds(feeds).with_mqtt(Some(publisher.link()));
    publishing.spawn(publisher.run(stop));
    (goodbye, publishing, shared)
}

/// Publishes nothing: this program was built without MQTT.
#[cfg(not(feature = "mqtt"))]
fn publish(
    _: &ServerConfig,
    _: &Fleet,
    shared: Shared,
) -> (oneshot::Sender<()>, JoinSet<()>, Shared) {
    (oneshot::channel().0, JoinSet::new(), shared)
}

/// Reads each charger once, so that its owner logs at the start whether it is unreachable,
/// simulated, or open to everyone.
async fn look(fleet: Fleet, limit: Duration) {
    for handle in fleet.all() {
        handle.look(limit).await;
    }
}
