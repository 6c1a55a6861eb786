//! `modbus-proxy`: arguments, signals and exit codes. Everything else is in the library.

use std::net::SocketAddr;
use std::process::ExitCode;

use http_service::program;
use http_service::settings;
use modbus_proxy::{Args, Config, PORT, PROGRAM, serve, stranger};

fn main() -> ExitCode {
    let mut args: Args = match settings::parse() {
        Ok(args) => args,
        Err(ended) => return ended,
    };
    if let Some(command) = &args.command {
        return command.run(PROGRAM, |json| stranger(SocketAddr::new(json.ip(), PORT), args.unit));
    }
    if args.settings.check {
        // A gateway that runs has the record to itself.
        args.gateway.data = None;
        return program::check(Config::from_args(&args));
    }
    let log = args.server.log.clone();
    program::start(log, || Config::from_args(&args), |config| config.server.listen(), serve)
}
