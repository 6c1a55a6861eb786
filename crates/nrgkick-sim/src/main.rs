//! A simulated NRGkick Gen2 charger as a program.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser as _;
use nrgkick_sim::cli::Args;
use nrgkick_sim::{Faces, Listeners};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            tracing::error!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), String> {
    args.check()?;
    let (http, address) = bind("--http", args.http).await?;
    let registers = match args.modbus {
        Some(address) => Some(bind("--modbus", address).await?),
        None => None,
    };
    let profile = args.profile.clone();
    let (config, notes) = args.profiled().map_err(|error| error.to_string())?;
    let setup = &config.setup;
    let mut lines = format!(
        "SIMULATED charger on http://{address} (model {}, firmware {}, scenario {})\n",
        setup.model, setup.firmware, setup.scenario
    );
    if let Some((_, address)) = &registers {
        lines += &format!("Modbus on {address}, unit 1\n");
    }
    if let Some(file) = profile {
        lines += &format!("It answers as the charger of {}\n", file.display());
    }
    for note in notes {
        lines += &format!("Not as that charger: {note}\n");
    }
    if config.mdns {
        lines += "Announced by mDNS: everybody in this network finds it\n";
    }
    if let Some(url) = &config.custom_api.url {
        lines += &format!("Asks {url} every {}\n", config.custom_api.every);
    }
    // A closed stdout is no reason not to serve.
    let mut stdout = io::stdout();
    let _ = stdout.write_all(lines.as_bytes()).and_then(|()| stdout.flush());

    let listeners = Listeners { http, modbus: registers.map(|(listener, _)| listener) };
    let shutdown = http_service::program::shutdown_signal();
    nrgkick_sim::serve_faces(&Faces::new(config), listeners, shutdown).await;
    Ok(())
}

/// Listens on `address`, given by `flag`; also returns the bound address, as port 0 is allowed.
async fn bind(flag: &str, address: SocketAddr) -> Result<(TcpListener, SocketAddr), String> {
    let bound = async {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok::<_, io::Error>((listener, address))
    };
    bound.await.map_err(|error| format!("{flag}: cannot listen on {address}: {error}"))
}
