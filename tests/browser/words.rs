//! The page's words in important situations: danger, pause, phases, the limit, open phases.
//!
//! The situations are those of `tests/fixtures/cases`; pictures of the dangerous ones are left in
//! `target/screens`.

use nrgkick_tests::http;
use nrgkick_tests::server::{Server, Simulator, cors_proxy};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::set_up;

/// Opens a page with a simulated charger, patched with `case`.
async fn open(test: &str, case: Value) -> Option<(Browser, Simulator, Server)> {
    let (browser, page) = set_up(test).await?;
    let simulator = Simulator::start("--model sim --scenario charging").await;
    simulator.patch(case).await;
    let page = page.display().to_string();
    let proxy = cors_proxy(simulator.address(), &["--app-dir", &page]).await;
    browser.show_on(Screen::PHONE).await;
    browser.driver.goto(format!("{}/#/", proxy.url())).await.unwrap();
    browser.wait_for_link(15, "live").await;
    Some((browser, simulator, proxy))
}

/// Returns the patch of a case.
fn case(name: &str) -> Value {
    nrgkick_tests::case(name)["patch"].clone()
}

fn codes(codes: &Value) -> Value {
    json!({"values": {"general": codes}})
}

async fn tone(browser: &Browser) -> String {
    let hero = browser.driver.find(By::Css(".hero")).await.unwrap();
    hero.attr("data-tone").await.unwrap().unwrap_or_default()
}

/// Returns the visible text of the screen.
async fn screen(browser: &Browser) -> String {
    browser.driver.find(By::Tag("main")).await.unwrap().text().await.unwrap()
}

async fn pictures(browser: &Browser, name: &str) {
    for size in [Screen::PHONE, Screen::PHONE.dark(), Screen::DESKTOP, Screen::DESKTOP.dark()] {
        browser.show_on(size).await;
        browser.picture(name, size).await;
    }
    browser.show_on(Screen::PHONE).await;
}

#[tokio::test]
async fn danger_is_red_and_its_advice_is_said_once() {
    let test = "danger_is_red_and_its_advice_is_said_once";
    let earth = codes(&json!({"warning_code": 1, "status": 3}));
    let Some((browser, simulator, _proxy)) = open(test, earth).await else { return };
    for (name, patch, text) in [
        (
            "earth-fault-while-charging",
            json!({"warning_code": 1, "status": 3}),
            "no protective earth",
        ),
        (
            "residual-current-trip",
            json!({"warning_code": 0, "status": 6, "error_code": 16, "rcd_trigger": 4}),
            "residual current of +6 mA DC",
        ),
        (
            "residual-current-trip-connected",
            json!({"status": 2, "error_code": 0, "rcd_trigger": 1}),
            "residual current of 30 mA AC",
        ),
        (
            "self-test-fault",
            json!({"status": 6, "error_code": 51, "rcd_trigger": 0}),
            "protective earth and residual-current device",
        ),
    ] {
        simulator.patch(codes(&patch)).await;
        browser.wait_for("state", 10, |said| said.contains(text)).await;
        assert_eq!(tone(&browser).await, "error", "{name}");
        let advice = browser.text("reason").await;
        assert!(advice.starts_with("Stop charging. Unplug the vehicle"), "{name}: {advice}");
        let all = screen(&browser).await;
        assert_eq!(all.matches("electrician").count(), 1, "{name}: {all}");
        pictures(&browser, name).await;
    }
}

#[tokio::test]
async fn a_pause_that_does_not_stop_the_power_becomes_a_warning() {
    let test = "a_pause_that_does_not_stop_the_power_becomes_a_warning";
    let mut held = case("07-pause-but-charging");
    held["values"]["general"]["status"] = json!(3);
    held["values"]["powerflow"] = json!({"total_active_power": 10_900.0});
    let Some((browser, simulator, _proxy)) = open(test, held).await else { return };
    browser.wait_for("state", 5, |said| said == "Pausing").await;
    browser.wait_for("state", 25, |said| said.contains("still charging although paused")).await;
    assert_eq!(tone(&browser).await, "waiting");
    pictures(&browser, "still-charging-although-paused").await;

    // Charging stops, and is resumed elsewhere.
    let stopped = json!({"values": {
        "general": {"status": 2}, "powerflow": {"total_active_power": 0.0},
    }});
    simulator.patch(stopped).await;
    browser.wait_for("state", 10, |said| said == "Paused").await;
    let resumed = json!({
        "control": {"charge_pause": 0}, "values": {"general": {"charge_permitted": 1}},
    });
    simulator.patch(resumed).await;
    browser.wait_for("state", 10, |said| said == "Starting").await;
    assert!(!browser.text("reason").await.contains("full"));
}

#[tokio::test]
async fn switching_phases_is_called_that() {
    let test = "switching_phases_is_called_that";
    let Some((browser, simulator, _proxy)) = open(test, case("09-switching-phases")).await else {
        return;
    };
    browser.wait_for("state", 5, |said| said == "Switching phases").await;
    assert!(!screen(&browser).await.contains("full"));
    pictures(&browser, "switching-phases").await;
    simulator.patch(json!({"control": {"phase_count": 1}})).await;
    browser.wait_for("state", 10, |said| said == "Starting").await;
}

#[tokio::test]
async fn a_limit_that_is_reached_leads_to_the_limit() {
    let test = "a_limit_that_is_reached_leads_to_the_limit";
    let reached = json!({
        "control": {"energy_limit": 5_000},
        "values": {
            "general": {"status": 2, "warning_code": 3},
            "energy": {"charged_energy": 5_001},
            "powerflow": {"total_active_power": 0.0},
        },
    });
    let Some((browser, simulator, _proxy)) = open(test, reached).await else { return };
    browser.wait_for("state", 5, |said| said.contains("limit of 5 kWh reached")).await;
    pictures(&browser, "limit-reached").await;
    browser.part("to-limit").await.click().await.unwrap();
    let focused = async || {
        let focused = browser.driver.active_element().await.unwrap();
        let card = focused.attr("data-testid").await.unwrap();
        card.as_deref() == Some("limit-card") && focused.is_displayed().await.unwrap()
    };
    browser.wait_until(5, focused, "the limit's card is shown and has the focus").await;
    browser.part("limit-0").await.click().await.unwrap();
    browser.wait_for("outcome-limit", 12, |said| said.contains("Confirmed")).await;
    assert_eq!(simulator.writes().await.len(), 1);
    simulator.patch(codes(&json!({"warning_code": 0}))).await;
    browser.driver.execute("location.hash = '#/'", vec![]).await.unwrap();
    browser.wait_for("state", 10, |said| said == "Starting").await;
    assert!(!browser.shows("to-limit").await);
}

#[tokio::test]
async fn open_phases_are_called_not_connected() {
    let test = "open_phases_are_called_not_connected";
    let Some((browser, _simulator, _proxy)) = open(test, case("08-ghost-voltages")).await else {
        return;
    };
    let row = async |phase: &str| {
        let row = format!("[data-phase='{phase}']");
        browser.driver.find(By::Css(row)).await.unwrap().text().await.unwrap()
    };
    let live = row("L1").await;
    assert!(live.contains("238") && !live.contains("not connected"), "{live}");
    for (phase, stray) in [("L2", "124"), ("L3", "59")] {
        let open = row(phase).await;
        assert!(open.contains("not connected") && !open.contains(stray), "{phase}: {open}");
    }
    pictures(&browser, "ghost-voltages").await;
}

#[tokio::test]
async fn without_a_vehicle_it_was_the_last_charge_and_nobody_is_offered_anything() {
    let test = "without_a_vehicle_it_was_the_last_charge_and_nobody_is_offered_anything";
    let Some((browser, simulator, _proxy)) = open(test, json!({})).await else { return };
    let all = screen(&browser).await;
    assert!(all.contains("This charge") && all.contains("offered to the vehicle"), "{all}");
    // The case of negative power while idle; the simulator has no negative currents.
    let idle = json!({"values": {
        "general": {"status": 1, "relay_state": 0},
        "powerflow": {"total_active_power": -310.4, "l1": {"active_power": -103.4}},
    }});
    simulator.patch(idle).await;
    browser.wait_for("state", 10, |said| said == "No vehicle connected").await;
    let all = screen(&browser).await;
    assert!(all.contains("Last charge") && !all.contains("offered to the vehicle"), "{all}");
    assert!(all.contains("\u{2212}0.31") && all.contains("\u{2212}0.10"), "as read: {all}");
}

#[tokio::test]
async fn case_10_a_long_name_is_cut_above_and_whole_in_the_details_without_what_nobody_sees() {
    let test = "case_10_a_long_name_is_cut_above_and_whole_in_the_details_without_what_nobody_sees";
    let Some((browser, simulator, proxy)) = open(test, json!({})).await else { return };
    let odd = case("10-control-chars-in-name");
    let told = odd["info"]["general"]["device_name"].as_str().unwrap();
    let whole: String = told.chars().filter(char::is_ascii_graphic).collect();
    assert!(told.len() > whole.len() && whole.len() > 200);
    simulator.fault(json!({"kind": "rewrite", "with": odd})).await;
    // The proxy passes on for a moment what it has read before.
    let is_told = async || {
        let answer = http::send(proxy.address, "GET", "/info", &[], "").await;
        String::from_utf8_lossy(&answer.body).contains("garage")
    };
    browser.wait_until(10, is_told, "the proxy tells the long name").await;
    browser.driver.goto(format!("{}/#/", proxy.url())).await.unwrap();
    browser.driver.refresh().await.unwrap();
    let cut = browser.wait_for("name", 10, |shown| shown.starts_with("garage")).await;
    assert!(cut.chars().count() <= 41 && cut.ends_with('…'), "{cut}");
    browser.driver.execute("location.hash = '#/details'", vec![]).await.unwrap();
    let is_whole = async || screen(&browser).await.contains(&whole);
    browser.wait_until(5, is_whole, "the whole name is in the details").await;
    assert!(!screen(&browser).await.contains(['\u{0}', '\u{7}', '\u{202e}', '\u{202c}']));
    browser.picture("long-name", Screen::PHONE).await;
}
