//! Page, proxy and simulator together: the page reaches the charger through its own origin.

use std::net::{IpAddr, UdpSocket};

use nrgkick_model::FieldId as Field;
use nrgkick_model::field::FIELDS;
use nrgkick_tests::server::{Server, Simulator, cors_proxy, cors_proxy_at};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::json;
use thirtyfour::prelude::*;

use crate::journey::{self, PHASES_REFUSED};
use crate::set_up;

async fn open(test: &str, flags: &str) -> Option<(Browser, Simulator, Server)> {
    let (browser, page) = set_up(test).await?;
    let simulator = Simulator::start(flags).await;
    let page = page.display().to_string();
    let proxy = cors_proxy(simulator.address(), &["--app-dir", &page]).await;
    browser.show_on(Screen::DESKTOP).await;
    browser.driver.goto(proxy.url()).await.unwrap();
    Some((browser, simulator, proxy))
}

#[tokio::test]
pub(crate) async fn a_user_reads_writes_is_refused_and_drags() {
    let test = "a_user_reads_writes_is_refused_and_drags";
    let Some((browser, simulator, _proxy)) = open(test, "").await else { return };
    journey::sees_live_values(&browser, &simulator).await;
    journey::makes_four_writes(&browser, &simulator).await;
    journey::types_nonsense(&browser, &simulator).await;
    journey::drags_the_slider(&browser, &simulator).await;
    assert_eq!(browser.complaints().await, [""; 0]);
    journey::is_refused(&browser, &simulator, PHASES_REFUSED).await;
}

/// Returns this machine's address on the network; `None` without a network.
pub(crate) fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind(("0.0.0.0", 0)).unwrap();
    // Nothing is sent; the system chooses the source address.
    socket.connect(("192.0.2.1", 9)).ok()?;
    Some(socket.local_addr().unwrap().ip())
}

#[tokio::test]
async fn another_device_shows_the_token_once_and_then_reads_and_writes() {
    let test = "another_device_shows_the_token_once_and_then_reads_and_writes";
    let Some((browser, page)) = set_up(test).await else { return };
    let Some(address) = own_address() else {
        println!("skipped {test}: this machine has no network");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("panel.token");
    std::fs::write(&token, "0123456789abcdef").unwrap();
    let simulator = Simulator::start("").await;
    let (page, token) = (page.display().to_string(), token.display().to_string());
    let flags = ["--app-dir", &page, "--token-file", &token];
    let proxy = cors_proxy_at((address, 0).into(), simulator.address(), &flags).await;
    browser.show_on(Screen::PHONE).await;
    browser.driver.goto(proxy.url()).await.unwrap();
    for (typed, told) in [("0123456789abcdeF", "is needed"), ("0123456789abcdef", "is wrong")] {
        let asked = browser.driver.find(By::Tag("form")).await.unwrap();
        assert!(asked.text().await.unwrap().contains(told), "{}", asked.text().await.unwrap());
        let field = browser.driver.find(By::Id("token")).await.unwrap();
        field.send_keys(typed).await.unwrap();
        field.send_keys(Key::Enter + "").await.unwrap();
        let gone = async || field.is_present().await.is_ok_and(|present| !present);
        browser.wait_until(5, gone, "the answer to the token").await;
    }
    journey::sees_live_values(&browser, &simulator).await;
    let shown = browser.driver.current_url().await.unwrap();
    assert!(!shown.as_str().contains("token"), "{shown}");
    browser.driver.goto(format!("{}/#/control", proxy.url())).await.unwrap();
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", 12, |text| text.contains("Confirmed")).await;
}

#[tokio::test]
async fn the_charger_goes_away_and_comes_back() {
    let test = "the_charger_goes_away_and_comes_back";
    let Some((browser, simulator, _proxy)) = open(test, "").await else { return };
    journey::sees_live_values(&browser, &simulator).await;
    journey::loses_and_finds_the_charger(&browser, &simulator).await;
}

#[tokio::test]
async fn all_82_fields_are_shown_and_what_is_not_known_says_so() {
    let test = "all_82_fields_are_shown_and_what_is_not_known_says_so";
    let Some((browser, simulator, proxy)) = open(test, "--model sim").await else { return };
    journey::sees_live_values(&browser, &simulator).await;
    browser.driver.goto(format!("{}/#/details", proxy.url())).await.unwrap();
    assert!(browser.shows("simulated").await, "said on every screen");
    for field in FIELDS {
        let text = browser.row(field.id).await;
        let unit = text.contains(field.unit.symbol()) || text.contains('—');
        assert!(text.contains(field.label()) && unit, "{text}");
    }
    let status = async || browser.row(Field::Status).await;
    simulator.patch(json!({"values": {"general": {"status": 200, "error_code": 99}}})).await;
    browser.wait_until(8, async || status().await.contains("200"), "code 200 is shown").await;
    assert!(browser.row(Field::ErrorCode).await.contains("99"));
    simulator.patch(json!({"info": {"gps": null, "cellular": null}})).await;
    simulator.patch(json!({"values": {"general": {"status": null, "error_code": null}}})).await;
    browser.wait_until(8, async || !status().await.contains("200"), "the code is gone").await;
}

#[tokio::test]
async fn bad_answers_are_told_and_the_page_recovers_by_itself() {
    let test = "bad_answers_are_told_and_the_page_recovers_by_itself";
    let Some((browser, simulator, _proxy)) = open(test, "--json off").await else { return };
    let told = browser.wait_for("diagnosis", 10, |text| text.contains("API")).await;
    assert!(!told.is_empty());
    assert!(browser.driver.source().await.unwrap().contains("Local API"), "and where to enable it");
    simulator.patch(json!({"switches": {"json": true}})).await;
    journey::sees_live_values(&browser, &simulator).await;
    for fault in ["html", "truncated", "garbage"] {
        simulator.fault(json!({"kind": fault, "path": "/values"})).await;
        browser.wait_for_link(20, "stale").await;
        simulator.heal().await;
        browser.wait_for_link(20, "live").await;
    }
}
