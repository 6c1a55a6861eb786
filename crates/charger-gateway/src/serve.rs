//! The gateway as a server: its routes inside the layers of every server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use gateway_api::{AGE_MS_HEADER, WRITE_ID_HEADER};
use http::HeaderName;
use http_service::cli::{ListenArgs, Rules};
use http_service::program::Listen;
use http_service::{App, AppService, Bundle, ConfigError, Drained, Limits};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::args::{GatewayArgs, InvalidArgs};
use crate::charger::Charger;
#[cfg(feature = "mqtt")]
use crate::events::Feeds;
use crate::fleet::Fleet;
#[cfg(feature = "mqtt")]
use crate::mqtt::{MqttSettings, Publisher};
use crate::options::{Options, Program};
use crate::probe::probe;
use crate::record::{self, Record};
use crate::route::{HEALTH_PATH, LONGEST_BODY, Searcher, Shared, at_once, document, routes};
use crate::search::Search;
use crate::seek::{Makers, Seeker};

/// A page embedded in the program.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedPage {
    /// The files by path.
    pub files: &'static [(&'static str, &'static [u8])],
    /// Set if it is only the note on how to build a page.
    pub is_placeholder: bool,
}

/// The chargers of a gateway.
pub struct Chargers<C> {
    /// Those that were named; the first is what routes without a name mean.
    pub named: Vec<(String, C)>,
    /// How others are made.
    pub makers: Makers<C>,
}

/// The checked settings of the server, without chargers and listener.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The behaviour of the gateway.
    pub options: Options,
    /// Set if there is no page except the note on how to build one.
    pub lacks_page: bool,
    /// The record of charges, where one is kept.
    pub record: Option<Arc<Record>>,
    /// The MQTT broker to publish to, if there is one.
    #[cfg(feature = "mqtt")]
    pub mqtt: Option<MqttSettings>,
    /// What is looked for in the network.
    pub search: Search,
    /// The rules of access, origins and host names.
    pub rules: Rules,
    /// The page.
    pub bundle: Bundle,
    /// Limits of connections.
    pub limits: Limits,
}

/// What a browser fetches for a home screen, without the cookie that holds the token. Nothing in it
/// is of the charger.
const ICON_FOLDER: &str = "/icon/";

impl ServerConfig {
    /// Builds the settings from the flags before the server listens, with the page of `--app-dir`
    /// or the `embedded` one. `has_password`: this program has the charger's password.
    ///
    /// # Errors
    /// Names the flag and its value.
    pub fn from_args(
        program: Program,
        gateway: &GatewayArgs,
        server: &ListenArgs,
        has_password: bool,
        embedded: EmbeddedPage,
    ) -> Result<Self, InvalidArgs> {
        let options = Options::from_args(program, gateway, server, has_password)?;
        let listen = server.listen_or(program.listen);
        let bundle = server.bundle(embedded.files)?;
        let lacks_page = server.app_dir.is_none() && embedded.is_placeholder;
        let rules = server.rules(listen)?;
        let limits = Limits { drain: options.timing.drain, ..server.limits() };
        let search = gateway.search();
        let record = gateway
            .data
            .as_deref()
            .map(|path| {
                Record::open(path, gateway.record_every, gateway.keep, gateway.notify.clone())
            })
            .transpose()?;
        Ok(Self {
            listen,
            options,
            lacks_page,
            record,
            #[cfg(feature = "mqtt")]
            mqtt: MqttSettings::from_args(&gateway.mqtt)?,
            search,
            rules,
            bundle,
            limits,
        })
    }

    /// The address to listen on, with its scheme.
    pub fn listen(&self) -> Listen {
        Listen { address: self.listen, scheme: self.rules.scheme() }
    }

    fn app(
        &self,
        shared: Shared,
        own: Router,
        listen: SocketAddr,
    ) -> Result<AppService, ConfigError> {
        let shared = Arc::new(shared);
        let bundle = self.bundle.clone();
        let app = App::new(routes(Arc::clone(&shared)).merge(own))
            .at_once(move |request, caller| {
                at_once(&shared, request, caller)
                    .or_else(|| document(&shared, &bundle, request, caller))
            })
            .bundle(self.bundle.clone())
            .cors_headers(&[HeaderName::from_static(WRITE_ID_HEADER), http::header::IF_NONE_MATCH])
            .cors_methods(&[http::Method::PATCH, http::Method::DELETE])
            .exposed_headers(&[HeaderName::from_static(AGE_MS_HEADER), http::header::ETAG])
            .deadline(self.options.timing.longest())
            .body_bytes(LONGEST_BODY)
            .open_on([HEALTH_PATH, ICON_FOLDER]);
        Ok(self.rules.clone().apply(app, listen)?.into_service())
    }
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
    let (record, fleet) = (config.record.clone(), fleet.clone());
    let publisher = Publisher::new(settings, config.options, record, fleet, Arc::clone(&feeds));
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
