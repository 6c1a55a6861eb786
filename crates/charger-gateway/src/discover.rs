//! The command `discover` of both proxies: lists the chargers that announce themselves.

mod listing;

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use discovery::{Announcement, Browser, Networks};
use http_service::program;
use tokio::runtime::Runtime;
use tokio::time::sleep;

use crate::charger::Charger;
use crate::probe::{Probed, probe};
use listing::Listed;

/// How to look, and what to print.
#[derive(Clone, Debug, clap::Args)]
pub struct DiscoverArgs {
    /// How long to listen, in seconds
    #[arg(long, value_name = "NUMBER", default_value_t = 5,
        value_parser = clap::value_parser!(u64).range(1..=60))]
    pub seconds: u64,

    /// Print JSON in place of a table
    #[arg(long)]
    pub json: bool,
}

/// Listens and prints what announced itself. Where an announcement lacks the serial number, the
/// charger is asked, as `stranger` makes it of an address: without a password.
pub(crate) fn discover<C: Charger>(
    args: &DiscoverArgs,
    stranger: impl Fn(SocketAddr) -> C,
) -> ExitCode {
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return program::fail(&error, 1),
    };
    let found = match runtime.block_on(listen(Duration::from_secs(args.seconds))) {
        Ok(found) => found,
        Err(error) => return program::fail(&*error, 1),
    };
    let listed = runtime.block_on(complete(found, stranger));
    let text = if args.json { listing::json(&listed) } else { listing::table(&listed) };
    // Nobody need read it.
    let _ = writeln!(io::stdout(), "{text}");
    if listed.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

async fn listen(time: Duration) -> Result<Vec<Announcement>, Box<dyn std::error::Error>> {
    let browser = Browser::start()?;
    sleep(time).await;
    Ok(browser.present())
}

/// With the address that this machine can use, if any, and the serial number.
async fn complete<C: Charger>(
    found: Vec<Announcement>,
    stranger: impl Fn(SocketAddr) -> C,
) -> Vec<Listed> {
    // Without them nothing is reached, and everything is listed all the same.
    let networks = Networks::read().unwrap_or_default();
    let mut listed = Vec::with_capacity(found.len());
    for mut announced in found {
        let ip = announced.addresses.iter().copied().find(|ip| networks.check(*ip).is_ok());
        let address = ip.map(|ip| SocketAddr::new(ip, announced.port));
        if let (None, Some(address)) = (&announced.serial_number, address)
            && let Probed::Charger(serial) = probe(stranger(address)).await
        {
            announced.serial_number = Some(serial);
        }
        listed.push(Listed { announced, address });
    }
    listed
}
