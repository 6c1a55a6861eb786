//! Finding chargers by their announcements (mDNS), and following one that has moved.
//!
//! One task of the server. It listens only while there is a reason: chargers are to be found by
//! themselves (`--charger auto`), or one does not answer where it was. What an announcement is
//! worth is decided in [`decide`]; nobody is asked with a password here.

mod claims;
mod decide;
mod names;
mod said;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use discovery::{Browser, Networks};
use futures_util::{StreamExt as _, stream};
use gateway_api::{FoundBy, Upstream};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::address::Place;
use crate::args::UNNAMED;
use crate::charger::Charger;
use crate::discover::AT_ONCE;
use crate::fleet::Entrance;
use crate::handle::Handle;
use crate::job::Moved;
use crate::probe::{self, Probed, probe};
use crate::search::Search;
use decide::{Allowed, Known, Step, decide, questions};
use said::Said;

/// How long a charger is asked in vain before it is looked for elsewhere.
const LOST: Duration = Duration::from_secs(5);
/// Between two looks at the links of the chargers.
const TICK: Duration = Duration::from_secs(2);
/// For announcements that belong together, and so that none comes too often.
const SETTLE: Duration = Duration::from_secs(1);
/// How long the server's start waits for chargers that nobody named.
const FIRST: Duration = Duration::from_secs(3);
/// How long it waits in all, with the answers of those that have announced themselves.
const START: Duration = Duration::from_secs(10);
/// Before an address is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// How chargers are made of what was found.
pub struct Makers<C> {
    /// A charger at an address, which gets no password.
    pub stranger: Arc<dyn Fn(SocketAddr) -> C + Send + Sync>,
    /// A charger of the gateway at an address, or at none as long as it was not found.
    pub found: Box<dyn Fn(Option<SocketAddr>) -> C + Send + Sync>,
    /// The port, where an announcement does not name it.
    pub port: Option<u16>,
}

pub(crate) struct Seeker<C> {
    entrance: Entrance,
    makers: Makers<C>,
    search: Search,
    upstream: Upstream,
    browser: Option<Browser>,
    answers: HashMap<SocketAddr, (Instant, Probed)>,
    said: Said,
}

impl<C: Charger> Seeker<C> {
    pub(crate) fn new(entrance: Entrance, makers: Makers<C>, search: Search) -> Self {
        let upstream = (makers.found)(None).upstream();
        let (answers, said) = (HashMap::new(), Said::default());
        Self { entrance, makers, search, upstream, browser: None, answers, said }
    }

    /// Waits a moment for chargers that nobody named. Where none comes there is one all the same,
    /// which will be there as soon as it is found.
    pub(crate) async fn first(&mut self) {
        if !self.search.auto || !self.entrance.fleet.all().is_empty() {
            return;
        }
        self.listen();
        // Whoever announces addresses that keep silent must not hold up the start: what is cut off
        // here is found by the search that goes on.
        let end = Instant::now() + FIRST;
        let search = async {
            while self.entrance.fleet.all().is_empty() && timeout_at(end, self.news()).await.is_ok()
            {
                self.pass().await;
            }
        };
        let _ = timeout(START, search).await;
        if self.entrance.fleet.all().is_empty() {
            tracing::warn!(
                "no charger has announced itself in this network yet; the search goes on. See \
                 `discover`, or give the address with --charger"
            );
            self.entrance.add(UNNAMED.to_owned(), (self.makers.found)(None), FoundBy::Mdns);
        }
    }

    /// Looks on for as long as the server runs.
    pub(crate) async fn run(mut self) {
        loop {
            if self.is_needed() {
                self.listen();
                self.news().await;
                self.pass().await;
            } else {
                self.browser = None;
                sleep(TICK).await;
            }
        }
    }

    fn is_needed(&self) -> bool {
        let is_lost = |handle: &Arc<Handle>| known(handle, Instant::now()).is_lost;
        self.search.auto || self.entrance.fleet.all().iter().any(is_lost)
    }

    fn listen(&mut self) {
        if self.browser.is_some() {
            return;
        }
        match Browser::start() {
            Ok(browser) => self.browser = Some(browser),
            Err(error) => {
                let error = http_service::logging::Chain(&error).to_string();
                self.warn(&error);
            }
        }
    }

    /// Waits for announcements that differ, not longer than a tick.
    async fn news(&mut self) {
        match &mut self.browser {
            Some(browser) => {
                if timeout(TICK, browser.changed()).await.is_ok() {
                    sleep(SETTLE).await;
                }
            }
            None => sleep(TICK).await,
        }
    }

    async fn pass(&mut self) {
        let Some(browser) = &self.browser else { return };
        let announced = browser.present();
        let networks = match Networks::read() {
            Ok(networks) => networks,
            Err(error) => return self.warn(&format!("this machine's networks: {error}")),
        };
        let (claims, refused) = claims::claims(announced, &networks, self.upstream);
        refused.iter().for_each(|sentence| self.warn(sentence));
        let now = Instant::now();
        let handles = self.entrance.fleet.all();
        let known: Vec<_> = handles.iter().map(|handle| known(handle, now)).collect();
        let Search { auto, follow } = self.search;
        let allowed = Allowed { auto, follow, port: self.makers.port };
        let answers = self.ask(questions(&known, &claims, allowed)).await;
        for step in decide(&known, &claims, &answers, allowed, self.upstream) {
            self.take(step).await;
        }
    }

    /// Asks each of `addresses` who it is, but for those that were asked a moment ago.
    async fn ask(&mut self, addresses: Vec<SocketAddr>) -> HashMap<SocketAddr, Probed> {
        self.answers.retain(|_, (at, _)| at.elapsed() < ASK_AGAIN);
        let is_due = |address: &&SocketAddr| !self.answers.contains_key(address);
        let due: Vec<(SocketAddr, C)> = addresses
            .iter()
            .filter(is_due)
            .map(|address| (*address, (self.makers.stranger)(*address)))
            .collect();
        let asked: Vec<_> = stream::iter(due)
            .map(|(address, stranger)| async move { (address, probe(stranger).await) })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let now = Instant::now();
        self.answers.extend(asked.into_iter().map(|(address, answer)| (address, (now, answer))));
        let wanted = self.answers.iter().filter(|(address, _)| addresses.contains(address));
        wanted.map(|(address, (_, answer))| (*address, answer.clone())).collect()
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Warn(sentence) => self.warn(&sentence),
            Step::Explain { charger, hint } => {
                let Some(handle) = self.entrance.fleet.find(Some(&charger)) else { return };
                if handle.known.status.explain(&hint) {
                    tracing::warn!(charger, "{hint}");
                }
            }
            Step::Move { charger, to, serial } => {
                let Some(handle) = self.entrance.fleet.find(Some(&charger)) else { return };
                match handle.move_to(to, serial).await {
                    Some(Moved::There) => tracing::info!(charger, %to, "found at this address"),
                    Some(Moved::Back(found)) => {
                        self.warn(&format!("{charger} is not at {to}: {found:?}"));
                    }
                    None => {}
                }
            }
            Step::Add { device, to, serial } => {
                let all = self.entrance.fleet.all();
                let taken: Vec<_> = all.iter().map(|handle| handle.known.name.clone()).collect();
                let name = names::entry_name(&device, &taken);
                tracing::info!(charger = name, device, %to, "found by itself");
                let charger = (self.makers.found)(Some(to));
                let handle = self.entrance.add(name, charger, FoundBy::Mdns);
                handle.known.status.expect(serial);
                handle.look(probe::LIMIT).await;
            }
        }
    }

    fn warn(&mut self, sentence: &str) {
        if self.said.is_due(sentence, Instant::now()) {
            tracing::warn!("{sentence}");
        }
    }
}

fn known(handle: &Arc<Handle>, now: Instant) -> Known {
    let seen = handle.known.status.seen(now);
    let place = match seen.place {
        // The simulator of this machine goes nowhere.
        Place::At(place) if !place.ip().to_canonical().is_loopback() => Some(place),
        Place::At(_) | Place::Named | Place::Unknown => None,
    };
    Known {
        name: handle.known.name.clone(),
        place,
        is_awaited: seen.place == Place::Unknown,
        serial: seen.serial,
        is_lost: place.is_some() && seen.absent_for.is_some_and(|time| time >= LOST),
        has_password: handle.known.has_password,
    }
}
