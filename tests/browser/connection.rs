//! The test of the connection, a token in the link, and the file for whoever helps.

use std::fs;

use nrgkick_tests::server::{Simulator, cors_proxy, cors_proxy_at};
use nrgkick_tests::tool;
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::direct::StaticHost;
use crate::proxy::own_address;
use crate::set_up;

const TOKEN: &str = "0123456789/abcdef+=";

/// The stages of the steps, in their order.
async fn stages(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('[data-testid=trial] li')]
        .map((step) => `${step.dataset.testid.slice(6)} ${step.dataset.stage}`)";
    browser.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

/// Presses the button, in the middle of the screen, where nothing covers it.
async fn start(browser: &Browser) {
    let button = "[data-testid=trial-start]";
    let bring = format!("document.querySelector('{button}').scrollIntoView({{block: 'center'}})");
    browser.driver.execute(bring, vec![]).await.unwrap();
    browser.part("trial-start").await.click().await.unwrap();
}

/// Tests the connection, and asserts that `failed` is the step that fails, after all before it have
/// passed; the outcome is told.
async fn fails_at(browser: &Browser, failed: &str) -> String {
    start(browser).await;
    let done = async || stages(browser).await.contains(&format!("{failed} failed"));
    browser.wait_until(25, done, &format!("{failed} fails: {:?}", stages(browser).await)).await;
    let told = browser.wait_for("trial-outcome", 5, |text| !text.is_empty()).await;
    let stages = stages(browser).await;
    let at = stages.iter().position(|stage| stage.ends_with(" failed")).unwrap();
    assert!(stages[..at].iter().all(|stage| stage.ends_with(" passed")), "{stages:?}");
    assert!(stages[at + 1..].iter().all(|stage| stage.ends_with(" open")), "{stages:?}");
    told
}

async fn passes(browser: &Browser) {
    start(browser).await;
    let all = async || stages(browser).await.iter().all(|stage| stage.ends_with(" passed"));
    browser.wait_until(15, all, "every step passes").await;
    browser.wait_for("trial-outcome", 5, |text| !text.is_empty()).await;
}

#[tokio::test]
async fn the_test_of_the_connection_shows_each_step_and_what_to_do_at_the_first_that_fails() {
    let test = "the_test_of_the_connection_shows_each_step_and_what_to_do_at_the_first_that_fails";
    let Some((browser, page)) = set_up(test).await else { return };
    let Some(python) = tool::find("NRGKICK_PYTHON", test) else { return };
    let host = StaticHost::start(&python, &page);
    let at = |address| format!("{}/?charger=http://{address}#/settings", host.url);
    browser.show_on(Screen::PHONE).await;

    // One that is as it should be.
    let fine = Simulator::start("--cors on").await;
    browser.driver.goto(at(fine.address())).await.unwrap();
    browser.wait_for_link(15, "live").await;
    browser.wait_for_parts(15).await;
    passes(&browser).await;
    assert!(browser.text("trial-charger").await.contains("NRGkick"));
    for screen in [Screen::PHONE, Screen::PHONE.dark(), Screen::DESKTOP] {
        browser.show_on(screen).await;
        browser
            .driver
            .execute("document.getElementById('trial').scrollIntoView()", vec![])
            .await
            .unwrap();
        browser.picture("trial-passed", screen).await;
    }
    assert_eq!(fine.writes().await, []);

    // Its firmware is from before the local API.
    let old = json!({"info": {"versions": {"sw_sm": "3.1.0.67"}}});
    fine.patch(old).await;
    let told = fails_at(&browser, "charger").await;
    assert!(told.contains("3.1.0.67") && told.contains("Update"), "{told}");

    // One that asks for another password.
    let locked = Simulator::start("--cors on --username me --password secret").await;
    browser.driver.goto(at(locked.address())).await.unwrap();
    browser.wait_for("diagnosis", 15, |text| text.contains("password")).await;
    let told = fails_at(&browser, "log-in").await;
    assert!(told.contains("password") && told.contains("Local API"), "{told}");
    browser.show_on(Screen::PHONE).await;
    browser
        .driver
        .execute("document.getElementById('trial').scrollIntoView()", vec![])
        .await
        .unwrap();
    browser.picture("trial-failed", Screen::PHONE).await;

    // One that no web page may read, as real ones presumably are.
    let silent = Simulator::start("--cors off").await;
    browser.driver.goto(at(silent.address())).await.unwrap();
    browser.wait_for("diagnosis", 15, |text| text.contains("CORS")).await;
    let told = fails_at(&browser, "readable").await;
    assert!(told.contains("cors-proxy") && told.contains("--allow-origin"), "{told}");

    // Nobody, at a number and under a name.
    let gone = silent.address();
    silent.http.stop().await;
    let told = fails_at(&browser, "host").await;
    assert!(told.contains("plugged in"), "{told}");
    let name = format!("nobody.invalid:{}", gone.port());
    browser.driver.goto(at_name(&host, &name)).await.unwrap();
    browser.wait_for("diagnosis", 15, |text| !text.is_empty()).await;
    let told = fails_at(&browser, "host").await;
    assert!(told.contains("nobody.invalid") && told.contains("192.168.1.50"), "{told}");
}

fn at_name(host: &StaticHost, name: &str) -> String {
    format!("{}/?charger=http://{name}#/settings", host.url)
}

#[tokio::test]
async fn a_token_in_the_link_opens_the_page_and_is_gone_from_address_history_and_storage() {
    let test = "a_token_in_the_link_opens_the_page_and_is_gone_from_address_history_and_storage";
    let Some(address) = own_address() else {
        println!("skipped {test}: this machine has no network");
        return;
    };
    let Some((browser, page)) = set_up(test).await else { return };
    let simulator = Simulator::start("").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("panel.token");
    fs::write(&file, TOKEN).unwrap();
    let (page, file) = (page.display().to_string(), file.display().to_string());
    let flags = ["--app-dir", page.as_str(), "--token-file", &file];
    let proxy = cors_proxy_at((address, 0).into(), simulator.address(), &flags).await;
    browser.show_on(Screen::PHONE).await;
    let url = proxy.url();

    // A wrong one is told by the form, and does not stay in the address either.
    browser.driver.goto(format!("{url}/#token=wrong-wrong-wrong")).await.unwrap();
    let body = async || browser.driver.find(By::Tag("body")).await.unwrap().text().await.unwrap();
    let is_told = async || body().await.contains("The token in the link is wrong.");
    browser.wait_until(10, is_told, "the form says that the token is wrong").await;
    assert!(!browser.driver.current_url().await.unwrap().as_str().contains("wrong"));

    let encoded = "0123456789%2Fabcdef%2B%3D";
    browser.driver.goto(format!("{url}/#token={encoded}")).await.unwrap();
    browser.driver.refresh().await.unwrap();
    browser.wait_for_link(15, "live").await;
    let left =
        "return location.href + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)
        + document.cookie + JSON.stringify(performance.getEntriesByType('resource')
            .map((entry) => entry.name))";
    let left = browser.driver.execute(left, vec![]).await.unwrap().json().to_string();
    assert!(!left.contains("0123456789"), "{left}");

    // A link that was cut off in the middle of its token opens the page all the same.
    browser.driver.goto("about:blank").await.unwrap();
    browser.driver.goto(format!("{url}/#token=0123%2")).await.unwrap();
    browser.wait_for_link(15, "live").await;
    assert!(!browser.driver.current_url().await.unwrap().as_str().contains("0123"));

    // From here it is handed on as a code, only at a press, and taken back.
    browser.driver.execute("location.hash = '#/settings'", vec![]).await.unwrap();
    browser.wait_for_parts(15).await;
    assert!(!browser.shows("qr").await);
    browser.part("link-token").await.send_keys(TOKEN).await.unwrap();
    browser.part("token-show").await.click().await.unwrap();
    let link = browser.wait_for("token-link", 5, |text| !text.is_empty()).await;
    assert_eq!(link, format!("{url}/#token={encoded}"));
    assert!(browser.shows("qr").await);
    for screen in [Screen::PHONE, Screen::PHONE.dark()] {
        browser.show_on(screen).await;
        browser.part("qr").await.scroll_into_view().await.unwrap();
        browser.picture("token-code", screen).await;
    }
    browser.part("token-show").await.click().await.unwrap();
    assert!(!browser.shows("qr").await);
    let html = browser.driver.source().await.unwrap();
    assert!(!html.contains("0123456789"), "the code is still in the page");
}

/// What is planted in the charger, and must be in no file.
const SECRETS: [&str; 6] = [
    "Garage of Ada",
    "Ada at home",
    "aa:bb:cc:dd:ee:ff",
    "Serial-4711",
    "Ada-Mobile",
    "Geheim-1234",
];

#[tokio::test]
async fn the_diagnostics_file_says_what_happened_and_holds_no_secret() {
    let test = "the_diagnostics_file_says_what_happened_and_holds_no_secret";
    let Some((browser, page)) = set_up(test).await else { return };
    let Some(python) = tool::find("NRGKICK_PYTHON", test) else { return };
    let host = StaticHost::start(&python, &page);
    let simulator =
        Simulator::start("--cors on --username Ada-Mobile --password Geheim-1234").await;
    simulator
        .patch(json!({"info": {
            "general": {"device_name": SECRETS[0]},
            "network": {"ssid": SECRETS[1], "mac_address": SECRETS[2]},
            "connector": {"serial": SECRETS[3]}
        }}))
        .await;
    browser.show_on(Screen::DESKTOP).await;
    let url = format!("{}/?charger={}#/settings", host.url, simulator.http.url());
    browser.driver.goto(&url).await.unwrap();
    browser.wait_for("diagnosis", 15, |text| text.contains("password")).await;
    for (id, text) in [("username", SECRETS[4]), ("password", SECRETS[5])] {
        browser.part(id).await.send_keys(text).await.unwrap();
    }
    browser.part("save").await.click().await.unwrap();
    browser.wait_for_link(15, "live").await;
    browser.wait_for("name", 10, |text| text == SECRETS[0]).await;

    browser.part("to-curious").await.click().await.unwrap();
    browser.wait_for_parts(15).await;
    // The charger's own words, as they came.
    browser.part("asking-send").await.click().await.unwrap();
    let raw = browser.wait_for("asking-answer", 10, |text| !text.is_empty()).await;
    assert!(
        raw.contains(SECRETS[0]) && raw.contains("\n    \"serial_number\": \"SIMULATED"),
        "{raw}"
    );
    let command = browser.text("asking-command").await;
    assert!(command.starts_with("curl --user USER 'http://127.0.0.1:"), "{command}");
    browser.part("log-newest").await.click().await.unwrap();
    browser.wait_for("request-log", 5, |text| text.contains("/values?raw · 200")).await;

    browser.part("diagnostics-show").await.click().await.unwrap();
    let shown = browser.wait_for("diagnostics-text", 5, |text| !text.is_empty()).await;
    let save = browser.part("diagnostics-save").await;
    let href = save.attr("href").await.unwrap().unwrap();
    let decode = "return decodeURIComponent(arguments[0].split(',').slice(1).join(','))";
    let file = browser.driver.execute(decode, vec![json!(href)]).await.unwrap();
    let file: String = file.convert().unwrap();
    for (name, text) in [("what is shown", &shown), ("what is saved", &file)] {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{name} has {secret}:\n{text}");
        }
        assert!(!text.contains("QWRhLU1v"), "{name} has the header");
    }
    let file: Value = serde_json::from_str(&file).unwrap();
    assert_eq!(file["link"]["state"], "live");
    assert_eq!(file["endpoint"]["kind"], "direct");
    assert_eq!(file["simulated"], true);
    assert!(file["documents"]["values"]["powerflow"].is_object(), "{file}");
    let statuses: Vec<_> =
        file["requests"].as_array().unwrap().iter().map(|r| &r["status"]).collect();
    assert!(statuses.iter().any(|s| **s == 401) && statuses.iter().any(|s| **s == 200), "{file}");
    for screen in Screen::ALL {
        browser.show_on(screen).await;
        browser.picture("curious", screen).await;
    }
    assert_eq!(simulator.writes().await, []);
}

#[tokio::test]
async fn through_the_proxy_its_own_words_tell_who_is_missing() {
    let test = "through_the_proxy_its_own_words_tell_who_is_missing";
    let Some((browser, page)) = set_up(test).await else { return };
    let simulator = Simulator::start("").await;
    let page = page.display().to_string();
    let proxy = cors_proxy(simulator.address(), &["--app-dir", &page]).await;
    browser.show_on(Screen::PHONE).await;
    browser.driver.goto(format!("{}/#/settings", proxy.url())).await.unwrap();
    browser.wait_for_link(15, "live").await;
    browser.wait_for_parts(15).await;
    passes(&browser).await;
    simulator.fault(json!({"kind": "offline"})).await;
    browser.wait_for_link(20, "stale").await;
    let told = fails_at(&browser, "charger").await;
    assert!(told.contains("does not answer the proxy"), "{told}");
    // The way there from the alert.
    browser.driver.execute("location.hash = '#/'", vec![]).await.unwrap();
    let way = browser.driver.find(By::Css("a[href='#/settings/trial']")).await.unwrap();
    let is_offered = async || way.is_displayed().await.unwrap_or(false);
    browser.wait_until(10, is_offered, "the alert leads to the test").await;
    way.click().await.unwrap();
    let focused = "return document.activeElement.id";
    let is_there = async || {
        let id: String = browser.driver.execute(focused, vec![]).await.unwrap().convert().unwrap();
        id == "trial"
    };
    browser.wait_until(5, is_there, "the test of the connection has the focus").await;
}
