//! `modbus-proxy`: arguments, signals and exit codes. Everything else is the library's.

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use http_service::logging::{self, Chain};
use modbus_proxy::{Args, Config};
use tokio::net::TcpListener;

/// The exit code for arguments that cannot be used, as clap's own.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    if let Err(error) = logging::init(args.server.log.clone()) {
        eprintln!("error: {}", Chain(&error));
        return ExitCode::FAILURE;
    }
    let config = match Config::from_args(args) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("error: {}", Chain(&error));
            return ExitCode::from(USAGE);
        }
    };
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", Chain(&*error));
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(config: Config) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| format!("--listen {}: {error}", config.listen))?;
    // For scripts; nobody need read it.
    let _ = writeln!(io::stdout(), "listening on http://{}", listener.local_addr()?);
    let _ = modbus_proxy::serve(config, listener, http_service::cli::shutdown_signal()).await?;
    Ok(())
}
