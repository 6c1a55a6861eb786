//! Page, proxy and simulator together: the page's own origin is the way to the charger.

use nrgkick_model::FieldId as Field;
use nrgkick_model::field::FIELDS;
use nrgkick_tests::server::{Server, Simulator, cors_proxy};
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
async fn a_user_reads_writes_is_refused_and_drags() {
    let test = "a_user_reads_writes_is_refused_and_drags";
    let Some((browser, simulator, _proxy)) = open(test, "").await else { return };
    journey::sees_live_values(&browser, &simulator).await;
    journey::makes_four_writes(&browser, &simulator).await;
    journey::types_nonsense(&browser, &simulator).await;
    journey::drags_the_slider(&browser, &simulator).await;
    assert_eq!(browser.complaints().await, [""; 0]);
    journey::is_refused(&browser, &simulator, PHASES_REFUSED).await;
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
        let row = browser.driver.find(By::Css(format!("[data-field='{}']", field.path))).await;
        let row = row.unwrap_or_else(|_| panic!("{} is not shown", field.path));
        let text = row.text().await.unwrap();
        let unit = text.contains(field.unit.symbol()) || text.contains('—');
        assert!(text.contains(field.label) && unit, "{text}");
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
