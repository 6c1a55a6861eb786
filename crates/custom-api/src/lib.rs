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
mod edit;
pub mod example;
mod fetches;
pub mod history;
mod looks;
mod reload;
mod route;
mod shared;
pub mod source;
mod status;
pub mod store;
#[cfg(test)]
mod tests;
mod trial;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gateway_api::custom_api::edit::LONGEST_REQUEST;
use http_service::cli::{ListenArgs, Rules};
use http_service::{App, AppService, Bundle, Drained, Limits};
use nrgkick_model::custom_api::{INFO_PATH, VALUES_PATH};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use cli::{Args, Command, ConfigArgs, DEFAULT_LISTEN};
pub use config::Config;
pub use history::Pace;
pub use source::Timeouts;

use shared::Shared;

/// The program's name.
pub const NAME: &str = env!("CARGO_PKG_NAME");
/// Its version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The flag of [`Server::edit`].
const EDIT_FLAG: &str = "--edit";
/// Time for the rest of a request that waits for a trial.
const SLACK: Duration = Duration::from_secs(5);

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
    /// Set if the configuration may be edited over HTTP.
    pub edit: bool,
    /// The mistakes of the file in place of which an empty configuration stands.
    pub problem: Option<String>,
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
        let bundle = match args.bundle_in(NAME, page_bundle::CUSTOM_API)? {
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
        let (edit, problem) = (false, None);
        Ok(Self { config, rules, listen, bundle, timeouts, pace, limits, edit, problem })
    }

    /// Lets the configuration be edited over HTTP, by who has the token or calls from this machine.
    ///
    /// # Errors
    /// If others may call without a token.
    pub fn editable(self) -> Result<Self, http_service::ConfigError> {
        self.rules.access.check_owner(EDIT_FLAG, self.listen)?;
        Ok(Self { edit: true, ..self })
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
    let Server { config, rules, listen, bundle, timeouts, pace, limits, edit, problem } = server;
    // With a wildcard in the flags, the bound address decides.
    let listen = listener.local_addr().unwrap_or(listen);
    let shared = Arc::new(Shared::new(config, timeouts, pace, edit));
    *shared.problem() = problem;
    let app = app(Arc::clone(&shared), bundle, rules, listen)?;
    shared.start(&mut *shared.sources.lock().await);
    let mut tasks = JoinSet::new();
    tasks.spawn(reload::at_each_hangup(Arc::clone(&shared)));
    tasks.spawn(looks::watch(Arc::clone(&shared), pace.look));
    let drained = http_service::serve(listener, app, shutdown, limits).await;
    tasks.shutdown().await;
    shared.sources.lock().await.end().await;
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
    let is_editable = shared.is_editable;
    let mut app = App::new(route::routes(shared)).bundle(bundle);
    if is_editable {
        rules.access.check_owner(EDIT_FLAG, listen)?;
        app = app.body_bytes(LONGEST_REQUEST).deadline(trial::LIMIT + SLACK);
    }
    Ok(rules.apply(app, listen)?.open_on(open).into_service())
}
