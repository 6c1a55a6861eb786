//! The demo: the page from a static host, with a simulated charger of its own and no other.

use std::fs;

use nrgkick_sim_core::Scenario;
use nrgkick_tests::tool;
use nrgkick_tests::webdriver::{Browser, HOST, Screen};

use crate::direct::{StaticHost, copy};
use crate::screens::ROUTES;
use crate::set_up;

/// Limit for a change, its lag of 2 s and its read-back, s.
const CHANGE: u64 = 12;
/// Every address that the page has loaded or asked.
const ASKED: &str = "return performance.getEntriesByType('resource').map((entry) => entry.name)";
/// The addresses behind the scenarios in the settings.
const CHOICES: &str =
    "return [...document.querySelectorAll('#demo-scenarios a')].map((link) => link.search)";

async fn open(test: &str) -> Option<(Browser, StaticHost)> {
    let (browser, page) = set_up(test).await?;
    let python = tool::find("NRGKICK_PYTHON", test)?;
    browser.show_on(Screen::PHONE).await;
    Some((browser, StaticHost::start(&python, &page)))
}

async fn texts(browser: &Browser, script: &str) -> Vec<String> {
    let answer = browser.driver.execute(script, vec![]).await.unwrap();
    serde_json::from_value(answer.json().clone()).unwrap()
}

async fn shows_the_strip(browser: &Browser) {
    browser.wait_for("simulated", 10, |text| text.contains("not real")).await;
    assert!(browser.shows("simulated").await);
}

#[tokio::test]
pub(crate) async fn every_screen_of_the_demo_says_that_nothing_is_real() {
    let Some((browser, host)) = open("every_screen_of_the_demo_says_that_nothing_is_real").await
    else {
        return;
    };
    for route in ROUTES {
        browser.driver.goto(format!("{}/?demo=charging#/{route}", host.url)).await.unwrap();
        shows_the_strip(&browser).await;
        browser.wait_for_link(20, "live").await;
        browser.wait_for_parts(20).await;
        shows_the_strip(&browser).await;
        if route.is_empty() {
            browser
                .wait_for("power", 5, |text| text.contains("kW") && !text.starts_with('0'))
                .await;
        }
        let name = format!("demo-{}", if route.is_empty() { "overview" } else { route });
        browser.picture(&name, Screen::PHONE).await;
    }
    assert_eq!(browser.complaints().await, [""; 0]);
    let asked = texts(&browser, ASKED).await;
    assert!(asked.iter().any(|address| address.contains("/demo/demo-")), "{asked:?}");
    let of_a_charger = ["/api", "/values", "/info", "/control", "/chargers", "/healthz"];
    let is_of_a_charger =
        |address: &&String| of_a_charger.iter().any(|path| address.contains(path));
    assert_eq!(asked.iter().find(is_of_a_charger), None, "no charger was asked");
}

#[tokio::test]
pub(crate) async fn a_change_in_the_demo_is_confirmed_and_one_that_is_refused_says_why() {
    let test = "a_change_in_the_demo_is_confirmed_and_one_that_is_refused_says_why";
    let Some((browser, host)) = open(test).await else { return };
    browser.driver.goto(format!("{}/?demo=charging", host.url)).await.unwrap();
    browser.wait_for("state", 20, |text| text.contains("Charging")).await;
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", CHANGE, |text| text.contains("Confirmed")).await;
    browser.wait_for("state", 15, |text| text.contains("Paused")).await;
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("state", 25, |text| text.contains("Charging")).await;

    browser.driver.goto(format!("{}/?demo=solar", host.url)).await.unwrap();
    browser.wait_for("state", 20, |text| text.contains("Charging")).await;
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", CHANGE, |text| text.contains("solar-charging")).await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_scenario_of_the_demo_that_does_not_exist_is_named_with_those_that_do() {
    let test = "a_scenario_of_the_demo_that_does_not_exist_is_named_with_those_that_do";
    let Some((browser, host)) = open(test).await else { return };
    browser.driver.goto(format!("{}/?demo=party", host.url)).await.unwrap();
    let said = browser.wait_for("diagnosis", 20, |text| text.contains("“party”")).await;
    for scenario in Scenario::ALL {
        assert!(said.contains(scenario.name()), "{scenario}: {said}");
    }
    browser.picture("demo-unknown", Screen::PHONE).await;

    // The way out of it: another scenario, and the page without the demo.
    browser.driver.goto(format!("{}/?lang=en&demo=party#/settings", host.url)).await.unwrap();
    let are_there = async || texts(&browser, CHOICES).await.len() == Scenario::ALL.len();
    browser.wait_until(20, are_there, "the choice of scenarios").await;
    let expected = Scenario::ALL.map(|scenario| format!("?lang=en&demo={scenario}"));
    assert_eq!(texts(&browser, CHOICES).await, expected);
    browser.driver.goto(format!("{}/?demo#/settings", host.url)).await.unwrap();
    browser.wait_for_link(20, "live").await;
    browser.wait_for_parts(20).await;
    browser.part("leave-demo").await.scroll_into_view().await.unwrap();
    browser.picture("demo-choice", Screen::PHONE).await;
    browser.part("leave-demo").await.click().await.unwrap();
    browser.wait_for("waiting", 20, |text| text.contains("Which charger")).await;
    assert!(!browser.shows("simulated").await);
    // And in again, which a host without a charger offers.
    let is_offered = async || browser.shows("to-demo").await;
    browser.wait_until(10, is_offered, "the way to the demo").await;
    browser.part("to-demo").await.scroll_into_view().await.unwrap();
    browser.part("to-demo").await.click().await.unwrap();
    browser.wait_for_link(20, "live").await;
}

#[tokio::test]
async fn every_scenario_of_the_demo_is_shown() {
    let Some((browser, host)) = open("every_scenario_of_the_demo_is_shown").await else { return };
    for scenario in Scenario::ALL {
        browser.driver.goto(format!("{}/?demo={scenario}", host.url)).await.unwrap();
        browser.wait_for_link(20, "live").await;
        browser.wait_for("state", 10, |text| !text.is_empty()).await;
        browser.picture(&format!("demo-{scenario}"), Screen::PHONE).await;
    }
    assert_eq!(browser.complaints().await, [""; 0]);
}

/// Also on plain HTTP under another name than `localhost`, and with our own servers' policy.
#[tokio::test]
async fn without_the_demo_in_the_address_nothing_of_it_is_loaded() {
    let test = "without_the_demo_in_the_address_nothing_of_it_is_loaded";
    let Some((browser, page)) = set_up(test).await else { return };
    let simulator = nrgkick_tests::server::Simulator::start("--scenario idle").await;
    let page = page.display().to_string();
    let flags = ["--app-dir", page.as_str()];
    let proxy = nrgkick_tests::server::cors_proxy(simulator.address(), &flags).await;
    browser.show_on(Screen::PHONE).await;
    let url = format!("http://{HOST}:{}/", proxy.address.port());
    browser.driver.goto(&url).await.unwrap();
    browser.wait_for_link(15, "live").await;
    browser.wait_for_parts(15).await;
    let loaded = texts(&browser, ASKED).await;
    assert!(!loaded.iter().any(|address| address.contains("demo")), "{loaded:?}");

    browser.driver.goto(format!("{url}?demo=charging")).await.unwrap();
    browser.wait_for("state", 20, |text| text.contains("Charging")).await;
    let asked = simulator.writes().await.len();
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", CHANGE, |text| text.contains("Confirmed")).await;
    assert_eq!(simulator.writes().await.len(), asked, "the proxy's charger is left alone");
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_page_without_its_demo_says_so_and_one_that_does_not_come_is_asked_for_again() {
    let test = "a_page_without_its_demo_says_so_and_one_that_does_not_come_is_asked_for_again";
    let Some((browser, page)) = set_up(test).await else { return };
    let Some(python) = tool::find("NRGKICK_PYTHON", test) else { return };
    let folder = tempfile::tempdir().unwrap();
    copy(&page, folder.path());
    let host = StaticHost::start(&python, folder.path());
    browser.show_on(Screen::PHONE).await;
    let url = format!("{}/?demo=charging", host.url);

    let (demo, away) = (folder.path().join("demo"), folder.path().join("away"));
    fs::rename(&demo, &away).unwrap();
    browser.driver.goto(&url).await.unwrap();
    browser.wait_for("diagnosis", 20, |text| text.contains("has not come")).await;
    fs::rename(&away, &demo).unwrap();
    browser.wait_for("state", 20, |text| text.contains("Charging")).await;

    // As `trunk build` alone leaves it.
    let index = folder.path().join("index.html");
    let html = fs::read_to_string(&index).unwrap();
    let (before, element) = html.split_once("<meta id=\"demo-script\"").unwrap();
    let (_, after) = element.split_once('>').unwrap();
    fs::write(&index, format!("{before}{after}")).unwrap();
    browser.driver.goto("about:blank").await.unwrap();
    browser.driver.goto(&url).await.unwrap();
    browser.wait_for("diagnosis", 20, |text| text.contains("has no demo")).await;
    browser.driver.goto(format!("{}/", host.url)).await.unwrap();
    browser.wait_for_parts(20).await;
    assert!(!browser.shows("to-demo").await, "it offers none");
}
