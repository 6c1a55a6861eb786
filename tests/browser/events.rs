//! The page with a gateway's events in place of polls, and with polls where there are none.

use std::time::Duration;

use nrgkick_tests::front::{Front, NO_ANSWER};
use nrgkick_tests::server::{Server, Simulator, cors_proxy, cors_proxy_at};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{journey, set_up};

const STREAM: &str = "GET /events";
const POLL: &str = "GET /values?raw";

/// Page, proxy and charger, and who counts the requests before the proxy and before the charger.
struct Plant {
    browser: Browser,
    simulator: Simulator,
    proxy: Server,
    page: String,
    before_charger: Front,
    before_proxy: Front,
}

impl Plant {
    async fn start(test: &str) -> Option<Self> {
        let (browser, page) = set_up(test).await?;
        let simulator = Simulator::start("").await;
        let before_charger = Front::start(simulator.address()).await;
        let page = page.display().to_string();
        let proxy = cors_proxy(before_charger.address, &["--app-dir", &page]).await;
        let before_proxy = Front::start(proxy.address).await;
        browser.show_on(Screen::DESKTOP).await;
        Some(Self { browser, simulator, proxy, page, before_charger, before_proxy })
    }

    async fn open(&self) {
        let url = format!("http://{}/#/", self.before_proxy.address);
        self.browser.driver.goto(url).await.unwrap();
        journey::sees_live_values(&self.browser, &self.simulator).await;
    }

    /// Waits until `kilowatt_hours` of the charger are on the screen.
    async fn shows(&self, kilowatt_hours: u32) {
        let energy = json!({"values": {"energy": {"charged_energy": kilowatt_hours * 1_000}}});
        self.simulator.patch(energy).await;
        let shown = format!("{kilowatt_hours}.");
        self.browser.wait_for("energy", 12, |text| text.starts_with(&shown)).await;
    }

    /// Waits until a stream is open and polls have made way for it.
    async fn is_told_by_events(&self) {
        let open = async || self.before_proxy.open(STREAM) == 1;
        self.browser.wait_until(20, open, "a stream is open").await;
        self.shows(21).await;
        self.shows(22).await;
    }

    /// Several values later: how often the page has polled, and the proxy the charger.
    async fn polls(&self) -> (usize, usize) {
        let count = |front: &Front| front.take_asked().iter().filter(|r| *r == POLL).count();
        let of_both = || (count(&self.before_proxy), count(&self.before_charger));
        of_both();
        for kilowatt_hours in 31..35 {
            self.shows(kilowatt_hours).await;
        }
        of_both()
    }
}

#[tokio::test]
pub(crate) async fn events_move_the_values_and_no_poll_is_made() {
    let test = "events_move_the_values_and_no_poll_is_made";
    let Some(plant) = Plant::start(test).await else { return };
    plant.open().await;
    plant.is_told_by_events().await;
    let (by_page, by_proxy) = plant.polls().await;
    assert_eq!(by_page, 0);
    assert!(by_proxy >= 3, "{by_proxy}");
    assert_eq!(plant.browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_write_has_its_verdict_and_its_effect_at_once() {
    let test = "a_write_has_its_verdict_and_its_effect_at_once";
    let Some(plant) = Plant::start(test).await else { return };
    plant.open().await;
    plant.is_told_by_events().await;
    // A limit of 10 kWh asks before it is sent where more has been charged.
    plant.shows(5).await;
    plant.before_proxy.take_asked();
    journey::makes_four_writes(&plant.browser, &plant.simulator).await;
    let asked = plant.before_proxy.take_asked();
    assert!(!asked.iter().any(|request| request == POLL), "{asked:?}");
    assert_eq!(asked.iter().filter(|request| *request == "POST /control").count(), 4);
}

#[tokio::test]
pub(crate) async fn a_charger_that_goes_away_is_told_by_events() {
    let test = "a_charger_that_goes_away_is_told_by_events";
    let Some(plant) = Plant::start(test).await else { return };
    plant.open().await;
    plant.is_told_by_events().await;
    plant.before_proxy.take_asked();
    journey::loses_and_finds_the_charger(&plant.browser, &plant.simulator).await;
    let asked = plant.before_proxy.take_asked();
    assert!(!asked.iter().any(|request| request == POLL), "{asked:?}");
    assert_eq!(plant.before_proxy.open(STREAM), 1, "it is the same stream");
}

#[tokio::test]
async fn a_proxy_that_goes_away_and_comes_back_is_heard_again() {
    let test = "a_proxy_that_goes_away_and_comes_back_is_heard_again";
    let Some(plant) = Plant::start(test).await else { return };
    plant.open().await;
    plant.is_told_by_events().await;
    let Plant { browser, simulator, proxy, page, before_charger, before_proxy } = plant;
    let address = proxy.address;
    proxy.stop().await;
    browser.wait_for_link(20, "stale").await;
    browser.wait_for_link(45, "lost").await;
    let flags = ["--app-dir", &page];
    let proxy = cors_proxy_at(address, before_charger.address, &flags).await;
    browser.wait_for_link(20, "live").await;
    let plant = Plant { browser, simulator, proxy, page, before_charger, before_proxy };
    plant.is_told_by_events().await;
    assert_eq!(plant.polls().await.0, 0);
}

#[tokio::test]
async fn a_hidden_page_has_no_stream_and_opens_one_when_it_is_shown() {
    let test = "a_hidden_page_has_no_stream_and_opens_one_when_it_is_shown";
    let Some(plant) = Plant::start(test).await else { return };
    plant.open().await;
    plant.is_told_by_events().await;
    let driver = &plant.browser.driver;
    let page = driver.window().await.unwrap();
    let other = driver.new_tab().await.unwrap();
    driver.switch_to_window(other).await.unwrap();
    let closed = async || plant.before_proxy.open(STREAM) == 0;
    plant.browser.wait_until(5, closed, "the stream is closed").await;
    is_left_alone(&plant.before_charger).await;
    plant.before_proxy.take_asked();
    driver.switch_to_window(page).await.unwrap();
    let open = async || plant.before_proxy.open(STREAM) == 1;
    plant.browser.wait_until(5, open, "a stream is open again").await;
    plant.is_told_by_events().await;
    assert_eq!(plant.polls().await.0, 0);

    // Left and come back to: as it was left, or loaded anew.
    driver.goto("about:blank").await.unwrap();
    plant.browser.wait_until(5, closed, "the stream is closed").await;
    // Not by the driver, which waits for a page that is there already.
    driver.execute("setTimeout(() => history.back())", vec![]).await.unwrap();
    plant.browser.wait_until(10, open, "a stream is open again").await;
    plant.browser.wait_for_link(10, "live").await;
    plant.is_told_by_events().await;
}

/// Waits until nothing was asked there for longer than the pause between two polls.
async fn is_left_alone(front: &Front) {
    let limit = Instant::now() + Duration::from_secs(15);
    let mut last = Instant::now();
    while last.elapsed() < Duration::from_secs(4) {
        if !front.take_asked().is_empty() {
            last = Instant::now();
        }
        assert!(Instant::now() < limit, "the charger is still asked");
        sleep(Duration::from_millis(50)).await;
    }
}

/// A gateway without them, one that has too many listeners, one behind a server that keeps them.
#[tokio::test]
async fn where_events_cannot_be_had_the_page_polls() {
    let test = "where_events_cannot_be_had_the_page_polls";
    let Some(plant) = Plant::start(test).await else { return };
    for status in [404, 503, 200, NO_ANSWER] {
        plant.before_proxy.answers(&[("/events", status)]);
        plant.browser.driver.goto("about:blank").await.unwrap();
        plant.open().await;
        let asked = plant.before_proxy.take_asked();
        assert!(asked.iter().any(|request| request == STREAM), "{status}: {asked:?}");
        let (by_page, _) = plant.polls().await;
        assert!(by_page >= 3, "{status}: {by_page}");
    }
    // It comes back to them by itself.
    plant.before_proxy.answers(&[("/events", 503)]);
    plant.browser.driver.goto("about:blank").await.unwrap();
    plant.open().await;
    plant.before_proxy.answers(&[]);
    plant.is_told_by_events().await;
    assert_eq!(plant.polls().await.0, 0);
}
