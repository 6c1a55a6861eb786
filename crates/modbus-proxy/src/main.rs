//! `modbus-proxy`: arguments, signals and exit codes. Everything else is in the library.

use std::process::ExitCode;

use clap::Parser as _;
use http_service::program;
use modbus_proxy::{Args, Config, serve};

fn main() -> ExitCode {
    let args = Args::parse();
    let log = args.server.log.clone();
    program::start(log, || Config::from_args(&args), |config| config.server.listen, serve)
}
