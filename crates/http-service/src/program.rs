//! The common `main` of all programs: logging, listening, signals, errors and exit codes.

use std::error::Error;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tracing_subscriber::filter::Targets;

use crate::logging::{self, Chain};
use crate::{ConfigError, Drained, service_manager};

/// The version of the crate that calls it, with how the program was linked where that is static.
#[macro_export]
macro_rules! version {
    () => {
        if cfg!(all(target_env = "musl", target_feature = "crt-static")) {
            concat!(env!("CARGO_PKG_VERSION"), " (static, musl)")
        } else if cfg!(all(target_os = "linux", target_feature = "crt-static")) {
            concat!(env!("CARGO_PKG_VERSION"), " (static, glibc)")
        } else {
            env!("CARGO_PKG_VERSION")
        }
    };
}

/// The exit code for invalid arguments, the same as clap's.
pub const USAGE: u8 = 2;

/// Prints an error with its causes to standard error and returns the exit code.
pub fn fail(error: &dyn Error, code: u8) -> ExitCode {
    // Standard error may be closed.
    let _ = writeln!(io::stderr(), "error: {}", Chain(error));
    ExitCode::from(code)
}

/// Prints a text and returns the exit code.
pub fn print(text: &str) -> ExitCode {
    // Standard output may be closed.
    let _ = write!(io::stdout(), "{text}");
    ExitCode::SUCCESS
}

/// Says whether a configuration can be used, and returns the exit code.
pub fn check<C, E: Error>(config: Result<C, E>) -> ExitCode {
    match config {
        Ok(_) => print("all options are good\n"),
        Err(error) => fail(&error, USAGE),
    }
}

/// Runs a server: starts the log, reads the configuration and serves until asked to stop. `config`
/// runs after the log is started; `listen` returns the address to listen on.
pub fn start<C, E: Error, F>(
    log: Targets,
    config: impl FnOnce() -> Result<C, E>,
    listen: impl FnOnce(&C) -> Listen,
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
    let listen = listen(&config);
    let served = run(listen, |listener, shutdown| serve(config, listener, shutdown));
    match runtime.block_on(served) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&*error, 1),
    }
}

/// Requested number of file descriptors: each connection and each event stream takes one, and so
/// does each connection to a charger. The usual 1,024 are too few for the maximum of streams.
#[cfg(unix)]
const DESCRIPTORS: u64 = 4096;

/// Raises the limit to [`DESCRIPTORS`], as far as the system allows.
#[cfg(unix)]
fn raise_descriptor_limit() {
    match rlimit::increase_nofile_limit(DESCRIPTORS) {
        Ok(limit) => tracing::debug!(limit, "file descriptors"),
        Err(error) => tracing::debug!(%error, "the limit of file descriptors stays as it is"),
    }
}

#[cfg(not(unix))]
fn raise_descriptor_limit() {}

/// An address to listen on, with the scheme that it is opened by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Address and port.
    pub address: SocketAddr,
    /// `http` or `https`.
    pub scheme: &'static str,
}

/// Listens on `listen`, prints the actual address for scripts, and runs `serve` with the shutdown
/// signal.
///
/// # Errors
/// If the address cannot be listened on, or `serve` refuses to start.
pub async fn run<S, F>(listen: Listen, serve: S) -> Result<(), Box<dyn Error>>
where
    S: FnOnce(TcpListener, Shutdown) -> F,
    F: Future<Output = Result<Drained, ConfigError>>,
{
    raise_descriptor_limit();
    let Listen { address, scheme } = listen;
    let listener =
        TcpListener::bind(address).await.map_err(|error| format!("--listen {address}: {error}"))?;
    let shutdown = shutdown_signal();
    // Standard output may be closed.
    let _ = writeln!(io::stdout(), "listening on {scheme}://{}", listener.local_addr()?);
    let shutdown = service_manager::started(shutdown);
    let drained = serve(listener, shutdown).await?;
    if drained.cut > 0 {
        tracing::warn!(connections = drained.cut, "cut at the end");
    }
    Ok(())
}

/// Completes when the process is asked to stop.
pub type Shutdown = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Registers handlers for SIGINT (ctrl-c) and SIGTERM; if one of them fails, the other still
/// works.
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

/// The signals to read the configuration again (SIGHUP); none where the system has no such signal.
#[derive(Debug)]
pub struct Hangups {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Hangups {
    /// Registers a handler, in place of the end of the process. Needs a runtime.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "registering is an effect")]
    pub fn new() -> Self {
        Self {
            #[cfg(unix)]
            signal: {
                use tokio::signal::unix::{SignalKind, signal};
                signal(SignalKind::hangup()).ok()
            },
        }
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
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
