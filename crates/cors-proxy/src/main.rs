//! `cors-proxy`: arguments, signals and exit codes. Everything else is in the library.

use std::process::ExitCode;

use clap::Parser as _;
use cors_proxy::{Args, Config, serve, stranger};
use http_service::program;

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(command) = &args.command {
        return command.run(stranger);
    }
    let log = args.server.log.clone();
    program::start(log, || Config::from_args(&args), |config| config.server.listen, serve)
}
