//! The page behind another web server, which sometimes answers in place of the proxy.

use nrgkick_tests::front::Front;
use nrgkick_tests::server::{Server, Simulator, cors_proxy};
use nrgkick_tests::webdriver::{Browser, Screen};

use crate::{journey, set_up};

async fn open(test: &str) -> Option<(Browser, Simulator, Server, Front)> {
    let (browser, page) = set_up(test).await?;
    let simulator = Simulator::start("").await;
    let page = page.display().to_string();
    let proxy = cors_proxy(simulator.address(), &["--app-dir", &page]).await;
    let front = Front::start(proxy.address).await;
    browser.show_on(Screen::PHONE).await;
    Some((browser, simulator, proxy, front))
}

#[tokio::test]
async fn a_web_server_that_speaks_in_place_of_the_proxy_is_a_fault_that_passes() {
    let test = "a_web_server_that_speaks_in_place_of_the_proxy_is_a_fault_that_passes";
    let Some((browser, simulator, _proxy, front)) = open(test).await else { return };
    for status in [502, 503] {
        front.answers(&[("/api", status)]);
        browser.driver.goto("about:blank").await.unwrap();
        browser.driver.goto(format!("http://{}/", front.address)).await.unwrap();
        browser.wait_for("diagnosis", 15, |said| said.contains("Something else answers")).await;
        browser.picture("in-place-of-the-proxy", Screen::PHONE).await;
        assert!(!browser.shows("address").await, "{status}: it knows where the charger is");
        front.answers(&[]);
        journey::sees_live_values(&browser, &simulator).await;
    }
}

/// Many static hosts answer every path with one page; the proxy is found once it answers again.
#[tokio::test]
async fn one_page_for_everything_is_a_static_host_until_a_proxy_answers() {
    let test = "one_page_for_everything_is_a_static_host_until_a_proxy_answers";
    let Some((browser, simulator, _proxy, front)) = open(test).await else { return };
    front.answers(&[("/api", 200)]);
    browser.driver.goto(format!("http://{}/", front.address)).await.unwrap();
    browser.wait_for("waiting", 15, |title| title.contains("Which charger")).await;
    let asks = async || browser.shows("address").await;
    browser.wait_until(10, asks, "the form for the address").await;
    assert_eq!(browser.text("diagnosis").await, "");
    front.answers(&[]);
    journey::sees_live_values(&browser, &simulator).await;
}

#[tokio::test]
async fn a_name_is_asked_of_the_proxy_once_it_is_back() {
    let test = "a_name_is_asked_of_the_proxy_once_it_is_back";
    let Some((browser, simulator, _proxy, front)) = open(test).await else { return };
    front.answers(&[("/api", 502)]);
    browser.driver.goto(format!("http://{}/?charger=charger", front.address)).await.unwrap();
    browser.wait_for("diagnosis", 15, |said| said.contains("Something else answers")).await;
    front.answers(&[]);
    journey::sees_live_values(&browser, &simulator).await;
}

#[tokio::test]
async fn a_list_of_chargers_that_fails_is_asked_for_again() {
    let test = "a_list_of_chargers_that_fails_is_asked_for_again";
    let Some((browser, simulator, _proxy, front)) = open(test).await else { return };
    front.answers(&[("/chargers", 502)]);
    browser.driver.goto(format!("http://{}/?charger=charger", front.address)).await.unwrap();
    browser.wait_for("diagnosis", 15, |said| said.contains("Something else answers")).await;
    assert!(!browser.text("waiting").await.contains("Which"));
    front.answers(&[]);
    journey::sees_live_values(&browser, &simulator).await;
}

#[tokio::test]
pub(crate) async fn a_part_of_the_page_that_does_not_come_says_so_and_comes_later() {
    let test = "a_part_of_the_page_that_does_not_come_says_so_and_comes_later";
    let Some((browser, simulator, _proxy, front)) = open(test).await else { return };
    let page = nrgkick_tests::tool::find("NRGKICK_DIST", test).unwrap();
    let later = nrgkick_tests::root().join(page).join("later");
    let chunks: Vec<(&'static str, u16)> = std::fs::read_dir(later)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".wasm"))
        .map(|name| (&*String::leak(format!("/later/{name}")), 404))
        .collect();
    assert!(chunks.len() >= 4, "{chunks:?}");
    front.answers(&chunks);
    browser.driver.goto(format!("http://{}/#/", front.address)).await.unwrap();
    journey::sees_live_values(&browser, &simulator).await;
    // The code that sends writes is missing: nothing is sent, and the page says so.
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", 10, |said| said.contains("Nothing was sent")).await;
    assert_eq!(simulator.writes().await.len(), 0);
    browser.driver.execute("location.hash = '#/settings'", vec![]).await.unwrap();
    let missed = async || {
        let parts = browser.driver.find_all(thirtyfour::By::Css("[data-testid='missed']")).await;
        let mut said = String::new();
        for part in parts.unwrap() {
            said += &part.text().await.unwrap_or_default();
        }
        said.contains("reload the page")
    };
    browser.wait_until(10, missed, "the missing part is named").await;
    browser.picture("part-missing", Screen::PHONE).await;
    front.answers(&[]);
    browser.wait_for("way", 15, |said| said.contains("cors-proxy")).await;
    browser.driver.execute("location.hash = '#/'", vec![]).await.unwrap();
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", 12, |said| said.contains("Confirmed")).await;
    assert_eq!(simulator.writes().await.len(), 1, "sent once");
}
