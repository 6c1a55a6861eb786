//! The simulated charger on real sockets; `nrgkick-sim-core` computes its answers.
//!
//! Here: time ([`Unit`] moves the simulator along with the clock of tokio), the HTTP face with
//! its wire faults, and `/_sim/*`, by which tests and demonstrations bend the state. [`modbus`]
//! shows the same charger as registers. `face::mdns` announces it in the network, where wanted.
//! [`custom_api`] is where the charger itself asks: the user's server of values. [`profile`] makes it
//! answer as one real charger did.
//!
//! Not here: the content of the charger's answers. And no protection of a real server, because the
//! imitated device has none: no guard, no security headers, no error bodies except under `/_sim/*`.

mod admin;
mod answer;
pub mod cli;
pub mod custom_api;
mod face;
pub mod fault;
mod limits;
pub mod modbus;
mod on_off;
pub mod profile;
mod unit;
mod wire;

use std::time::Duration;

use nrgkick_sim_core::Setup;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval};

use custom_api::{Poller, Settings};
use modbus::Modbus;
pub use unit::Unit;

/// The configuration of a simulator.
#[derive(Clone, Debug)]
pub struct Config {
    /// The charger.
    pub setup: Setup,
    /// Sends CORS headers. No real unit was seen to send any.
    pub cors: bool,
    /// Simulated seconds for each real one, 0 to 10,000. With 0 only `/_sim/advance` moves time.
    pub speed: f64,
    /// Keeps a connection for further requests.
    pub keep_alive: bool,
    /// Most connections for HTTP, and as many for Modbus; a further one is closed at once. `None`
    /// for more than any test needs.
    pub connections: Option<usize>,
    /// The polling of the user's server of values.
    pub custom_api: Settings,
    /// Whether it announces itself in the local network, as real ones do.
    pub mdns: bool,
}

impl Default for Config {
    fn default() -> Self {
        let custom_api = Settings::default();
        Self {
            setup: Setup::default(),
            cors: false,
            speed: 1.0,
            keep_alive: true,
            connections: None,
            custom_api,
            mdns: false,
        }
    }
}

/// Interval at which the simulator advances without requests.
const CATCH_UP: Duration = Duration::from_secs(1);

/// Serves a simulated charger on `listener` until `shutdown` completes.
///
/// Everyone who can reach the listener can use the charger's API; `/_sim/*` answers only to
/// loopback.
pub async fn serve(config: Config, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let faces = Faces::new(config);
    let listeners = Listeners { http: listener, modbus: None };
    serve_faces(&faces, listeners, shutdown).await;
}

/// One charger with all its network interfaces. Clones share one state.
#[derive(Clone, Debug)]
pub struct Faces {
    /// Its registers; [`Modbus::unit`] is the charger itself.
    pub modbus: Modbus,
    /// Its poller.
    pub custom_api: Poller,
    /// Sends CORS headers.
    pub cors: bool,
    /// Keeps a connection for further requests.
    pub keep_alive: bool,
    /// Most connections of each kind.
    pub connections: Option<usize>,
    /// Whether it announces itself.
    pub mdns: bool,
}

impl Faces {
    /// Creates the charger of `config`.
    pub fn new(config: Config) -> Self {
        let unit = Unit::new(config.setup, config.speed);
        let custom_api = Poller::new(unit.clone(), config.custom_api);
        Self {
            modbus: Modbus::new(unit),
            custom_api,
            cors: config.cors,
            keep_alive: config.keep_alive,
            connections: config.connections,
            mdns: config.mdns,
        }
    }
}

/// The listeners of one charger.
#[derive(Debug)]
pub struct Listeners {
    /// For the JSON API and `/_sim/*`.
    pub http: TcpListener,
    /// For Modbus, if wanted.
    pub modbus: Option<TcpListener>,
}

/// Serves HTTP and Modbus of the charger behind `modbus`; [`serve`] does HTTP alone.
///
/// The caller keeps a clone of `modbus` to put faults in force and to read its counters; `cors`
/// is that of [`Config`]. Nothing is announced, and nothing fetched until `/_sim/custom-api` names a
/// server.
pub async fn serve_all(
    modbus: &Modbus,
    cors: bool,
    listeners: Listeners,
    shutdown: impl Future<Output = ()>,
) {
    let custom_api = Poller::new(modbus.unit().clone(), Settings::default());
    let modbus = modbus.clone();
    let (keep_alive, connections) = (true, None);
    let faces = Faces { modbus, custom_api, cors, keep_alive, connections, mdns: false };
    serve_faces(&faces, listeners, shutdown).await;
}

/// Serves `faces` on its listeners, and polls the Custom API.
pub async fn serve_faces(faces: &Faces, listeners: Listeners, shutdown: impl Future<Output = ()>) {
    let modbus = &faces.modbus;
    let unit = modbus.unit();
    let (stop, stopped) = oneshot::channel::<()>();
    let announced = faces.mdns.then(|| listeners.http.local_addr()).transpose();
    let (silence, silenced) = oneshot::channel::<()>();
    let http = async {
        face::http::run(faces.clone(), listeners.http, shutdown).await;
        drop(stop);
        drop(silence);
    };
    let registers = async {
        if let Some(listener) = listeners.modbus {
            let stopped = async { drop(stopped.await) };
            let drained = modbus::serve(modbus.clone(), faces.connections, listener, stopped).await;
            tracing::debug!(cut = drained.cut, "Modbus closed");
        }
    };
    let announced = async {
        match announced {
            Ok(Some(address)) => {
                face::mdns::run(unit, address, async { drop(silenced.await) }).await
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "it cannot be announced"),
        }
    };
    let served = async { tokio::join!(http, registers, announced) };
    let catch_up = async {
        let mut ticks = interval(CATCH_UP);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            unit.with(|_| ());
        }
    };
    tokio::select! {
        _ = served => {}
        () = catch_up => {}
        () = faces.custom_api.run() => {}
    }
}
