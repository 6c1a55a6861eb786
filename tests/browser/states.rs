//! Warnings and locked controls: old settings, a lost charger, a charger without `/info`, another
//! charger at the address.

use std::path::Path;

use nrgkick_tests::server::{Server, Simulator, cors_proxy};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::json;
use thirtyfour::prelude::*;

use crate::set_up;

/// The screens of the pictures.
const LOOKS: [Screen; 4] =
    [Screen::PHONE, Screen::PHONE.dark(), Screen::DESKTOP, Screen::DESKTOP.dark()];

async fn proxy(simulator: &Simulator, page: &Path) -> Server {
    cors_proxy(simulator.address(), &["--app-dir", &page.display().to_string()]).await
}

async fn open(test: &str, flags: &str) -> Option<(Browser, Simulator, Server)> {
    let (browser, page) = set_up(test).await?;
    let simulator = Simulator::start(flags).await;
    let proxy = proxy(&simulator, &page).await;
    browser.show_on(Screen::DESKTOP).await;
    browser.driver.goto(proxy.url()).await.unwrap();
    browser.wait_for("state", 15, |text| text.contains("Charging")).await;
    browser.wait_for_link(10, "live").await;
    Some((browser, simulator, proxy))
}

async fn look(browser: &Browser, name: &str) {
    for screen in LOOKS {
        browser.show_on(screen).await;
        browser.picture(name, screen).await;
        if screen.size.0 < 600 {
            browser.driver.execute("location.hash = '#/control'", vec![]).await.unwrap();
            browser.part("current-plus").await;
            browser.picture(&format!("{name}-control"), screen).await;
            browser.driver.execute("location.hash = '#/'", vec![]).await.unwrap();
        }
    }
    browser.show_on(Screen::DESKTOP).await;
}

const CONTROLS: [&str; 7] = [
    "pause",
    "current-number",
    "current-slider",
    "current-plus",
    "limit-number",
    // The charge already has more than the smaller limits.
    "limit-20",
    "phases-1",
];

async fn enabled(browser: &Browser) -> Vec<&'static str> {
    let mut enabled = Vec::new();
    for control in CONTROLS {
        let part = browser.part(control).await;
        let refused = part.attr("aria-disabled").await.unwrap().as_deref() == Some("true");
        if part.is_enabled().await.unwrap() && !refused {
            enabled.push(control);
        }
    }
    enabled
}

async fn are_open(browser: &Browser, seconds: u64) {
    let open = async || enabled(browser).await == CONTROLS;
    browser.wait_until(seconds, open, "all controls are open").await;
}

async fn are_locked(browser: &Browser, seconds: u64) {
    let locked = async || enabled(browser).await.is_empty();
    browser.wait_until(seconds, locked, "all controls are locked").await;
}

async fn says(browser: &Browser, id: &str, words: &str) {
    browser.wait_for(id, 20, |text| text.contains(words)).await;
}

#[tokio::test]
async fn settings_that_cannot_be_read_look_old_and_lock_while_values_go_on() {
    let test = "settings_that_cannot_be_read_look_old_and_lock_while_values_go_on";
    let Some((browser, simulator, _proxy)) = open(test, "").await else { return };
    are_open(&browser, 10).await;
    simulator.fault(json!({"kind": "status", "status": 500, "path": "/control"})).await;
    are_locked(&browser, 20).await;
    says(&browser, "current", "Settings are from").await;
    browser.wait_for_link(10, "live").await;
    // The values continue to update.
    simulator.patch(json!({"values": {"energy": {"charged_energy": 12_340}}})).await;
    says(&browser, "energy", "12.3").await;
    look(&browser, "stale-settings").await;
    simulator.heal().await;
    are_open(&browser, 15).await;
}

#[tokio::test]
async fn a_poll_that_hangs_makes_the_values_old_and_a_lost_charger_shows_none() {
    let test = "a_poll_that_hangs_makes_the_values_old_and_a_lost_charger_shows_none";
    let Some((browser, simulator, _proxy)) = open(test, "").await else { return };
    let power = browser.text("power").await;
    simulator.fault(json!({"kind": "silence"})).await;
    browser.wait_for_link(12, "stale").await;
    assert_eq!(browser.text("power").await, power, "old, and said to be");
    are_locked(&browser, 5).await;
    look(&browser, "stale").await;
    browser.wait_for_link(60, "lost").await;
    assert_eq!(browser.text("power").await, "—");
    assert_eq!(browser.text("state").await, "Not known");
    let main = browser.driver.find(By::Tag("main")).await.unwrap().text().await.unwrap();
    assert!(!main.contains("Charging on") && !main.contains("is from then"), "{main}");
    are_locked(&browser, 5).await;
    look(&browser, "lost").await;
    simulator.heal().await;
    browser.wait_for_link(40, "live").await;
    are_open(&browser, 15).await;
}

#[tokio::test]
async fn the_page_opens_without_info_and_says_what_is_missing() {
    let test = "the_page_opens_without_info_and_says_what_is_missing";
    let Some((browser, page)) = set_up(test).await else { return };
    let simulator = Simulator::start("").await;
    simulator.fault(json!({"kind": "silence", "path": "/info"})).await;
    let proxy = proxy(&simulator, &page).await;
    browser.show_on(Screen::DESKTOP).await;
    browser.driver.goto(proxy.url()).await.unwrap();
    says(&browser, "state", "Charging").await;
    says(&browser, "lacking", "rated current").await;
    are_open(&browser, 15).await;
    let max = async || browser.part("current-slider").await.attr("max").await.unwrap();
    assert_eq!(max().await.as_deref(), Some("16.0"), "what every unit takes");
    look(&browser, "without-info").await;
    simulator.heal().await;
    let known = async || max().await.as_deref() == Some("32.0");
    browser.wait_until(30, known, "the rated current is known").await;
    assert!(!browser.shows("lacking").await);
}

#[tokio::test]
async fn another_charger_at_the_address_is_told_and_not_switched_until_confirmed() {
    let test = "another_charger_at_the_address_is_told_and_not_switched_until_confirmed";
    let Some((browser, simulator, _proxy)) = open(test, "").await else { return };
    are_open(&browser, 10).await;
    let case = nrgkick_tests::fixture("cases/60-another-charger.json");
    let case: serde_json::Value = serde_json::from_str(&case).unwrap();
    simulator.patch(case["patch"].clone()).await;
    says(&browser, "stranger", "SIMULATED000000000099").await;
    are_locked(&browser, 5).await;
    look(&browser, "another-charger").await;
    // A reload does not change that.
    browser.driver.refresh().await.unwrap();
    says(&browser, "stranger", "SIMULATED000000000099").await;
    are_locked(&browser, 5).await;
    assert_eq!(simulator.writes().await.len(), 0);
    browser.part("confirm-charger").await.click().await.unwrap();
    are_open(&browser, 10).await;
    assert!(!browser.shows("stranger").await);
    browser.driver.refresh().await.unwrap();
    are_open(&browser, 20).await;
    assert!(!browser.shows("stranger").await, "a confirmation is remembered");
}

#[tokio::test]
async fn a_charger_without_a_password_is_warned_of() {
    let test = "a_charger_without_a_password_is_warned_of";
    let Some((browser, _simulator, _proxy)) = open(test, "").await else { return };
    says(&browser, "open", "without a password").await;
    look(&browser, "open-charger").await;
}

#[tokio::test]
async fn phases_that_are_asked_for_look_pending_and_not_set() {
    let test = "phases_that_are_asked_for_look_pending_and_not_set";
    let Some((browser, simulator, _proxy)) = open(test, "").await else { return };
    are_open(&browser, 10).await;
    browser.part("phases-1").await.click().await.unwrap();
    browser.part("phases-confirm").await.click().await.unwrap();
    let is = async |phases: &str, attribute: &str| {
        browser.part(phases).await.attr(attribute).await.unwrap().as_deref() == Some("true")
    };
    assert!(is("phases-1", "aria-busy").await);
    assert!(!is("phases-1", "aria-pressed").await, "nobody knows yet whether it is set");
    browser.wait_for("outcome-phases", 20, |text| text.contains("Confirmed")).await;
    assert!(is("phases-1", "aria-pressed").await && !is("phases-1", "aria-busy").await);
    assert_eq!(simulator.writes().await.len(), 1);
}

/// The API does not report whether phases can be switched: a charger that refused once is not asked
/// in vain again, also after a reload, and can be asked on purpose.
#[tokio::test]
async fn a_charger_that_refused_to_switch_phases_is_remembered_until_it_is_tried_again() {
    let test = "a_charger_that_refused_to_switch_phases_is_remembered_until_it_is_tried_again";
    let Some((browser, simulator, _proxy)) = open(test, "").await else { return };
    let switch = async || {
        browser.part("phases-1").await.click().await.unwrap();
        browser.part("phases-confirm").await.click().await.unwrap();
    };
    are_open(&browser, 10).await;
    assert!(!browser.shows("phases-note").await && !browser.shows("phases-retry").await);
    simulator.patch(json!({"switches": {"phase_switch": false}})).await;
    switch().await;
    browser.wait_for("outcome-phases", 20, |text| text.contains("Refused")).await;
    says(&browser, "phases-note", "NRGkick app").await;
    let told = browser.text("phases-note").await;
    assert!(!told.contains("refused"), "the outcome says it: {told}");
    assert!(!browser.is_usable("phases-1").await);

    browser.driver.refresh().await.unwrap();
    browser.wait_for_link(20, "live").await;
    says(&browser, "phases-note", "This charger refused switching phases: “").await;
    assert!(!browser.is_usable("phases-1").await && !browser.is_usable("phases-3").await);
    browser.part("phases-1").await.click().await.unwrap();
    assert!(!browser.shows("phases-question").await, "nobody is asked");
    look(&browser, "phases-refused").await;

    simulator.patch(json!({"switches": {"phase_switch": true}})).await;
    browser.part("phases-retry").await.click().await.unwrap();
    are_open(&browser, 5).await;
    assert!(!browser.shows("phases-note").await && !browser.shows("phases-retry").await);
    let focused = "return document.activeElement.dataset.testid";
    let focused = browser.driver.execute(focused, vec![]).await.unwrap();
    assert_eq!(focused.json(), "phases-1", "the focus does not vanish with the button");
    switch().await;
    says(&browser, "phases-note", " s so far.").await;
    says(&browser, "outcome-phases", "Confirmed").await;
    let gone = async || !browser.shows("phases-note").await;
    browser.wait_until(10, gone, "the seconds of the switch are no longer told").await;
}
