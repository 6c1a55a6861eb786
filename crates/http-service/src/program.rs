//! What every program does around its server: listen, say so, end when asked to, and say why not.

use std::error::Error;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tracing_subscriber::filter::Targets;

use crate::logging::{self, Chain};
use crate::{ConfigError, Drained};

/// The exit code for arguments that cannot be used, as clap's own.
pub const USAGE: u8 = 2;

/// Says what went wrong, with everything that led to it.
pub fn fail(error: &dyn Error, code: u8) -> ExitCode {
    // Whoever started the program may have closed its end.
    let _ = writeln!(io::stderr(), "error: {}", Chain(error));
    ExitCode::from(code)
}

/// The whole `main` of a server: its log, its configuration, and serving until it is asked to stop.
/// `config` is read after the log is there; `listen` says where its server listens.
pub fn start<C, E: Error, F>(
    log: Targets,
    config: impl FnOnce() -> Result<C, E>,
    listen: impl FnOnce(&C) -> SocketAddr,
    serve: impl FnOnce(C, TcpListener, Shutdown) -> F,
) -> ExitCode
where
    F: Future<Output = Result<Drained, ConfigError>>,
{
    let _logging = match logging::init(log) {
        Ok(logging) => logging,
        Err(error) => return fail(&*error, 1),
    };
    let config = match config() {
        Ok(config) => config,
        Err(error) => return fail(&error, USAGE),
    };
    // One thread: an answer takes some 100 µs, and handing a connection from thread to thread costs
    // about as much again.
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error, 1),
    };
    let address = listen(&config);
    let served = run(address, |listener, shutdown| serve(config, listener, shutdown));
    match runtime.block_on(served) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&*error, 1),
    }
}

/// File descriptors that are asked for: each connection and each event stream takes one, and so
/// does each connection to a charger. The usual 1,024 are too few for as many streams.
#[cfg(unix)]
const DESCRIPTORS: u64 = 4096;

/// Asks the system for [`DESCRIPTORS`], as far as it lets a program go.
#[cfg(unix)]
fn raise_descriptor_limit() {
    match rlimit::increase_nofile_limit(DESCRIPTORS) {
        Ok(limit) => tracing::debug!(limit, "file descriptors"),
        Err(error) => tracing::debug!(%error, "the limit of file descriptors stays as it is"),
    }
}

#[cfg(not(unix))]
fn raise_descriptor_limit() {}

/// Listens on `address`, prints where for scripts, and runs `serve` with the moment to stop.
///
/// # Errors
/// Where nobody can listen there, or `serve` refuses to.
pub async fn run<S, F>(address: SocketAddr, serve: S) -> Result<(), Box<dyn Error>>
where
    S: FnOnce(TcpListener, Shutdown) -> F,
    F: Future<Output = Result<Drained, ConfigError>>,
{
    raise_descriptor_limit();
    let listener =
        TcpListener::bind(address).await.map_err(|error| format!("--listen {address}: {error}"))?;
    let shutdown = shutdown_signal();
    // Nobody need read it.
    let _ = writeln!(io::stdout(), "listening on http://{}", listener.local_addr()?);
    let drained = serve(listener, shutdown).await?;
    if drained.cut > 0 {
        tracing::warn!(connections = drained.cut, "cut at the end");
    }
    Ok(())
}

/// Completes when the process is asked to stop.
pub type Shutdown = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Listens from now on for ctrl-c and for a service manager's request to stop; where a signal
/// cannot be listened for, the other one still counts.
#[cfg(unix)]
pub fn shutdown_signal() -> Shutdown {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    async fn received(signal: Option<Signal>) {
        match signal {
            Some(mut signal) => drop(signal.recv().await),
            None => std::future::pending().await,
        }
    }
    let interrupt = signal(SignalKind::interrupt()).ok();
    let terminate = signal(SignalKind::terminate()).ok();
    Box::pin(async {
        tokio::select! {
            () = received(interrupt) => {}
            () = received(terminate) => {}
        }
    })
}

/// Listens for ctrl-c.
#[cfg(not(unix))]
pub fn shutdown_signal() -> Shutdown {
    Box::pin(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
