//! `modbus-proxy`: arguments, signals and exit codes. Everything else is in the library.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser as _;
use http_service::program;
use modbus_proxy::{Args, Config, PORT, serve, stranger};

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(command) = &args.command {
        return command.run(|json| stranger(SocketAddr::new(json.ip(), PORT), args.unit));
    }
    let log = args.server.log.clone();
    program::start(log, || Config::from_args(&args), |config| config.server.listen, serve)
}
