//! The search for chargers that announce themselves: the command `discover` of both proxies, and
//! what `GET /discover` shares with it.

mod listing;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use discovery::{Announcement, Browser, DiscoveryError, Networks};
use futures_util::{StreamExt as _, stream};
use gateway_api::found::FoundCharger;
use http_service::program;
use tokio::runtime::Runtime;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, sleep, timeout_at};

use crate::charger::Charger;
use crate::probe::{Probed, probe};

/// The longest that all questions take together, however many announced themselves.
pub(crate) const QUESTIONS: Duration = Duration::from_secs(5);
/// Addresses that are asked at once.
pub(crate) const AT_ONCE: usize = 16;

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

/// Listens and prints what announced itself; `stranger` makes a charger of an address, which is
/// asked without a password.
pub(crate) fn discover<C: Charger>(
    args: &DiscoverArgs,
    stranger: impl Fn(SocketAddr) -> C,
) -> ExitCode {
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return program::fail(&error, 1),
    };
    let asked = |address| probe(stranger(address));
    let listed = match runtime.block_on(search(Duration::from_secs(args.seconds), asked)) {
        Ok(listed) => listed,
        Err(error) => return program::fail(&error, 1),
    };
    let text = if args.json { listing::json(&listed) } else { listing::table(&listed) };
    let printed = program::print(&format!("{text}\n"));
    if listed.is_empty() { ExitCode::FAILURE } else { printed }
}

/// Listens for `time`. Where an announcement lacks the serial number, its address is `asked`.
///
/// # Errors
/// If this machine cannot listen.
pub(crate) async fn search<A: Future<Output = Probed>>(
    time: Duration,
    asked: impl Fn(SocketAddr) -> A,
) -> Result<Vec<FoundCharger>, DiscoveryError> {
    let browser = Browser::start()?;
    sleep(time).await;
    let found = browser.present();
    // Without them nothing is reached, and everything is listed all the same.
    let networks = Networks::read().unwrap_or_default();
    let end = Instant::now() + QUESTIONS;
    // Who is not asked in time is listed all the same.
    let asked = |address| timeout_at(end, asked(address));
    let (asked, networks) = (&asked, &networks);
    let completed = stream::iter(found).map(|found| complete(found, networks, asked));
    Ok(completed.buffered(AT_ONCE).collect().await)
}

/// With the address that this machine can use, if any, and the serial number.
async fn complete<A: Future<Output = Result<Probed, Elapsed>>>(
    mut announced: Announcement,
    networks: &Networks,
    asked: impl Fn(SocketAddr) -> A,
) -> FoundCharger {
    let ip = announced.addresses.iter().copied().find(|ip| networks.check(*ip).is_ok());
    let address = ip.map(|ip| SocketAddr::new(ip, announced.port));
    if let (None, Some(address)) = (&announced.serial_number, address)
        && let Ok(Probed::Charger(serial)) = asked(address).await
    {
        announced.serial_number = Some(serial);
    }
    listing::listed(announced, address)
}
