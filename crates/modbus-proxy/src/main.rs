//! `modbus-proxy`: arguments, signals and exit codes. Everything else is the library's.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser as _;
use http_service::logging;
use http_service::program::{self, USAGE, fail};
use modbus_proxy::{Args, Config};

fn main() -> ExitCode {
    let args = Args::parse();
    let _logging = match logging::init(args.server.log.clone()) {
        Ok(logging) => logging,
        Err(error) => return fail(&*error, 1),
    };
    let config = match Config::from_args(args) {
        Ok(config) => config,
        Err(error) => return fail(&error, USAGE),
    };
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&*error, 1),
    }
}

#[tokio::main]
async fn run(config: Config) -> Result<(), Box<dyn Error>> {
    let listen = config.front.listen;
    program::run(listen, |listener, shutdown| modbus_proxy::serve(config, listener, shutdown)).await
}
