//! `custom-api`: arguments, signals and exit codes. Everything else is the library's.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser as _;
use custom_api::{Args, Command, Config, ConfigArgs, DEFAULT_LISTEN, Server, Timeouts};
use http_service::healthcheck::healthcheck;
use http_service::logging;
use http_service::program::{self, Listen, USAGE, fail};

fn main() -> ExitCode {
    let args = Args::parse();
    // The table of `check` already holds every message.
    let is_check = matches!(args.command, Some(Command::Check { .. }));
    let _logging = match (!is_check).then(|| logging::init(args.server.log.clone())).transpose() {
        Ok(logging) => logging,
        Err(error) => return fail(&*error, 1),
    };
    match &args.command {
        Some(Command::Example { name }) => {
            let text =
                name.map_or_else(custom_api::example::list, |name| name.text().trim_end().into());
            program::print(&format!("{text}\n"))
        }
        Some(Command::Healthcheck(args)) => healthcheck(args, DEFAULT_LISTEN.port()),
        Some(Command::Check { config, time_limit }) => check(config, *time_limit),
        None => match &args.config {
            Some(config) => serve(config, &args.server, args.edit),
            // Unreachable: clap requires a configuration here.
            None => ExitCode::from(USAGE),
        },
    }
}

fn serve(args: &ConfigArgs, server: &http_service::cli::ListenArgs, edit: bool) -> ExitCode {
    let (config, problem) = match (load(args), edit) {
        (Ok(config), _) => (config, None),
        (Err(error), true) if error.is_mendable() => {
            let message = logging::Chain(&error).to_string();
            tracing::warn!(error = message, "begins without values, until the file is edited");
            // A file that is still to be written has no mistakes.
            let text = std::fs::read_to_string(&args.file).unwrap_or_default();
            let problem = (!text.trim().is_empty()).then_some(message);
            (Config::empty(&args.file, args.push_token_file.as_deref()), problem)
        }
        (Err(error), _) => return fail(&error, USAGE),
    };
    let listen = server.listen_or(DEFAULT_LISTEN);
    let server = Server::new(config, server, listen)
        .and_then(|server| if edit { server.editable() } else { Ok(server) });
    let server = match server {
        Ok(server) => Server { problem, ..server },
        Err(error) => return fail(&error, USAGE),
    };
    let listen = server.rules.listen(listen);
    match run(server, listen) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&*error, 1),
    }
}

/// Runs on one thread: a charger asks every few seconds, and moving connections between threads
/// costs more than answering. Nothing here computes for long.
#[tokio::main(flavor = "current_thread")]
async fn run(server: Server, listen: Listen) -> Result<(), Box<dyn Error>> {
    program::run(listen, |listener, shutdown| custom_api::serve(server, listener, shutdown)).await
}

#[tokio::main]
async fn check(config: &ConfigArgs, limit: std::time::Duration) -> ExitCode {
    let config = match load(config) {
        Ok(config) => config,
        Err(error) => return fail(&error, USAGE),
    };
    let report = custom_api::check::check(config, limit, Timeouts::default()).await;
    let printed = program::print(&format!("{report}\n"));
    if report.is_good() { printed } else { ExitCode::FAILURE }
}

fn load(args: &ConfigArgs) -> Result<Config, custom_api::config::ConfigError> {
    Config::load(&args.file, args.push_token_file.as_deref())
}
