//! The faces of the simulated charger: what `nrgkick-sim-core` computes, on real sockets.
//!
//! Here: time ([`Unit`] moves the simulator along with the clock of tokio), the HTTP face with
//! its wire faults, and `/_sim/*`, by which tests and demonstrations bend the state. [`modbus`]
//! shows the same charger as registers. mDNS is a face of its own beside [`face::http`](face).
//!
//! Not here: what the charger answers. And none of what protects a real server, because the
//! device that is imitated has none of it: no guard, no security headers, no error body of ours
//! but under `/_sim/*`.

mod admin;
pub mod cli;
mod face;
pub mod fault;
pub mod modbus;
mod unit;
mod wire;

use std::time::Duration;

use nrgkick_sim_core::Setup;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval};

use modbus::Modbus;
pub use unit::Unit;

/// What a simulator is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The charger.
    pub setup: Setup,
    /// Whether CORS headers are sent. No real unit was seen to send any.
    pub cors: bool,
    /// How many simulated seconds pass in one, 0 to 10,000. With 0 only `/_sim/advance` moves
    /// time.
    pub speed: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self { setup: Setup::default(), cors: false, speed: 1.0 }
    }
}

/// How often the simulator catches up when nobody asks it anything.
const CATCH_UP: Duration = Duration::from_secs(1);

/// Serves a simulated charger on `listener` until `shutdown` completes.
///
/// Everyone who can reach the listener can use the charger's API; `/_sim/*` answers only to
/// loopback.
pub async fn serve(config: Config, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let modbus = Modbus::new(Unit::new(config.setup, config.speed));
    let listeners = Listeners { http: listener, modbus: None };
    serve_all(&modbus, config.cors, listeners, shutdown).await;
}

/// Where the faces of one charger listen.
#[derive(Debug)]
pub struct Listeners {
    /// For JSON and `/_sim/*`.
    pub http: TcpListener,
    /// For registers, where they are wanted.
    pub modbus: Option<TcpListener>,
}

/// Serves all faces of the charger behind `modbus`, as [`serve`] does with the HTTP face alone.
///
/// The caller keeps a clone of `modbus` to put faults in force and to read its counters; `cors`
/// is that of [`Config`].
pub async fn serve_all(
    modbus: &Modbus,
    cors: bool,
    listeners: Listeners,
    shutdown: impl Future<Output = ()>,
) {
    let unit = modbus.unit();
    let (stop, stopped) = oneshot::channel::<()>();
    let http = async {
        face::http::run(modbus.clone(), cors, listeners.http, shutdown).await;
        drop(stop);
    };
    let registers = async {
        if let Some(listener) = listeners.modbus {
            let stopped = async { drop(stopped.await) };
            let drained = modbus::serve(modbus.clone(), listener, stopped).await;
            tracing::debug!(cut = drained.cut, "Modbus closed");
        }
    };
    let faces = async { tokio::join!(http, registers) };
    let catch_up = async {
        let mut ticks = interval(CATCH_UP);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            unit.with(|_| ());
        }
    };
    tokio::select! {
        _ = faces => {}
        () = catch_up => {}
    }
}
