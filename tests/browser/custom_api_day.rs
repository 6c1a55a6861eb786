//! The day of a value on the page of `custom-api`: read when it is opened, by keyboard and pointer.

use std::time::Duration;

use custom_api::Pace;
use gateway_api::value_history::ValueHistory;
use nrgkick_tests::axe::Axe;
use nrgkick_tests::http;
use nrgkick_tests::server::{Server, custom_api_paced};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::json;
use thirtyfour::prelude::*;

use crate::custom_api::{ANY, GRID, push};
use crate::languages::{LANGUAGES, wrong};
use crate::screens::judge;
use crate::set_up;

/// A minute that is over soon.
const PACE: Pace = Pace { step: Duration::from_secs(1), look: Duration::from_millis(50) };

async fn start(page: &str, folder: &std::path::Path) -> Server {
    std::fs::write(folder.join("token"), "0123456789abcdef").unwrap();
    let text = "push_token_file = \"token\"\n[energy_meters.0]\nname = \"Cellar\"\n\
        grid_power_w = { push = \"grid\", max_age = \"2s\" }\n[batteries.0]\nsoc = 50";
    custom_api_paced(ANY, text, folder, &["--app-dir", page], PACE).await
}

async fn day(server: &Server) -> ValueHistory {
    let day = http::get(server.address, &format!("/history?value={GRID}")).await;
    serde_json::from_value(day.json()).unwrap()
}

/// Waits until the day of the meter is `wanted`.
async fn until(server: &Server, wanted: impl Fn(&[Option<f64>]) -> bool) {
    let watch = async {
        while !wanted(&day(server).await.points) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), watch).await.expect("a day");
}

/// The requests for days that the page has sent.
async fn asked(browser: &Browser) -> u64 {
    let script = "return performance.getEntriesByType('resource')
        .filter((entry) => entry.name.includes('/history')).length";
    browser.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

/// Puts the focus on what opens the day of the meter.
async fn focus(browser: &Browser) {
    let script = "document.querySelector(`[data-value='${arguments[0]}'] summary`).focus()";
    browser.driver.execute(script, vec![json!(GRID)]).await.unwrap();
}

async fn press(browser: &Browser, key: Key) {
    let active = browser.driver.active_element().await.unwrap();
    active.send_keys(key + "").await.unwrap();
}

/// The text of a part of the meter's row.
async fn told(browser: &Browser, id: &str) -> String {
    let css = format!("[data-value='{GRID}'] [data-testid='{id}']");
    let part = browser.driver.find(By::Css(css)).await.unwrap();
    part.text().await.unwrap_or_default().replace('\u{202f}', "")
}

#[tokio::test]
async fn a_day_is_read_when_it_is_opened_and_goes_through_by_keys_and_pointer() {
    let test = "a_day_is_read_when_it_is_opened_and_goes_through_by_keys_and_pointer";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, page)) = set_up(test).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let server = start(&page.display().to_string(), folder.path()).await;
    // A day with both signs and a gap between them.
    push(&server, -542).await;
    let is_gap = |points: &[Option<f64>]| points.iter().filter(|point| point.is_none()).count() > 3;
    until(&server, is_gap).await;
    push(&server, 1_234).await;
    until(&server, |points| points.iter().rev().nth(1) == Some(&Some(1_234.0))).await;

    browser.show_on(Screen::PHONE).await;
    browser.driver.goto(server.url()).await.unwrap();
    browser.wait_for("state", 15, |text| text.contains("has not asked")).await;
    assert_eq!(asked(&browser).await, 0, "not with the overview");
    let soc = By::Css("[data-value='batteries.0.soc'] summary");
    assert!(!browser.driver.find(soc).await.unwrap().is_displayed().await.unwrap(), "constant");
    focus(&browser).await;
    press(&browser, Key::Enter).await;
    let says =
        async || told(&browser, "curve-axis").await.starts_with("From \u{2212}542 W to 1234 W");
    browser.wait_until(10, says, "the ends of the day").await;
    assert_eq!(asked(&browser).await, 1);

    press(&browser, Key::Tab).await;
    assert!(told(&browser, "curve-line").await.ends_with(": 1234 W"), "the latest");
    press(&browser, Key::Home).await;
    let first = told(&browser, "curve-line").await;
    assert!(first.ends_with(": \u{2212}542 W"), "{first}");
    press(&browser, Key::End).await;
    assert!(told(&browser, "curve-line").await.ends_with(": 1234 W"));
    let curve = browser.driver.find(By::Css(format!("[data-value='{GRID}'] .curve"))).await;
    let curve = curve.unwrap();
    let label = curve.attr("aria-label").await.unwrap().unwrap();
    assert!(label.contains("(Cellar): the last 24 hours"), "{label}");
    let text = curve.attr("aria-valuetext").await.unwrap().unwrap();
    assert!(text.replace('\u{202f}', "").ends_with(": 1234 W"), "{text}");
    let script = "const curve = document.querySelector(`[data-value='${arguments[0]}'] .curve`);
        const box = curve.getBoundingClientRect();
        curve.dispatchEvent(new PointerEvent('pointermove', {bubbles: true, clientX: box.left + 1}));
        return curve.querySelector('.curve__unseen').getAttribute('d')";
    let unseen = browser.driver.execute(script, vec![json!(GRID)]).await.unwrap();
    assert!(unseen.json().as_str().unwrap().starts_with('M'), "the gap is drawn");
    browser.wait_until(5, async || told(&browser, "curve-line").await == first, "the first").await;
    judge(&browser, &axe, "day").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_day_speaks_each_language_and_is_not_clipped_on_a_small_phone() {
    let test = "a_day_speaks_each_language_and_is_not_clipped_on_a_small_phone";
    let Some((browser, page)) = set_up(test).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let server = start(&page.display().to_string(), folder.path()).await;
    push(&server, -54_200).await;
    until(&server, |points| points.len() > 2).await;
    browser.show_on(Screen { size: (320, 640), dark: false }).await;
    for language in LANGUAGES {
        browser.driver.goto(format!("{}/?lang={language}", server.url())).await.unwrap();
        browser.wait_for_link(15, "live").await;
        focus(&browser).await;
        press(&browser, Key::Enter).await;
        let is_there = async || told(&browser, "curve-axis").await.contains("54");
        browser.wait_until(10, is_there, language).await;
        assert_eq!(wrong(&browser).await, [""; 0], "{language}");
        let name = format!("day-{language}");
        browser.picture(&name, Screen { size: (320, 640), dark: false }).await;
    }
}
