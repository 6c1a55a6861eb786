//! The gateway as a server: its routes inside the layers that every server has.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use gateway_api::WRITE_ID_HEADER;
use http::HeaderName;
use http_service::cli::{ListenArgs, Rules};
use http_service::{App, Bundle, ConfigError, Drained, Limits};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::args::{GatewayArgs, InvalidArgs};
use crate::charger::Charger;
use crate::fleet::Fleet;
use crate::options::{Options, Program};
use crate::route::{HEALTH_PATH, LONGEST_BODY, router};
use crate::search::Search;
use crate::seek::{Makers, Seeker};

/// A page that was compiled into the program.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedPage {
    /// Its files by path.
    pub files: &'static [(&'static str, &'static [u8])],
    /// Whether it is only the note on how to build one.
    pub is_placeholder: bool,
}

/// The chargers of a gateway.
pub struct Chargers<C> {
    /// Those that were named; the first is what routes without a name mean.
    pub named: Vec<(String, C)>,
    /// How others are made.
    pub makers: Makers<C>,
}

/// Everything but the chargers and the listener.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Where to listen.
    pub listen: SocketAddr,
    /// How the gateway behaves.
    pub options: Options,
    /// Whether there is no page to show but the note on how to build one.
    pub lacks_page: bool,
    /// What is looked for in the network.
    pub search: Search,
    /// Who may call, and from which pages.
    pub rules: Rules,
    /// The page.
    pub bundle: Bundle,
    /// Bounds of connections.
    pub limits: Limits,
}

impl ServerConfig {
    /// What the flags say, checked before anything listens; with the page of `--app-dir`, or the
    /// `embedded` one. `has_password`: whether the charger's password is held here.
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
        Ok(Self { listen, options, lacks_page, search, rules, bundle, limits })
    }

    fn app(&self, fleet: Fleet, own: Router, listen: SocketAddr) -> Result<Router, ConfigError> {
        let app = App::new(router(fleet, self.options).merge(own))
            .bundle(self.bundle.clone())
            .cors_headers(&[HeaderName::from_static(WRITE_ID_HEADER)])
            .deadline(self.options.timing.longest())
            .body_bytes(LONGEST_BODY)
            .open_on([HEALTH_PATH]);
        Ok(self.rules.clone().apply(app, listen)?.into_router())
    }
}

/// Serves `chargers` on `listener` until `shutdown`. A write that was sent is then read back to
/// its end; one that waits is refused and not sent.
///
/// # Errors
/// Where the flags do not fit the listener's address; see [`ServerConfig::from_args`].
pub async fn serve<C: Charger>(
    config: ServerConfig,
    chargers: Chargers<C>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Drained, ConfigError> {
    serve_with(config, chargers, |_| Router::new(), listener, shutdown).await
}

/// As [`serve`], with routes of the program's `own` over the same chargers beside the gateway's.
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
    let mut seeker = Seeker::new(entrance, chargers.makers, config.search);
    let mut shutdown = Box::pin(shutdown);
    tokio::select! {
        () = seeker.first() => {}
        () = &mut shutdown => return Ok(Drained { cut: 0 }),
    }
    // A wildcard of the flags is decided by where we really are.
    let listen = listener.local_addr().unwrap_or(config.listen);
    let app = config.app(fleet.clone(), own(&fleet), listen)?;
    let mut background = JoinSet::new();
    background.spawn(look(fleet, timing.read));
    background.spawn(seeker.run());
    let stop = owners.stopper();
    let (signal, stopped) = oneshot::channel();
    let shutdown = async {
        shutdown.await;
        stop();
        // Whoever waited for it may have gone.
        let _ = signal.send(());
    };
    let idle = owners.idle();
    // What keeps a connection open where no write is under way is nobody's answer.
    let too_long = async {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        sleep(timing.drain_idle).await;
        idle.await;
        // Its outcome is on the way to who waits for it.
        sleep(timing.finish).await;
    };
    let drained = tokio::select! {
        drained = http_service::serve(listener, app, shutdown, config.limits) => drained,
        () = too_long => {
            tracing::info!("connections that were still open were cut");
            Drained { cut: 1 }
        }
    };
    background.shutdown().await;
    owners.finish(timing.finish).await;
    Ok(drained)
}

/// Asks each charger once, so that its owner says in the log what a user must know from the start:
/// not reachable, simulated, or open to everyone.
async fn look(fleet: Fleet, limit: Duration) {
    for handle in fleet.all() {
        handle.look(limit).await;
    }
}
