//! The web server that the charger polls for inverter, meter, battery and smart-load values.
//!
//! Here: the configuration ([`config`]), the sources ([`source`]), the observed values ([`store`]),
//! the charger's view of them ([`document`]), their last day ([`history`]), the routes, `check` ([`check`](mod@check)) and ready
//! recipes ([`example`]).
//!
//! Not here: the documents' types and table (`nrgkick-model`), the accept loop, guard, token,
//! headers and files (`http-service`), the page (`page-bundle`).

pub mod check;
mod cli;
pub mod config;
mod describe;
pub mod document;
pub mod example;
mod fetches;
pub mod history;
mod looks;
mod route;
mod shared;
pub mod source;
mod status;
pub mod store;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_service::cli::{ListenArgs, Rules};
use http_service::{App, AppService, Bundle, Drained, Limits};
use nrgkick_model::custom_api::{INFO_PATH, VALUES_PATH};
use tokio::net::TcpListener;

pub use cli::{Args, Command, ConfigArgs, DEFAULT_LISTEN};
pub use config::Config;
pub use history::Pace;
pub use source::Timeouts;

use shared::Shared;
use store::Store;

/// The program's name.
pub const NAME: &str = env!("CARGO_PKG_NAME");
/// Its version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A server ready to start.
#[derive(Debug)]
pub struct Server {
    /// The values and their sources.
    pub config: Config,
    /// Access rules: callers, origins and hosts.
    pub rules: Rules,
    /// The listening address.
    pub listen: SocketAddr,
    /// The files of the page.
    pub bundle: Bundle,
    /// Time limits and retry pauses of the sources.
    pub timeouts: Timeouts,
    /// The pace of the curves of a day.
    pub pace: Pace,
    /// Limits on connections, time and bytes of clients.
    pub limits: Limits,
}

impl Server {
    /// Creates a server with the default timeouts and limits.
    ///
    /// # Errors
    /// If a flag is invalid, or not allowed for `listen`.
    pub fn new(
        config: Config,
        args: &ListenArgs,
        listen: SocketAddr,
    ) -> Result<Self, http_service::ConfigError> {
        let bundle = match args.bundle_in(NAME, page_bundle::FILES)? {
            Some(page) => page,
            None => {
                tracing::warn!(
                    "no page was compiled in: name the folder of the built ones with --app-dir"
                );
                // A note with build instructions; a panel page would look for a charger here.
                Bundle::from_static(page_bundle::NOTE)
            }
        };
        let rules = args.rules(listen)?;
        // A charger on a kept connection asks again after some seconds; this limit is longer.
        let limits = Limits { header_read: Duration::from_secs(20), ..args.limits() };
        let (timeouts, pace) = (Timeouts::default(), Pace::default());
        Ok(Self { config, rules, listen, bundle, timeouts, pace, limits })
    }
}

/// Serves on `listener` until `shutdown` with all sources running; returns when the open requests
/// have ended.
///
/// # Errors
/// If `listener` is reachable from other machines and no flag restricts the callers.
pub async fn serve(
    server: Server,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Drained, http_service::ConfigError> {
    let Server { config, rules, listen, bundle, timeouts, pace, limits } = server;
    // With a wildcard in the flags, the bound address decides.
    let listen = listener.local_addr().unwrap_or(listen);
    let config = Arc::new(config);
    let store = Arc::new(Store::new(&config));
    let shared = Arc::new(Shared::new(Arc::clone(&config), Arc::clone(&store), pace));
    let app = app(Arc::clone(&shared), bundle, rules, listen)?;
    let mut sources = source::start(&config, &store, timeouts);
    sources.spawn(looks::watch(shared, pace.look));
    let drained = http_service::serve(listener, app, shutdown, limits).await;
    drop(sources);
    Ok(drained)
}

/// Builds the routes with all layers around them.
fn app(
    shared: Arc<Shared>,
    bundle: Bundle,
    mut rules: Rules,
    listen: SocketAddr,
) -> Result<AppService, http_service::ConfigError> {
    rules.guard = rules.guard.without_host_on(&[VALUES_PATH, INFO_PATH]);
    let open = route::open_paths();
    let app = App::new(route::routes(shared)).bundle(bundle);
    Ok(rules.apply(app, listen)?.open_on(open).into_service())
}
