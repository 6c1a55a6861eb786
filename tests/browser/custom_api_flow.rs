//! The picture on the page of `custom-api`: it says what the document says.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use nrgkick_model::custom_api::VALUES_PATH;
use nrgkick_tests::axe::Axe;
use nrgkick_tests::http;
use nrgkick_tests::server::{Server, custom_api, fetching_charger};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::Value;

use crate::custom_api::{ANY, house, inverter, push, push_to};
use crate::screens::judge;
use crate::set_up;

/// Shown for what is not known.
const NONE: &str = "—";

/// Returns label, number and direction of a part of the picture.
async fn node(browser: &Browser, id: &str) -> [String; 3] {
    let script = "const part = document.querySelector(`[data-testid='${arguments[0]}']`);
        const node = part.closest('[data-way]');
        return [node.querySelector('dt span').innerText,
            part.innerText.replaceAll('\\u202f', ' ').trim(), node.dataset.way]";
    let found = browser.driver.execute(script, vec![id.into()]).await.unwrap();
    found.convert().unwrap()
}

/// What the picture has to say of the document that the charger gets.
async fn wanted(server: &Server) -> [(&'static str, [String; 3]); 4] {
    let document = http::get(server.address, VALUES_PATH).await.json();
    let at = |pointer: &str| {
        document.pointer(&format!("/device_values/{pointer}")).and_then(Value::as_i64).unwrap()
    };
    let node = |watts: i64, plus: [&str; 2], minus: [&str; 2], none: &str| {
        let [label, way] = match watts {
            1.. => plus,
            0 => [none, "none"],
            _ => minus,
        };
        let watts = watts.abs();
        // To ten watts, as the page has two decimals.
        let number = format!("{}.{:02} kW", (watts + 5) / 1000, (watts + 5) % 1000 / 10);
        [label.to_owned(), number, way.to_owned()]
    };
    let is_behind = document["device_values"]["inverters"]["0"]["battery_connected"] == true;
    let (gives, takes) = if is_behind { ("up", "down") } else { ("right", "left") };
    [
        (
            "inverters",
            node(
                at("inverters/0/inv_power_ac_w"),
                ["Inverters give", "right"],
                ["Inverters take", "left"],
                "Inverter",
            ),
        ),
        (
            "battery",
            node(
                at("batteries/0/bat_power_w"),
                ["Battery gives", gives],
                ["Battery takes", takes],
                "Battery",
            ),
        ),
        (
            "grid",
            node(
                at("energy_meters/0/grid_power_w"),
                ["From the grid", "right"],
                ["To the grid", "left"],
                "Grid",
            ),
        ),
        (
            "house",
            node(at("load_power_w"), ["The house takes", "right"], ["", "left"], "The house takes"),
        ),
    ]
}

async fn until_it_says_the_document(browser: &Browser, server: &Server) {
    let agrees = async || {
        for (id, wanted) in wanted(server).await {
            if node(browser, id).await != wanted {
                return false;
            }
        }
        true
    };
    browser.wait_until(10, agrees, &format!("the picture says {:?}", wanted(server).await)).await;
}

#[tokio::test]
async fn the_picture_says_what_the_charger_is_told_and_nothing_of_a_dead_source() {
    let test = "the_picture_says_what_the_charger_is_told_and_nothing_of_a_dead_source";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, page)) = set_up(test).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let watts = Arc::new(AtomicI64::new(2_220));
    let (device, serving) = inverter(ANY, Arc::clone(&watts)).await;
    let page = page.display().to_string();
    let text = house(device, folder.path());
    let server = custom_api(ANY, &text, folder.path(), &["--app-dir", &page]).await;
    push_to(&server, "connected", "true").await;
    push(&server, -542).await;
    browser.show_on(Screen::PHONE).await;
    browser.driver.goto(server.url()).await.unwrap();
    browser.wait_for("flow-charger", 15, |text| text == "has not asked").await;
    until_it_says_the_document(&browser, &server).await;
    let shown = browser.text("flow").await;
    assert!(shown.contains("Roof and shed"), "the device has its name: {shown}");

    // Each direction, and a battery with an inverter of its own.
    push_to(&server, "connected", "false").await;
    until_it_says_the_document(&browser, &server).await;
    watts.store(-14, Ordering::Relaxed);
    push(&server, 1_234).await;
    until_it_says_the_document(&browser, &server).await;
    let charger = fetching_charger(server.address).await;
    browser.wait_for("flow-charger", 10, |text| text == "asked 0 s ago").await;
    judge(&browser, &axe, "flow").await;

    serving.abort();
    let _ = serving.await;
    browser.wait_for("flow-charger", 15, |text| text == "is told nothing").await;
    for (id, label) in
        [("inverters", "Inverter"), ("battery", "Battery"), ("grid", "Grid"), ("house", "House")]
    {
        assert_eq!(node(&browser, id).await, [label, NONE, "unknown"], "{id}");
    }
    judge(&browser, &axe, "flow-dead").await;
    charger.stop().await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

/// Without a battery and an inverter there is none in the picture.
#[tokio::test]
async fn devices_that_nobody_has_are_not_in_the_picture() {
    let test = "devices_that_nobody_has_are_not_in_the_picture";
    let Some((browser, page)) = set_up(test).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = page.display().to_string();
    let text = "[energy_meters.0]\ngrid_power_w = 0";
    let server = custom_api(ANY, text, folder.path(), &["--app-dir", &page]).await;
    browser.driver.goto(server.url()).await.unwrap();
    browser.wait_for("grid", 15, |text| text.contains("0.00")).await;
    assert_eq!(node(&browser, "grid").await[2], "none");
    assert!(!browser.shows("inverters").await && !browser.shows("battery").await);
    assert!(browser.shows("house").await);
}
